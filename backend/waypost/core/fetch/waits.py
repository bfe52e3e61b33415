"""How long to wait before asking again: what the other side says, and else a little longer each time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from urllib3 import Retry

REPEATED: Final = frozenset({429, 500, 502, 503, 504})
"""Answers of a server that may well answer otherwise in a moment."""
REPEATS: Final = Retry(total=3, backoff_factor=0.5, backoff_max=8, backoff_jitter=0.5)
"""Three more attempts, after no wait, 1 and 2 seconds, and up to half a second more each."""
_LIMITED: Final = frozenset({403, 429})
_EPOCH: Final = 1_000_000_000
"""A reset that is larger counts from 1970 and not from now: GitHub and GitLab do so, the standard does not."""
_LONGEST_NUMBER: Final = 11
_LONGEST: Final = timedelta(days=1)


def asked_wait(status: int, headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Return how long the answer asks to wait, at most a day; None where it does not ask.

    A 403 counts when its headers say that a rate limit is reached, as GitHub's do.
    """
    if status not in REPEATED | _LIMITED:
        return None
    after = _parse_after(headers.get("retry-after", ""), now)
    if after is None and status in _LIMITED:
        after = _parse_reset(headers, now)
    return None if after is None else min(max(after, timedelta(0)), _LONGEST)


def _parse_after(text: str, now: datetime) -> timedelta | None:
    if _is_number(text):
        return timedelta(seconds=int(text))
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)) - now


def _parse_reset(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    for prefix in ("x-ratelimit", "ratelimit"):
        left, reset = headers.get(f"{prefix}-remaining", ""), headers.get(f"{prefix}-reset", "")
        if left.strip() == "0" and _is_number(reset):
            seconds = int(reset)
            return timedelta(seconds=seconds - now.timestamp() if seconds > _EPOCH else seconds)
    return None


def _is_number(text: str) -> bool:
    """Tell whether *text* is a number of seconds, and none that is longer than any time."""
    return text.isascii() and text.strip().isdigit() and len(text) <= _LONGEST_NUMBER
