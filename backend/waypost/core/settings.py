"""Settings: one table, read from the command line, the environment and ``waypost.toml``."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

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


WORKSPACE_NAME: Final = Setting(
    "workspace.name", "Waypost", "What the site and its pages call this knowledge base."
)
WORKSPACE_URL: Final = Setting(
    "workspace.url",
    "",
    "Web address of the repository's files, ending in a slash, such as"
    " https://github.com/acme/platform/blob/main/. Empty: taken from the git remote where that is known.",
)
DATABASE_URL: Final = Setting(
    "database.url",
    "",
    "Database to use: sqlite:///PATH or postgresql://USER@HOST/NAME."
    " Empty: the SQLite file .waypost/waypost.db in the workspace.",
    secret=True,
)
SERVER_HOST: Final = Setting("server.host", "127.0.0.1", "Address that the server listens on.")
SERVER_PORT: Final = Setting("server.port", 7007, "Port that the server listens on.")
SERVER_WORKERS: Final = Setting("server.workers", 1, "How many processes answer requests.")

HOST_SETTINGS: Final[tuple[Setting[Any], ...]] = (
    WORKSPACE_NAME,
    WORKSPACE_URL,
    DATABASE_URL,
    SERVER_HOST,
    SERVER_PORT,
    SERVER_WORKERS,
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

    def shown(self, setting: Setting[Any]) -> str:
        """Return the value of *setting* as text that anybody may read: a secret one is not told."""
        value = self[setting]
        if setting.secret and value:
            return "(secret)"
        if isinstance(value, bool):
            return str(value).lower()
        return ", ".join(value) if isinstance(value, tuple) else str(value)


def read_settings(
    table: Iterable[Setting[Any]],
    file: Path,
    environment: Mapping[str, str] = os.environ,
    overrides: Iterable[str] = (),
) -> Settings:
    """Read every setting of *table*: *overrides* over the environment over *file* over the defaults.

    A file that is not there is an empty one.

    Args:
        overrides: What the command line says, each as ``name=value``.

    Raises:
        SettingError: A name that nobody reads, or a value of another kind. Names the nearest known name.
    """
    known = {setting.name: setting for setting in table}
    values = dict(_from_file(known, file))
    values |= dict(_from_environment(known, environment))
    values |= dict(_from_command_line(known, overrides))
    return Settings(values)


def parse_setting(setting: Setting[Any], value: object, source: str) -> Any:
    """Return *value* as the type of *setting*; text is read as the environment writes it.

    Raises:
        SettingError: It is of another kind.
    """
    wanted = type(setting.default)
    parsed: object = _PARSERS[wanted](value) if isinstance(value, str) else value
    if isinstance(parsed, list):
        parsed = tuple(parsed)
    if wanted is float and type(parsed) is int:
        parsed = float(parsed)
    texts_only = not isinstance(parsed, tuple) or all(isinstance(part, str) for part in parsed)
    if type(parsed) is not wanted or not texts_only:
        shown = "that" if setting.secret else repr(value)
        message = f"{source}: '{setting.name}' must be a {setting.type_name}, not {shown}"
        raise SettingError(message)
    return parsed


def _from_file(known: Mapping[str, Setting[Any]], file: Path) -> Iterable[tuple[str, Any]]:
    if not file.is_file():
        return
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"{file.name}: not valid TOML in UTF-8: {error}"
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


def _from_command_line(
    known: Mapping[str, Setting[Any]], overrides: Iterable[str]
) -> Iterable[tuple[str, Any]]:
    for override in overrides:
        name, equals, text = override.partition("=")
        if not equals:
            raise SettingError(f"--set {name}: write it as --set name=value")
        if name not in known:
            raise _unknown(name, list(known), "--set")
        yield name, parse_setting(known[name], text, "--set")


def _unknown(name: str, known: list[str], source: str) -> SettingError:
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
