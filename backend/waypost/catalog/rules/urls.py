"""Whether a text is an absolute URL, by the rules that browsers and Node go by (WHATWG)."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from urllib.parse import quote, unquote_to_bytes, urldefrag, urljoin, urlsplit

import idna

_EDGES = "".join(map(chr, range(0x21)))
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+\-.]*):")
# What most addresses are: names of letters and digits, and nothing that is read in another way.
_USUAL = re.compile(r"https?://(?:(?!xn--)[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]{2,}(?:/[A-Za-z0-9/_.~-]*)?\Z")
_SPECIAL = frozenset({"http", "https", "ws", "wss", "ftp"})
_FORBIDDEN_IN_HOST = frozenset("\0\t\n\r #/:<>?@[\\]^|")
_FORBIDDEN_IN_DOMAIN = _FORBIDDEN_IN_HOST | frozenset("%\x7f") | frozenset(map(chr, range(0x20)))
_MAX_PORT = 65535
_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443, "ftp": 21}
# What is not written as a percentage, besides letters and digits.
_KEPT_IN_PATH = "%!$&'()*+,/:;=@[]|~-._^"
_KEPT_IN_QUERY = "%!$&()*+,/:;=@[]|~-._^?\\`{}"
_DOTS = re.compile(r"(^|/)((?:\.|%2e){1,2})(?=/|$)", re.IGNORECASE)
_JOINERS = frozenset("\u200c\u200d")
# Ways of writing, as Unicode calls them.
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
_NEUTRAL = frozenset({"EN", "ES", "CS", "ET", "ON", "BN", "NSM"})
_DRIVE = re.compile(r"[A-Za-z][:|]\Z")
_NUMBER = re.compile(r"(?:0[xX][0-9A-Fa-f]*|[0-9]+)\Z")


def is_url(text: str) -> bool:
    """Tell whether ``new URL(text)`` would take *text*: ``mailto:x`` it does, ``/x`` and ``https://`` not."""
    if _USUAL.match(text):
        return True
    cleaned = text.strip(_EDGES).translate({9: None, 10: None, 13: None})
    found = _SCHEME.match(cleaned)
    if found is None:
        return False
    scheme, rest = found[1].lower(), cleaned[found.end() :]
    if scheme in _SPECIAL:
        return _is_authority(re.split(r"[/\\?#]", rest.lstrip("/\\"), maxsplit=1)[0], special=True)
    if scheme == "file":
        return _is_file(rest)
    if rest.startswith("//"):
        return _is_authority(re.split(r"[/?#]", rest[2:], maxsplit=1)[0], special=False)
    return True


def _is_file(rest: str) -> bool:
    if len(rest) < 2 or rest[0] not in "/\\" or rest[1] not in "/\\":  # noqa: PLR2004
        return True
    host = re.split(r"[/\\?#]", rest[2:], maxsplit=1)[0]
    return not host or bool(_DRIVE.match(host)) or _is_host(host)


def _is_authority(authority: str, *, special: bool) -> bool:
    credentials, at, host_and_port = authority.rpartition("@")
    host, port = _split_port(host_and_port)
    if not host:
        return not special and not at and port is None and not credentials
    if port and not (port.isascii() and port.isdigit() and int(port) <= _MAX_PORT):
        return False
    return _is_host(host) if special else _is_opaque_host(host)


def _split_port(text: str) -> tuple[str, str | None]:
    end = text.rfind("]")
    colon = text.find(":", end + 1 if text.startswith("[") else 0)
    return (text, None) if colon == -1 else (text[:colon], text[colon + 1 :])


def _is_host(host: str) -> bool:
    if host.startswith("["):
        return _is_ipv6(host)
    domain = unquote_to_bytes(host).decode("utf-8", "replace")
    domain = domain.lower() if domain.isascii() else _to_ascii(domain)
    if not domain or not _FORBIDDEN_IN_DOMAIN.isdisjoint(domain):
        return False
    if any(label.startswith("xn--") and not _is_punycode(label) for label in domain.split(".")):
        return False
    return _is_ipv4(domain) if _ends_in_number(domain) else True


def _is_opaque_host(host: str) -> bool:
    return _is_ipv6(host) if host.startswith("[") else _FORBIDDEN_IN_HOST.isdisjoint(host)


def _is_ipv6(host: str) -> bool:
    if not host.endswith("]") or "%" in host:
        return False
    try:
        ipaddress.IPv6Address(host[1:-1])
    except ValueError:
        return False
    return True


def _to_ascii(domain: str) -> str:
    """Return the domain with international labels written in ASCII, "" where that cannot be."""
    mapped = _mapped(domain)
    labels = mapped.split(".") if mapped else []
    foreign = [label for label in labels if not label.isascii()]
    if any(label.startswith("xn--") or not _is_label(label) for label in foreign):
        return ""
    return ".".join(
        label if label.isascii() else "xn--" + label.encode("punycode").decode() for label in labels
    )


def _mapped(domain: str) -> str:
    try:
        return idna.uts46_remap(domain, std3_rules=False, transitional=False)
    except idna.IDNAError:
        return ""


def _is_label(label: str) -> bool:
    """Tell whether an international *label* keeps the rules of UTS 46: marks, joiners, directions of writing."""
    if unicodedata.category(label[0]).startswith("M"):
        return False
    try:
        joins = all(idna.valid_contextj(label, at) for at, char in enumerate(label) if char in _JOINERS)
    except ValueError:
        # A character without a name is a control character, which no host holds.
        return False
    return joins and _is_one_way(label)


def _is_one_way(label: str) -> bool:
    """Tell whether *label* is written in one direction (RFC 5893, section 2).

    Node looks neither at what a label from right to left begins with, nor at what one from left to right
    ends with.
    """
    ways = [unicodedata.bidirectional(char) for char in label]
    if not _RIGHT_TO_LEFT & {*ways}:
        return True
    while ways[-1] == "NSM":
        ways.pop()
    if ways[0] == "L":
        return {*ways[:-1]} <= _NEUTRAL | {"L"}
    return (
        {*ways} <= _NEUTRAL | _RIGHT_TO_LEFT
        and not {"EN", "AN"} <= {*ways}
        and ways[-1] in _RIGHT_TO_LEFT | {"EN"}
    )


def _is_punycode(label: str) -> bool:
    try:
        decoded = label[4:].encode().decode("punycode")
    except UnicodeError:
        return False
    return bool(decoded) and _mapped(decoded) == decoded and _is_label(decoded)


def _ends_in_number(domain: str) -> bool:
    labels = domain.split(".")
    if len(labels) > 1 and not labels[-1]:
        labels.pop()
    return bool(_NUMBER.match(labels[-1]))


def _is_ipv4(domain: str) -> bool:
    labels = domain.removesuffix(".").split(".")
    if len(labels) > 4 or not all(_NUMBER.match(label) for label in labels):  # noqa: PLR2004
        return False
    try:
        numbers = [_number(label) for label in labels]
    except ValueError:
        return False
    return all(number < 256 for number in numbers[:-1]) and numbers[-1] < 256 ** (5 - len(numbers))  # noqa: PLR2004


def _number(label: str) -> int:
    if label[:2] in {"0x", "0X"}:
        return int(label[2:] or "0", 16)
    if len(label) > 1 and label[0] == "0":
        return int(label, 8)
    return int(label)


def join_url(target: str, base: str) -> str:
    """Return ``new URL(target, base).href``, for a relative *target* and a *base* that has a host."""
    cleaned = target.strip(_EDGES).translate({9: None, 10: None, 13: None})
    path = re.split("[?#]", cleaned, maxsplit=1)[0]
    steps = _DOTS.sub(_dots, path.replace("\\", "/"))
    return href(urljoin(urldefrag(base).url, steps + cleaned[len(path) :]))


def href(url: str) -> str:
    """Return *url*, one with a host, as ``new URL(url).href`` writes it."""
    parts = urlsplit(url)
    credentials, at, _ = parts.netloc.rpartition("@")
    port = parts.port if parts.port != _PORTS.get(parts.scheme) else None
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    return parts._replace(
        netloc=f"{credentials}{at}{host if host.isascii() else _to_ascii(host)}{'' if port is None else f':{port}'}",
        path=quote(urljoin("/", _DOTS.sub(_dots, parts.path)), safe=_KEPT_IN_PATH),
        query=quote(parts.query, safe=_KEPT_IN_QUERY),
        fragment=quote(parts.fragment, safe=_KEPT_IN_QUERY + "{}'"),
    ).geturl()


def _dots(found: re.Match[str]) -> str:
    return found[1] + "." * (found[2].lower().replace("%2e", ".").count("."))
