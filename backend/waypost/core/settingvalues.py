"""What a setting is, and how its value is read from a text or from what a file holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from waypost.core.errors import SettingError

T = TypeVar("T")

PREFIX: Final = "WAYPOST_"
PLACE: Final = "<name>"
"""Stands in the name of a setting that can be given several times, each under a name of the reader's own."""
_NAME = r"(?P<name>[a-z0-9]+(?:-[a-z0-9]+)*)"


@dataclass(frozen=True, slots=True)
class Setting(Generic[T]):
    """One thing that can be set.

    ``name`` is dotted (``server.port``): in the file that is a key ``port`` in the table ``[server]``, in
    the environment ``WAYPOST_SERVER_PORT``. With ``<name>`` in it the setting can be given for any name:
    ``source.<name>.url`` as ``url`` in the table ``[source.acme]``.
    ``default`` also tells the type: bool, int, float, str, a tuple of str (a list in the file,
    comma-separated in the environment), or a dict of str (a table in the file, ``key=value`` with commas
    between in the environment). ``secret`` values are never shown. ``fault`` says what is wrong with a value
    of the right type, "" for nothing.
    """

    name: str
    default: T
    help: str
    secret: bool = False
    fault: Callable[[T], str] | None = None

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return PREFIX + self.name.upper().replace(".", "_").replace("-", "_")

    @property
    def type_name(self) -> str:
        """The kind of value, in words."""
        words = {bool: "true or false", int: "whole number", float: "number", str: "text"}
        words |= {tuple: "list of texts", dict: "table of texts"}
        return words[type(self.default)]

    def name_in(self, dotted: str) -> str | None:
        """Return the reader's own name in *dotted*, a name of this setting; None where it is none."""
        return _name_in(self.name, dotted, _NAME)

    def name_in_variable(self, variable: str) -> str | None:
        """Return the reader's own name in *variable*, such as ``acme`` in ``WAYPOST_SOURCE_ACME_URL``."""
        found = _name_in(self.variable, variable, "(?P<name>[A-Z0-9]+(?:_[A-Z0-9]+)*)")
        return found.lower().replace("_", "-") if found else None


def _name_in(pattern: str, text: str, name: str) -> str | None:
    before, place, after = pattern.lower().partition(PLACE)
    if not place:
        return None
    flags = re.IGNORECASE if pattern.isupper() else re.NOFLAG
    match = re.fullmatch(re.escape(before) + name + re.escape(after), text, flags)
    return match["name"] if match else None


def parse_setting(setting: Setting[Any], value: object, source: str, name: str = "") -> Any:
    """Return *value* as the type of *setting*; text is read as the environment writes it.

    Args:
        name: What the setting is called where its own name holds ``<name>``.

    Raises:
        SettingError: It is of another kind, or the setting itself finds fault with it.
    """
    wanted = type(setting.default)
    parsed: object = _PARSERS[wanted](value) if isinstance(value, str) else value
    if isinstance(parsed, list):
        parsed = tuple(parsed)
    if isinstance(parsed, dict):
        parsed = _flat(parsed)
    if wanted is float and type(parsed) is int:
        parsed = float(parsed)
    called = name or setting.name
    if type(parsed) is not wanted or not _holds_texts_only(parsed):
        shown = "that" if setting.secret else repr(value)
        raise SettingError(f"{source}: '{called}' must be a {setting.type_name}, not {shown}")
    fault = setting.fault(parsed) if setting.fault else ""
    if fault:
        raise SettingError(f"{source}: '{called}' {fault}")
    return parsed


def _holds_texts_only(value: object) -> bool:
    if isinstance(value, dict):
        return all(isinstance(part, str) for part in value.values())
    return not isinstance(value, tuple) or all(isinstance(part, str) for part in value)


def _flat(table: Mapping[str, object], at: str = "") -> dict[str, object]:
    """Return *table* with a dotted key for each value: TOML reads ``github.com`` without quotes as two tables."""
    found: dict[str, object] = {}
    for key, value in table.items():
        found |= _flat(value, f"{at}{key}.") if isinstance(value, Mapping) else {f"{at}{key}": value}
    return found


def _parse_bool(text: str) -> object:
    return {"true": True, "1": True, "false": False, "0": False}.get(text.strip().lower(), text)


def _parse_number(kind: type) -> Callable[[str], object]:
    def parse(text: str) -> object:
        try:
            return kind(text)
        except ValueError:
            return text

    return parse


def _parse_list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _parse_table(text: str) -> object:
    pairs = [part.partition("=") for part in _parse_list(text)]
    if not all(equals and key.strip() for key, equals, _ in pairs):
        return text
    return {key.strip(): value.strip() for key, _, value in pairs}


_PARSERS: dict[type, Callable[[str], object]] = {
    bool: _parse_bool,
    int: _parse_number(int),
    float: _parse_number(float),
    str: str,
    tuple: _parse_list,
    dict: _parse_table,
}
