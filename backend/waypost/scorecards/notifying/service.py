"""What sends webhooks while a server runs: a look at the changes and at the outbox, again and again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Engine

from waypost.core.clock import utc_now
from waypost.core.database import reading, revision_of
from waypost.core.fetch.fetcher import open_fetcher
from waypost.core.settings import Settings
from waypost.runbooks.settings import SITE
from waypost.scorecards.notifying.queueing import queue_events
from waypost.scorecards.notifying.sending import Sender
from waypost.scorecards.notifying.settings import read_webhooks
from waypost.scorecards.tables import REVISION


def site_of(settings: Settings) -> str:
    """Return where links of events lead to: the address of the site, "/" where nobody said."""
    return settings[SITE] or "/"


@contextmanager
def open_sender(
    engine: Engine, settings: Settings, clock: Callable[[], datetime] = utc_now
) -> Iterator[Sender]:
    """Give what sends webhooks by *settings*.

    Raises:
        SettingError: A webhook lacks its address or its secret.
    """
    with open_fetcher(settings) as fetcher:
        yield Sender(engine, fetcher, read_webhooks(settings), clock)


class Notifier:
    """What the process remembers between two looks: which results it has seen."""

    def __init__(self, sender: Sender, site: str) -> None:
        self._sender = sender
        self._site = site
        self._seen: int | None = None

    def tick(self) -> int:
        """Look once; queue what is new, send what is due, and return how many attempts were made."""
        with reading(self._sender.engine) as connection:
            revision = revision_of(connection, REVISION)
        number = revision.number if revision else 0
        if number != self._seen:
            webhooks = self._sender.webhooks.values()
            queued = queue_events(self._sender.engine, webhooks, self._sender.clock(), self._site)
            self._seen = self._seen if queued is None else number
        return self._sender.send_due()
