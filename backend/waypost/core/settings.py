"""Settings: one table, read from the command line, the environment and ``waypost.toml``."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from waypost.core.errors import SettingError

T = TypeVar("T")

FILE_NAME = "waypost.toml"
PREFIX = "WAYPOST_"


@dataclass(frozen=True, slots=True)
class Setting(Generic[T]):
    """One thing that can be set.

    ``name`` is dotted (``server.port``): in the file that is a key ``port`` in the table ``[server]``, in
    the environment ``WAYPOST_SERVER_PORT``. ``default`` also tells the type: bool, int, float, str, or a
    tuple of str (a list in the file, comma-separated in the environment). ``secret`` values are never shown.
    """

    name: str
    default: T
    help: str
    secret: bool = False

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return PREFIX + self.name.upper().replace(".", "_").replace("-", "_")

    @property
    def type_name(self) -> str:
        """The kind of value, in words."""
        return {bool: "true or false", int: "whole number", float: "number", str: "text"}.get(
            type(self.default), "list of texts"
        )


class Settings:
    """The values in force, found by their ``Setting``."""

    def __init__(self, values: Mapping[str, Any] | None = None) -> None:
        self._values = dict(values or {})

    def __getitem__(self, setting: Setting[T]) -> T:
        """Return the value of *setting*, or its default."""
        value: T = self._values.get(setting.name, setting.default)
        return value

    def having(self, values: Mapping[str, Any]) -> Settings:
        """Return these settings with *values*, by dotted name, on top."""
        return Settings(self._values | dict(values))


def read_settings(
    table: Iterable[Setting[Any]], file: Path, environment: Mapping[str, str] = os.environ
) -> Settings:
    """Read every setting of *table*: the environment over *file* over the defaults.

    A file that is not there is an empty one.

    Raises:
        SettingError: A name that nobody reads, or a value of another kind. Names the nearest known name.
    """
    known = {setting.name: setting for setting in table}
    values = dict(_from_file(known, file)) | dict(_from_environment(known, environment))
    return Settings(values)


def parse_setting(setting: Setting[Any], value: object, source: str) -> Any:
    """Return *value* as the type of *setting*; text is read as the environment writes it.

    Raises:
        SettingError: It is of another kind.
    """
    wanted = type(setting.default)
    parsed = _PARSERS[wanted](value) if isinstance(value, str) else value
    if isinstance(parsed, list):
        parsed = tuple(parsed)
    if wanted is float and type(parsed) is int:
        parsed = float(parsed)
    if type(parsed) is not wanted or (wanted is tuple and not all(isinstance(v, str) for v in parsed)):
        shown = "that" if setting.secret else repr(value)
        message = f"{source}: '{setting.name}' must be a {setting.type_name}, not {shown}"
        raise SettingError(message)
    return parsed


def _from_file(known: Mapping[str, Setting[Any]], file: Path) -> Iterable[tuple[str, Any]]:
    if not file.is_file():
        return
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        message = f"{file.name}: not valid TOML: {error}"
        raise SettingError(message) from error
    for name, value in _flatten(data, known):
        if name not in known:
            raise _unknown(name, list(known), file.name)
        yield name, parse_setting(known[name], value, file.name)


def _flatten(
    data: Mapping[str, Any], known: Mapping[str, Setting[Any]], at: str = ""
) -> Iterable[tuple[str, Any]]:
    for key, value in data.items():
        name = f"{at}{key}"
        if isinstance(value, dict) and name not in known:
            yield from _flatten(value, known, f"{name}.")
        else:
            yield name, value


def _from_environment(
    known: Mapping[str, Setting[Any]], environment: Mapping[str, str]
) -> Iterable[tuple[str, Any]]:
    by_variable = {setting.variable: setting for setting in known.values()}
    for variable, text in environment.items():
        if not variable.startswith(PREFIX):
            continue
        if variable not in by_variable:
            raise _unknown(variable, list(by_variable), "the environment")
        setting = by_variable[variable]
        yield setting.name, parse_setting(setting, text, variable)


def _unknown(name: str, known: list[str], source: str) -> SettingError:
    from difflib import get_close_matches

    near = get_close_matches(name, known, n=1)
    hint = f"; did you mean '{near[0]}'?" if near else ""
    return SettingError(f"{source}: no setting is named '{name}'{hint}")


def _parse_bool(text: str) -> object:
    return {"true": True, "1": True, "false": False, "0": False}.get(text.strip().lower(), text)


def _parse_number(kind: type) -> Callable[[str], object]:
    def parse(text: str) -> object:
        try:
            return kind(text)
        except ValueError:
            return text

    return parse


_PARSERS: dict[type, Callable[[str], object]] = {
    bool: _parse_bool,
    int: _parse_number(int),
    float: _parse_number(float),
    str: str,
    tuple: lambda text: tuple(part.strip() for part in text.split(",") if part.strip()),
}
