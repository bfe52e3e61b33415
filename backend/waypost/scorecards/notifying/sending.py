"""Sending: what is due in the outbox, signed, one attempt at a time, later and later while it fails."""

from __future__ import annotations

import logging
import os
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine

from waypost.core.database import reading, transaction
from waypost.core.errors import SettingError
from waypost.core.fetch.error import FetchError
from waypost.core.fetch.fetcher import Answer, Fetcher
from waypost.core.fetch.waits import asked_wait
from waypost.scorecards.notifying import outbox
from waypost.scorecards.notifying.events import CONTENT_TYPE
from waypost.scorecards.notifying.outbox import PARKED, SENT, WAITING, Delivery
from waypost.scorecards.notifying.settings import Webhook
from waypost.scorecards.notifying.signing import read_secrets, signed_headers

GIVE_UP: Final = timedelta(days=3)
"""An event that is older is parked, and waits for a person."""
FIRST_WAIT: Final = timedelta(seconds=5)
LONGEST_WAIT: Final = timedelta(hours=6)
FACTOR: Final = 4
JITTER: Final = 0.2
WITHIN_S: Final = 15.0
SILENT_WAIT: Final = timedelta(minutes=1)
"""How long nothing is sent to who did not answer: waiting for one must not hold up what others are sent."""
CLAIM: Final = timedelta(minutes=5)
"""How long nobody else tries what a process has begun to send; it sends ten in less."""
AT_ONCE: Final = 10
_GONE: Final = 410

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of an attempt: whether it arrived, in words, and when the other side asks to be tried again.

    The other side ``is_gone`` where it says so; it ``is_silent`` where there was no answer at all.
    """

    is_sent: bool
    answer: str
    is_gone: bool = False
    is_silent: bool = False
    asked: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends what is due for *webhooks*. Several may do so over one database: each event is sent by one of them."""

    engine: Engine
    fetcher: Fetcher
    webhooks: Mapping[str, Webhook]
    clock: Callable[[], datetime]
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    jitter: Callable[[float, float], float] = random.uniform

    def send_due(self) -> int:
        """Send what is due now, some of it, and return how many attempts were made."""
        at = self.clock()
        with reading(self.engine) as connection:
            if not outbox.has_due(connection, self.webhooks.keys(), at):
                return 0
        with transaction(self.engine) as connection:
            claimed = outbox.claim(connection, self.webhooks.keys(), at=at, until=at + CLAIM, limit=AT_ONCE)
        away: set[str] = set()
        tried = 0
        for delivery in (each for each in claimed if each.webhook not in away):
            attempt = self.attempt(self.webhooks[delivery.webhook], delivery.id, delivery.body.encode())
            self._settle(delivery, attempt)
            tried += 1
            away |= {delivery.webhook} if attempt.is_gone or attempt.is_silent else set()
        return tried

    def attempt(self, webhook: Webhook, number: str, body: bytes) -> Attempt:
        """Send *body*, the message *number*, to *webhook* once."""
        at = self.clock()
        try:
            keys = read_secrets(webhook.secret, self.environment)
            headers = {"Content-Type": CONTENT_TYPE} | signed_headers(number, body, at, keys)
            answer = self.fetcher.post(webhook.url, body, headers, within_s=WITHIN_S)
        except SettingError as error:
            return Attempt(is_sent=False, answer=str(error))
        except FetchError as error:
            return Attempt(is_sent=False, answer=error.reason, is_silent=True)
        return _judged(answer, at)

    def _settle(self, delivery: Delivery, attempt: Attempt) -> None:
        at = self.clock()
        wait = attempt.asked or self.wait_after(delivery.attempts)
        state = WAITING
        if attempt.is_sent:
            state = SENT
        elif attempt.is_gone or at + wait > delivery.begun_at + GIVE_UP:
            state = PARKED
        with transaction(self.engine) as connection:
            outbox.settle(connection, delivery, state=state, answer=attempt.answer, at=at, due_at=at + wait)
            if attempt.is_gone:
                outbox.close_webhook(connection, delivery.webhook, at)
            elif attempt.is_silent:
                outbox.postpone(connection, delivery.webhook, at + SILENT_WAIT)
        self._tell(delivery, state, attempt)

    def _tell(self, delivery: Delivery, state: str, attempt: Attempt) -> None:
        host = self.webhooks[delivery.webhook].shown
        told = (delivery.id, delivery.webhook, host, attempt.answer)
        if state == SENT:
            _log.info("event %s of the webhook %s is sent to %s: %s", *told)
        elif state == WAITING:
            _log.warning("event %s of the webhook %s is not sent to %s yet: %s", *told)
        else:
            _log.error(
                "event %s of the webhook %s is parked, %s: %s; 'waypost webhook retry' sends it again", *told
            )

    def wait_after(self, attempts: int) -> timedelta:
        """Return how long to wait after so many attempts before: each time longer, and not all at once."""
        seconds = FIRST_WAIT.total_seconds() * float(FACTOR) ** min(attempts, 20)
        return min(timedelta(seconds=seconds), LONGEST_WAIT) * (1 + self.jitter(-JITTER, JITTER))


def _judged(answer: Answer, at: datetime) -> Attempt:
    status = answer.status
    if 200 <= status < 300:  # noqa: PLR2004 - any success
        return Attempt(is_sent=True, answer=f"the answer is {status}")
    if status == _GONE:
        return Attempt(is_sent=False, answer="the answer is 410: it wants no more events", is_gone=True)
    led = "; redirects are not followed" if 300 <= status < 400 else ""  # noqa: PLR2004 - any redirect
    return Attempt(
        is_sent=False, answer=f"the answer is {status}{led}", asked=asked_wait(status, answer.headers, at)
    )
