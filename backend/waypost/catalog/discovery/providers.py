"""The providers of discovery: what the settings say of each, held to what its kind needs."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, TypeVar

from waypost.catalog.discovery import settings as s
from waypost.catalog.settings import GITHUB_HOSTS, GITLAB_HOSTS
from waypost.core.durations import parse_duration
from waypost.core.errors import SettingError, suggest
from waypost.core.settings import Setting, Settings
from waypost.core.settingvalues import PLACE

T = TypeVar("T")

_FORGES: Final = {"github": GITHUB_HOSTS, "gitlab": GITLAB_HOSTS}
_OF_REPOSITORIES: Final = (s.PATH, s.BRANCH, s.REPOSITORIES)
_OF_FORGES: Final = (*_OF_REPOSITORIES, s.HOST, s.TOPICS, s.ARCHIVED, s.FORKS)
# What each kind needs, and what else it knows.
_FITTING: Final[Mapping[str, tuple[Setting[str], tuple[Setting[Any], ...]]]] = {
    "github": (s.ORGANIZATION, _OF_FORGES),
    "gitlab": (s.GROUP, _OF_FORGES),
    "git": (s.FOLDER, _OF_REPOSITORIES),
    "http": (s.URL, ()),
}


@dataclass(frozen=True, slots=True)
class Provider:
    """One place to look for locations. ``place`` is the organisation, the group, the folder or the address."""

    name: str
    kind: str
    place: str
    scheme: str
    host: str
    path: str
    branch: str
    repositories: str
    topics: tuple[str, ...]
    has_archived: bool
    has_forks: bool
    every: timedelta

    @property
    def digest(self) -> str:
        """What identifies the settings."""
        return hashlib.sha1(repr(self).encode(), usedforsecurity=False).hexdigest()

    @property
    def url(self) -> str:
        """The address of the organisation or the group, by which permission and token are judged."""
        return f"{self.scheme}://{self.host}/{self.place}"

    def wants(
        self, name: str, topics: Collection[str] = (), *, is_archived: bool = False, is_fork: bool = False
    ) -> bool:
        """Tell whether a repository called *name* counts."""
        if (is_archived and not self.has_archived) or (is_fork and not self.has_forks):
            return False
        if self.topics and not set(self.topics).intersection(topics):
            return False
        return not self.repositories or re.fullmatch(self.repositories, name) is not None


def read_providers(settings: Settings) -> tuple[Provider, ...]:
    """Return every provider that *settings* name, by name.

    Raises:
        SettingError: One lacks what its kind needs, or has what is of another.
    """
    names = sorted({name for setting in s.DISCOVERY_SETTINGS for name in settings.by_name(setting)})
    return tuple(_read(settings, name) for name in names)


def _read(settings: Settings, name: str) -> Provider:
    def get(setting: Setting[T]) -> T:
        return settings.by_name(setting).get(name, setting.default)

    kind = get(s.PROVIDER)
    if kind not in s.PROVIDERS:
        hint = suggest(kind, s.PROVIDERS, f"Set it to one of {', '.join(s.PROVIDERS)}.")
        raise SettingError(f"'{_called(s.PROVIDER, name)}' is '{kind}'. {hint}")
    needed, others = _FITTING[kind]
    for setting in s.DISCOVERY_SETTINGS:
        if name in settings.by_name(setting) and setting not in (s.PROVIDER, s.EVERY, needed, *others):
            raise SettingError(f"'{_called(setting, name)}' is nothing that the provider '{kind}' knows")
    place = get(needed).strip("/" if kind in _FORGES else "")
    if not place:
        raise SettingError(f"'{_called(needed, name)}' must be set for the provider '{kind}'")
    scheme, host = _forge(kind, get(s.HOST), settings, name) if kind in _FORGES else ("", "")
    return Provider(
        name, kind, place, scheme, host, get(s.PATH).lstrip("/"), get(s.BRANCH), get(s.REPOSITORIES), get(s.TOPICS),
        has_archived=get(s.ARCHIVED), has_forks=get(s.FORKS), every=parse_duration(get(s.EVERY)),
    )  # fmt: skip


def _forge(kind: str, said: str, settings: Settings, name: str) -> tuple[str, str]:
    """Return scheme and host of the forge to ask."""
    scheme, _, host = said.rpartition("://")
    hosts = _FORGES[kind]
    host = host or f"{kind}.com"
    if host not in settings[hosts]:
        raise SettingError(f"'{_called(s.HOST, name)}' is '{host}': name that host in '{hosts.name}' too")
    return scheme or "https", host


def _called(setting: Setting[Any], name: str) -> str:
    return setting.name.replace(PLACE, name)
