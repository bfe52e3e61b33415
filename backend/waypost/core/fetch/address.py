"""Web addresses as a fetch takes them: one spelling for each, and the prefixes that may be fetched."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, quote, unquote, urlsplit

import idna

_PORTS: Final = {"http": 80, "https": 443}
_UNSEEN = re.compile(r"[\x00-\x20\x7f\\]")
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?|\[[0-9a-f:.]+\]")
_KEPT = "/%:@!$&'()*+,;=~-._"
_HINT = "write a host or the beginning of an address, such as github.com/acme"


@dataclass(frozen=True, slots=True)
class Address:
    """An address of one spelling: lower-case host, no dots in the path, no fragment, no user name."""

    scheme: str
    host: str
    port: int
    path: str
    query: str = ""

    @property
    def origin(self) -> tuple[str, str, int]:
        """What a server is told from another by."""
        return (self.scheme, self.host, self.port)

    @property
    def authority(self) -> str:
        """The host, with the port where it is not the usual one."""
        return self.host if self.port == _PORTS[self.scheme] else f"{self.host}:{self.port}"

    @property
    def shown(self) -> str:
        """The address for people and logs: a query may hold secrets, so that it is left out."""
        return f"{self.scheme}://{self.authority}{self.path}{'?…' if self.query else ''}"

    def __str__(self) -> str:
        """Return the whole address."""
        return f"{self.scheme}://{self.authority}{self.path}{'?' if self.query else ''}{self.query}"


def parse_address(text: str) -> Address | str:
    """Return the address that *text* holds, or why none can be fetched there.

    Raises nothing: the caller knows for whom the reason is.
    """
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return "it is no web address"
    scheme, host, path = parts.scheme.lower(), _parse_host(parts), _clean_path(parts.path)
    faults = (
        (_UNSEEN.search(text), "it holds a blank, a control character or a backslash"),
        (scheme not in _PORTS, "only http and https are fetched"),
        ("@" in parts.netloc, "it holds a user name or a password: name a token in fetch.tokens"),
        (not host, "it has no valid host"),
        (path is None, "its path leads out of itself"),
    )
    fault = next((words for is_so, words in faults if is_so), "")
    query = quote(parts.query, "?" + _KEPT)
    return fault or Address(scheme, host, _PORTS[scheme] if port is None else port, path or "/", query)


def _parse_host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    if ":" in host:
        host = f"[{host}]"
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except idna.IDNAError:
            return ""
    return host if _HOST.fullmatch(host) else ""


def _clean_path(path: str) -> str | None:
    """Return *path* without dots, or None where a part that is spelt in another way would still lead upwards."""
    kept: list[str] = []
    for part in path.split("/")[1:]:
        plain = unquote(part)
        if plain == "..":
            del kept[-1:]
        elif plain != ".":
            if any(piece == ".." for piece in re.split(r"[/\\]", unquote(plain))) or "\0" in plain:
                return None
            kept.append(part)
    if path.endswith(("/.", "/..")):
        kept.append("")
    return quote("/" + "/".join(kept), _KEPT)


@dataclass(frozen=True, slots=True)
class Prefix:
    """The beginning of addresses: a host, maybe ``*.`` and what it ends in, with a port and a path or without."""

    host: str
    port: int | None
    path: str
    scheme: str

    def covers(self, address: Address) -> bool:
        """Tell whether *address* begins so. Without a port it must be the usual one; a path ends where a part does."""
        if self.scheme and self.scheme != address.scheme:
            return False
        if address.port != (_PORTS[address.scheme] if self.port is None else self.port):
            return False
        is_host = address.host == self.host
        if self.host.startswith("*."):
            is_host = address.host.endswith(self.host[1:]) and address.host != self.host[2:]
        is_path = not self.path or address.path == self.path or address.path.startswith(f"{self.path}/")
        return is_host and is_path


def parse_prefix(text: str) -> Prefix | str:
    """Return the prefix that *text* writes (``github.com/acme``, ``https://*.acme.org:8443``), or what is wrong."""
    scheme, colon, rest = text.rpartition("://")
    if colon and scheme not in _PORTS:
        return f"holds '{text}': only http and https are fetched"
    wild = rest.startswith("*.")
    parsed = parse_address(f"{scheme or 'https'}://{rest.removeprefix('*.')}")
    if isinstance(parsed, str):
        return f"holds '{text}': {parsed}; {_HINT}"
    if parsed.query or "*" in parsed.path or "*" in parsed.host:
        return f"holds '{text}': {_HINT}"
    has_port = re.search(r":\d+(?:/|\Z)", rest) is not None
    host = f"*.{parsed.host}" if wild else parsed.host
    return Prefix(host, parsed.port if has_port else None, parsed.path.rstrip("/"), scheme)
