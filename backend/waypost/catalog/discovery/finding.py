"""Discovery: finds locations in organisations, groups, folders and index documents, and registers them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, Engine

from waypost.catalog.discovery import store as discoverystore
from waypost.catalog.discovery.forges import find_on_github, find_on_gitlab
from waypost.catalog.discovery.plain import find_in_git, find_in_index
from waypost.catalog.discovery.providers import Provider, read_providers
from waypost.catalog.ingestion.applying import add_roots, remove_roots
from waypost.catalog.remote.readers import Reader, open_reader
from waypost.catalog.rules.annotations import LocationRef
from waypost.core.database import reading, transaction
from waypost.core.fetch.fetcher import FetchError
from waypost.core.settings import Settings
from waypost.core.words import counted

__all__ = [
    "Discovery",
    "Provider",
    "apply_discovery",
    "discover",
    "discovery_due",
    "read_providers",
    "run_discovery",
]

LEASE: Final = timedelta(minutes=30)
_AFTER_ERROR: Final = timedelta(minutes=5)
_SOONEST: Final = timedelta(minutes=1)
_log = logging.getLogger(__name__)

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Discovery:
    """What a provider found. With ``errors`` it did not see all: what is not here may be there nevertheless."""

    name: str
    locations: tuple[LocationRef, ...]
    errors: tuple[FetchError, ...] = ()

    @property
    def error(self) -> str:
        """What went wrong, as one line; "" for nothing."""
        more = f" (and {len(self.errors) - 1} more)" if self.errors[1:] else ""
        return f"{self.errors[0]}{more}" if self.errors else ""

    def __str__(self) -> str:
        """Return what was found, as people say it."""
        count = counted(len(self.locations), "location")
        return f"discovery {self.name}: {count}{f'; {self.error}' if self.errors else ''}"


def discover(provider: Provider, reader: Reader) -> Discovery:
    """Return what *provider* finds now, each location once. Its errors are told beside what it found."""
    found: dict[LocationRef, None] = {}
    errors: list[FetchError] = []
    try:
        for each in _find(provider, reader):
            if isinstance(each, FetchError):
                errors.append(each)
            else:
                found[each] = None
    except FetchError as error:
        errors.append(error)
    return Discovery(provider.name, tuple(found), tuple(errors))


def _find(provider: Provider, reader: Reader) -> Iterator[LocationRef | FetchError]:
    if provider.kind == "github":
        return find_on_github(provider, reader.fetcher)
    if provider.kind == "gitlab":
        return find_on_gitlab(provider, reader.fetcher)
    if provider.kind == "git":
        return find_in_git(provider, reader)
    return find_in_index(provider, reader)


def apply_discovery(connection: Connection, discovery: Discovery, at: datetime) -> tuple[int, int]:
    """Register what was found anew, and take away what is there no more; return how many of each.

    Nothing is taken away when there was an error: what a provider could not see it does not judge.
    """
    root = discoverystore.root_of(discovery.name)
    known = discoverystore.locations_of(connection, discovery.name)
    new = [location for location in discovery.locations if location not in known]
    gone = [] if discovery.errors else sorted(known.difference(discovery.locations))
    if new:
        add_roots(connection, new, root, at)
    if gone:
        remove_roots(connection, gone, root, at)
    return len(new), len(gone)


def discovery_due(engine: Engine, settings: Settings, at: datetime) -> bool:
    """Tell whether a provider is to look now and nobody does, or one is no longer set. One cheap query."""
    providers = read_providers(settings)
    with reading(engine) as connection:
        return discoverystore.is_any_due(connection, providers, at)


def run_discovery(
    engine: Engine, settings: Settings, clock: Clock, reader: Reader | None = None
) -> tuple[Discovery, ...]:
    """Let every provider look that is due, and register what each finds; what of providers no longer set goes.

    Several processes may do this at once: each provider is looked through by one of them.

    Args:
        reader: What reads; by default one that is opened by *settings*.

    Raises:
        SettingError: A provider's settings are wrong.
    """
    now = clock()
    if not discovery_due(engine, settings, now):
        return ()
    providers = read_providers(settings)
    with transaction(engine) as connection:
        _forget(connection, providers, now)
        claimed = [each for each in providers if discoverystore.claim(connection, each, now, now + LEASE)]
    if not claimed:
        return ()
    opened: AbstractContextManager[Reader] = nullcontext(reader) if reader else open_reader(settings)
    with opened as using:
        return tuple(_run(engine, provider, using, clock) for provider in claimed)


def _run(engine: Engine, provider: Provider, reader: Reader, clock: Clock) -> Discovery:
    found = discover(provider, reader)
    now = clock()
    with transaction(engine) as connection:
        new, gone = apply_discovery(connection, found, now)
        discoverystore.settle(
            connection, provider, now, due_at=_next(provider, found, now), error=found.error
        )
    if found.errors:
        _log.warning("%s, %d new", found, new)
    else:
        _log.info("%s, %d new, %d gone", found, new, gone)
    return found


def _next(provider: Provider, found: Discovery, now: datetime) -> datetime:
    """Return when *provider* looks again: sooner after an error, but not before its host wants to be asked."""
    if not found.errors:
        return now + provider.every
    asked = [error.retry_at for error in found.errors if error.retry_at]
    if asked:
        return max(*asked, now + _SOONEST)
    return now + min(provider.every, _AFTER_ERROR)


def _forget(connection: Connection, providers: tuple[Provider, ...], at: datetime) -> None:
    """Take away what was found by providers that are no longer set."""
    for name in discoverystore.names(connection) - {provider.name for provider in providers}:
        _log.info("discovery %s is no longer set: what it found goes", name)
        apply_discovery(connection, Discovery(name, ()), at)
        discoverystore.forget(connection, name)
