"""Keeping sources from elsewhere up to date: what is due is read, and what it holds is taken over."""

from __future__ import annotations

import logging
import random
import time
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import Engine

from waypost.catalog.remote.fetching import Failed, Outcome, read_leased
from waypost.catalog.remote.leases import Lease, has_due, lease_due, release, renew
from waypost.catalog.remote.outcomes import Schedule, record
from waypost.catalog.remote.targets import Reader, ReadError
from waypost.catalog.settings import LOCATION_TYPES, READERS, REFRESH_EVERY, read_forges
from waypost.core.database import reading, transaction
from waypost.core.durations import parse_duration
from waypost.core.settings import Settings

# Whoever reads renews its leases, so that those of a process that is gone are soon free.
LEASE_SPAN: Final = timedelta(minutes=1)
RENEW_BEFORE: Final = timedelta(seconds=40)
POLL_S: Final = 0.5
MOST_S: Final = 60.0
_log = logging.getLogger(__name__)

Clock = Callable[[], datetime]


def is_anything_due(engine: Engine, clock: Clock) -> bool:
    """Tell whether a source is to be read now, and nobody does. One cheap query."""
    with reading(engine) as connection:
        return has_due(connection, clock())


def refresh_due(
    engine: Engine,
    reader: Reader,
    settings: Settings,
    clock: Clock,
    *,
    chance: Callable[[], float] = random.random,
    is_stopped: Callable[[], bool] = lambda: False,
    most_s: float = MOST_S,
) -> int:
    """Read every source that is due, take over what each holds, and return how many were read.

    Several are read at once, in threads; nothing is held in the database meanwhile but a lease on each. What
    becomes due on the way is read too, so that a host which does not answer delays no other. Several processes
    may do this at once: they share the work.

    Args:
        chance: Gives numbers from 0 to 1, that set apart when sources are read again.
        is_stopped: Tells to begin nothing more; what was not read yet is given back.
        most_s: For how long sources are taken; then only those are read to the end.
    """
    until = time.monotonic() + most_s
    schedule = Schedule(parse_duration(settings[REFRESH_EVERY]), chance)
    work = _Work(engine, reader, settings, clock, schedule)
    with ThreadPoolExecutor(work.most, thread_name_prefix="reader") as pool:
        while not is_stopped():
            if time.monotonic() < until:
                work.take()
            work.start(pool)
            if not work.running:
                return work.count
            work.renew()
            done, _ = wait(work.running, POLL_S, FIRST_COMPLETED)
            for future in done:
                work.finish(future)
        work.give_back()
    return work.count


@dataclass(slots=True)
class _Family:
    """Sources that count together, and what came of those that were read, by id."""

    leases: list[Lease]
    outcomes: dict[int, Outcome] = field(default_factory=dict)


@dataclass(slots=True)
class _Work:
    """What is being read, and what waits for a thread."""

    engine: Engine
    reader: Reader
    settings: Settings
    clock: Clock
    schedule: Schedule
    waiting: deque[tuple[_Family, Lease]] = field(default_factory=deque)
    running: dict[Future[Outcome], tuple[_Family, Lease]] = field(default_factory=dict)
    hosts: Counter[str] = field(default_factory=Counter)
    count: int = 0

    @property
    def most(self) -> int:
        """How many are read at once."""
        return max(1, self.settings[READERS])

    def take(self) -> None:
        """Take the lease of sources that are due, as many as can be read soon."""
        # What waits for a busy host is no reason to leave others alone; of such a host nothing more is taken.
        ready = sum(not self._is_busy(_host(lease)) for _, lease in self.waiting)
        free = 2 * self.most - ready - len(self.running)
        # A few at a time would cost a transaction each.
        if free < self.most or not is_anything_due(self.engine, self.clock):
            return
        now = self.clock()
        busy = [begin for begin in self.hosts if self._is_busy(begin)]
        with transaction(self.engine) as connection:
            families = lease_due(connection, now, now + LEASE_SPAN, limit=free, busy=busy)
        for leases in families:
            family = _Family(leases)
            self.waiting.extend((family, lease) for lease in leases)

    def start(self, pool: ThreadPoolExecutor) -> None:
        """Begin to read what waits, while there are threads; a host that has its share waits on."""
        kept: deque[tuple[_Family, Lease]] = deque()
        while self.waiting and len(self.running) < self.most:
            family, lease = self.waiting.popleft()
            begin = _host(lease)
            if self._is_busy(begin):
                kept.append((family, lease))
                continue
            self.hosts[begin] += 1
            types = self.settings[LOCATION_TYPES]
            future = pool.submit(read_leased, self.reader, lease, types, read_forges(self.settings))
            self.running[future] = family, lease
        self.waiting.extendleft(reversed(kept))

    def finish(self, future: Future[Outcome]) -> None:
        """Note what was read, and record it when all that counts with it was read."""
        family, lease = self.running.pop(future)
        self.hosts[_host(lease)] -= 1
        self.count += 1
        family.outcomes[lease.id] = _outcome(future, lease)
        if len(family.outcomes) == len(family.leases):
            outcomes = {each.id: (each, family.outcomes[each.id]) for each in family.leases}
            with transaction(self.engine) as connection:
                record(connection, outcomes, self.schedule, self.clock())

    def renew(self) -> None:
        """Renew the leases that end soon of all that was not recorded."""
        now = self.clock()
        ending = [family for family in self._families() if family.leases[0].until < now + RENEW_BEFORE]
        if ending:
            with transaction(self.engine) as connection:
                for family in ending:
                    family.leases = renew(connection, family.leases, now + LEASE_SPAN)

    def _families(self) -> list[_Family]:
        """Return those that were not recorded."""
        families = (family for family, _ in (*self.waiting, *self.running.values()))
        return list({id(family): family for family in families}.values())

    def give_back(self) -> None:
        """Give back the leases of all that was not recorded."""
        left = {lease.id: lease for family in self._families() for lease in family.leases}
        with transaction(self.engine) as connection:
            release(connection, left.values())

    def _is_busy(self, begin: str) -> bool:
        return self.hosts[begin] >= max(1, self.most // 2)


def _outcome(future: Future[Outcome], lease: Lease) -> Outcome:
    """Return what *future* gives; what nobody foresaw fails one source, and no other."""
    error = future.exception()
    if error is None:
        return future.result()
    _log.error("reading %s failed", lease.location, exc_info=error)
    return Failed((ReadError(type(error).__name__, str(error)),))


def _host(lease: Lease) -> str:
    """Return what the names of all sources on the same host begin with."""
    target = lease.location.target
    try:
        parts = urlsplit(target)
    except ValueError:
        # It is read all the same, which says what is wrong with it.
        return str(lease.location)
    return f"{lease.location.type}:{parts.scheme}://{parts.netloc}/"
