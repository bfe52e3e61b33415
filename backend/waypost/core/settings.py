"""Settings: one table, read from the command line, the environment and ``waypost.toml``."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, TypeVar

from waypost.core.contentkey import content_key
from waypost.core.errors import SettingError
from waypost.core.fetch.settings import FETCH_SETTINGS
from waypost.core.settingvalues import PLACE, PREFIX, Setting, parse_setting

__all__ = ["FILE_NAME", "HOST_SETTINGS", "Setting", "Settings", "parse_setting", "read_settings"]

T = TypeVar("T")

FILE_NAME = "waypost.toml"
_OF_PIPELINES: Final = frozenset({"WAYPOST_TOKEN", "WAYPOST_FACTS"})
"""Variables of pipelines, which no setting is named like: our pipeline for GitLab is told by them."""

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
SERVER_CORS_ORIGINS: Final[Setting[tuple[str, ...]]] = Setting(
    "server.cors_origins",
    (),
    "Origins whose pages may read the answers, such as https://portal.example.org; * stands for all."
    " Pages that this server serves need none.",
)
SERVER_CORS_CREDENTIALS: Final = Setting(
    "server.cors_credentials",
    False,
    "Let pages of those origins send cookies and other credentials of the browser. Not with *.",
)
AUTH_GUEST: Final = Setting(
    "auth.guest",
    False,
    "Let a Backstage frontend sign people in as user:development/guest, who may write."
    " For one person's machine: the server must listen on a loopback address.",
)
AUTH_ANONYMOUS_WRITES: Final = Setting(
    "auth.anonymous_writes",
    False,
    "Let requests write that carry no token."
    " For one person's machine: the server must listen on a loopback address.",
)

HOST_SETTINGS: Final[tuple[Setting[Any], ...]] = (
    WORKSPACE_NAME,
    WORKSPACE_URL,
    DATABASE_URL,
    SERVER_HOST,
    SERVER_PORT,
    SERVER_WORKERS,
    SERVER_CORS_ORIGINS,
    SERVER_CORS_CREDENTIALS,
    AUTH_GUEST,
    AUTH_ANONYMOUS_WRITES,
    *FETCH_SETTINGS,
)


def own_database(root: Path) -> Path:
    """Return the file of the database that the workspace at *root* has where no other is named."""
    return root.resolve() / ".waypost" / "waypost.db"


class Settings:
    """The values in force, found by their ``Setting``."""

    def __init__(self, values: Mapping[str, Any] | None = None) -> None:
        self._values = dict(values or {})

    def __getitem__(self, setting: Setting[T]) -> T:
        """Return the value of *setting*, or its default."""
        value: T = self._values.get(setting.name, setting.default)
        return value

    def by_name(self, setting: Setting[T]) -> dict[str, T]:
        """Return what *setting*, one with ``<name>`` in its own, is set to, by the reader's names, in their order."""
        found = {setting.name_in(dotted): value for dotted, value in self._values.items()}
        return {name: found[name] for name in sorted(name for name in found if name)}

    @property
    def sign(self) -> str:
        """A word that is another whenever a value is."""
        return content_key(repr(sorted(self._values.items())))

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
        if isinstance(value, dict):
            return ", ".join(f"{key}={part}" for key, part in value.items())
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
    known = _Known({setting.name: setting for setting in table})
    values = dict(_from_file(known, file))
    values |= dict(_from_environment(known, environment))
    values |= dict(_from_command_line(known, overrides))
    return Settings(values)


@dataclass(frozen=True, slots=True)
class _Known:
    """The settings that there are, by their name."""

    settings: Mapping[str, Setting[Any]]

    def find(self, dotted: str, source: str) -> Setting[Any]:
        """Return the setting called *dotted*, or the one whose ``<name>`` makes it so."""
        if dotted in self.settings and PLACE not in dotted:
            return self.settings[dotted]
        for setting in self.settings.values():
            if setting.name_in(dotted):
                return setting
        raise _unknown(dotted, list(self.settings), source)

    def find_variable(self, variable: str) -> tuple[Setting[Any], str]:
        """Return the setting that *variable* sets, and what it is called in full."""
        for setting in self.settings.values():
            name = setting.name_in_variable(variable)
            if name or setting.variable == variable:
                return setting, setting.name.replace(PLACE, name or "")
        raise _unknown(variable, [setting.variable for setting in self.settings.values()], "the environment")


def _from_file(known: _Known, file: Path) -> Iterable[tuple[str, Any]]:
    if not file.is_file():
        return
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"{file.name}: not valid TOML in UTF-8: {error}"
        raise SettingError(message) from error
    for name, value in _flatten(data, known.settings):
        yield name, parse_setting(known.find(name, file.name), value, file.name, name)


def _flatten(
    data: Mapping[str, Any], known: Mapping[str, Setting[Any]], at: str = ""
) -> Iterable[tuple[str, Any]]:
    for key, value in data.items():
        name = f"{at}{key}"
        if isinstance(value, dict) and name not in known:
            yield from _flatten(value, known, f"{name}.")
        else:
            yield name, value


def _from_environment(known: _Known, environment: Mapping[str, str]) -> Iterable[tuple[str, Any]]:
    for variable, text in environment.items():
        if variable.startswith(PREFIX) and variable not in _OF_PIPELINES:
            setting, name = known.find_variable(variable)
            yield name, parse_setting(setting, text, variable, name)


def _from_command_line(known: _Known, overrides: Iterable[str]) -> Iterable[tuple[str, Any]]:
    for override in overrides:
        name, equals, text = override.partition("=")
        if not equals:
            raise SettingError(f"--set {name}: write it as --set name=value")
        yield name, parse_setting(known.find(name, "--set"), text, "--set", name)


def _unknown(name: str, known: list[str], source: str) -> SettingError:
    near = get_close_matches(name, known, n=1)
    hint = f"; did you mean '{near[0]}'?" if near else ""
    return SettingError(f"{source}: no setting is named '{name}'{hint}")
