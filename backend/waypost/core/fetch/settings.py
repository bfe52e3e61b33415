"""What can be set about fetching from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from waypost.core.fetch.address import parse_prefix
from waypost.core.fetch.networks import parse_networks
from waypost.core.settingvalues import Setting

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TOKEN = re.compile(r"(?:gh[a-z]_|github_pat_|glpat-|gl[a-z]+-|eyJ|xox)[A-Za-z0-9_.=-]{10,}")


def _allow_fault(entries: Iterable[str]) -> str:
    parsed = (parse_prefix(entry) for entry in entries)
    return next((fault for fault in parsed if isinstance(fault, str)), "")


def _private_fault(entries: Iterable[str]) -> str:
    parsed = parse_networks(entries)
    return parsed if isinstance(parsed, str) else ""


def _tokens_fault(tokens: Mapping[str, str]) -> str:
    for host, variable in tokens.items():
        prefix = parse_prefix(host)
        if isinstance(prefix, str) or prefix.path or prefix.scheme or "*" in host:
            return f"names '{host}': write a host, such as github.com or git.acme.org:8443"
        if _TOKEN.fullmatch(variable):
            return f"holds a token for {host}: put it into an environment variable, and write that one's name here"
        if not _VARIABLE.fullmatch(variable):
            return f"must name an environment variable for {host}, such as GITHUB_TOKEN"
    return ""


def _positive(value: float) -> str:
    return "" if value > 0 else "must be more than 0"


ALLOW: Final[Setting[tuple[str, ...]]] = Setting(
    "fetch.allow",
    (),
    "Hosts, or beginnings of addresses, that may be fetched from: github.com/acme, *.acme.org, 127.0.0.1:8000."
    " Empty: nothing may.",
    fault=_allow_fault,
)
PRIVATE: Final[Setting[tuple[str, ...]]] = Setting(
    "fetch.private",
    (),
    "Hosts and networks that may be reached although they are not public, such as git.acme.internal or 10.1.0.0/16."
    " They must be in fetch.allow too.",
    fault=_private_fault,
)
TOKENS: Final[Setting[dict[str, str]]] = Setting(
    "fetch.tokens",
    {},
    "For each host the environment variable that holds its token: github.com=GITHUB_TOKEN. A token goes to that host"
    " only, over https or to what fetch.private names.",
    fault=_tokens_fault,
)
TIMEOUT_S: Final = Setting(
    "fetch.timeout-s",
    30.0,
    "Longest time for one answer in seconds, with redirects, repeats and waits for rate limits.",
    fault=_positive,
)
MAX_BYTES: Final = Setting(
    "fetch.max-bytes",
    20_000_000,
    "Largest answer that is taken, in bytes, counted after decompression.",
    fault=_positive,
)
CA_FILE: Final = Setting(
    "fetch.ca-file",
    "",
    "File of the certificates that servers are checked against (PEM). Empty: those that come with Waypost.",
)

FETCH_SETTINGS: Final[tuple[Setting[Any], ...]] = (ALLOW, PRIVATE, TOKENS, TIMEOUT_S, MAX_BYTES, CA_FILE)
