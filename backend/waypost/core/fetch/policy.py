"""What may be fetched, and with which token: the settings as rules over addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from waypost.core.errors import SettingError
from waypost.core.fetch.address import Address, Prefix, parse_address, parse_prefix
from waypost.core.fetch.error import FetchError
from waypost.core.fetch.networks import Networks, parse_networks
from waypost.core.fetch.settings import ALLOW, PRIVATE, TOKENS
from waypost.core.settings import Settings


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules. ``tokens`` maps hosts to the environment variables that hold their tokens."""

    allowed: tuple[Prefix, ...]
    networks: Networks
    tokens: tuple[tuple[Prefix, str], ...]
    environment: Mapping[str, str]

    def check(self, url: str) -> Address:
        """Return the address that *url* is, when it may be fetched.

        Raises:
            FetchError: It may not; says what to set.
        """
        address = parse_address(url)
        if isinstance(address, str):
            raise FetchError(shown_address(url), address)
        if not self.allows(address):
            first = address.path.split("/")[1]
            begin = address.authority + (f"/{first}" if first else "")
            reason = f"it is not allowed: add '{begin}' to the setting {ALLOW.name}"
            raise FetchError(address.shown, reason)
        return address

    def allows(self, address: Address) -> bool:
        """Tell whether *address* begins with something that may be fetched."""
        return any(prefix.covers(address) for prefix in self.allowed)

    def token_for(self, address: Address) -> str:
        """Return the token for the host of *address*, "" where there is none or nobody but the host would see it."""
        variable = self._variable_for(address)
        is_kept = address.scheme == "https" or self.networks.names(address.host)
        return self._value_of(variable) if variable and is_kept else ""

    def hint(self, address: Address) -> str:
        """Say why no token was sent to a host that has one, "" where one was or the host has none."""
        variable = self._variable_for(address)
        if not variable or self.token_for(address):
            return ""
        if not self._value_of(variable):
            return f" (the variable {variable}, which fetch.tokens names, holds no token)"
        return " (its token is only sent over https)"

    def _value_of(self, variable: str) -> str:
        """Return the token in *variable*, "" where none is there, or what no header can hold."""
        value = self.environment.get(variable, "").strip()
        return value if value.isascii() and value.isprintable() else ""

    def _variable_for(self, address: Address) -> str:
        return next((variable for prefix, variable in self.tokens if prefix.covers(address)), "")


def read_policy(settings: Settings, environment: Mapping[str, str]) -> Policy:
    """Return the rules that *settings* make.

    Raises:
        SettingError: A value cannot be understood.
    """
    return Policy(
        tuple(_prefix(ALLOW.name, entry) for entry in settings[ALLOW]),
        _networks(settings[PRIVATE]),
        tuple((_prefix(TOKENS.name, host), variable) for host, variable in settings[TOKENS].items()),
        environment,
    )


def _prefix(setting: str, entry: str) -> Prefix:
    prefix = parse_prefix(entry)
    if isinstance(prefix, str):
        raise SettingError(f"'{setting}' {prefix}")
    return prefix


def _networks(entries: tuple[str, ...]) -> Networks:
    networks = parse_networks(entries)
    if isinstance(networks, str):
        raise SettingError(f"'{PRIVATE.name}' {networks}")
    return networks


def shown_address(url: str) -> str:
    """Return *url* as one line without what may be secret in it: user names, passwords, queries."""
    shown = url.partition("?")[0].partition("#")[0]
    scheme, slashes, rest = shown.partition("://")
    before, _, _ = rest.partition("/")
    if "@" in before:
        rest = rest[rest.index("@", len(before.rpartition("@")[0])) + 1 :]
    text = f"{scheme}{slashes}{rest}" if slashes else shown.rpartition("@")[2]
    return repr(text[:200])[1:-1] or "''"
