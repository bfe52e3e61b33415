"""The catalog's settings."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath
from typing import Any, Final

from waypost.catalog.rules.annotations import Forges
from waypost.core.durations import parse_duration
from waypost.core.errors import InputError
from waypost.core.settings import Setting, Settings


def relative_folder_fault(folders: Iterable[str]) -> str:
    """Say which of *folders* is not told from the root on."""
    return next((f"holds '{f}': write the whole path" for f in folders if not PurePath(f).is_absolute()), "")


def _duration_fault(value: str) -> str:
    try:
        span = parse_duration(value)
    except InputError:
        span = None
    return "" if span else f"must be a duration such as PT2M, not '{value}'"


def _count_fault(value: int) -> str:
    return "" if value > 0 else "must be 1 or more"


LOCATION_TYPES: Final[Setting[tuple[str, ...]]] = Setting(
    "catalog.location_types",
    ("url",),
    "Types of locations that may be registered, and that a Location entity from elsewhere may lead to.",
)
REFRESH_EVERY: Final = Setting(
    "catalog.refresh_every",
    "PT2M",
    "How long after it was read a source outside of the workspace is read again, as an ISO 8601 duration;"
    " each time up to a quarter is taken away or added, so that not all are read at once."
    " After a failure it is a quarter of a minute, and then twice as long each time, up to an hour.",
    fault=_duration_fault,
)
READERS: Final = Setting(
    "catalog.readers",
    8,
    "How many sources outside of the workspace are read at once; half of them at most from the same host.",
    fault=_count_fault,
)
GITHUB_HOSTS: Final[Setting[tuple[str, ...]]] = Setting(
    "catalog.github_hosts",
    ("github.com",),
    "Hosts that are GitHub: files there are read by its API. Name your GitHub Enterprise Server beside github.com.",
)
GITLAB_HOSTS: Final[Setting[tuple[str, ...]]] = Setting(
    "catalog.gitlab_hosts",
    ("gitlab.com",),
    "Hosts that are GitLab: files there are read by its API. Name your own GitLab beside gitlab.com.",
)
GIT_FOLDERS: Final[Setting[tuple[str, ...]]] = Setting(
    "catalog.git_folders",
    (),
    "Folders whose git repositories may be read, by locations of type git. Empty: none may.",
    fault=relative_folder_fault,
)

SETTINGS: Final[tuple[Setting[Any], ...]] = (
    LOCATION_TYPES,
    REFRESH_EVERY,
    READERS,
    GITHUB_HOSTS,
    GITLAB_HOSTS,
    GIT_FOLDERS,
)


def read_forges(settings: Settings) -> Forges:
    """Return the hosts that *settings* say are forges."""
    return Forges(settings[GITHUB_HOSTS], settings[GITLAB_HOSTS])
