"""What goes wrong when something is fetched: one plain line, without secrets."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from waypost.core.errors import WaypostError

_MISSING: Final = (404, 410)


class FetchError(WaypostError):
    """Something elsewhere could not be fetched.

    ``address`` is where, as people may see it; ``reason`` is why. ``answered`` is the HTTP status that the
    other side gave, 0 for none. ``retry_at`` is when it asked to be tried again, None where it said nothing.
    """

    status = 502

    def __init__(
        self, address: str, reason: str, *, answered: int = 0, retry_at: datetime | None = None
    ) -> None:
        super().__init__(f"cannot fetch {address}: {reason}")
        self.address = address
        self.reason = reason
        self.answered = answered
        self.retry_at = retry_at

    @property
    def is_missing(self) -> bool:
        """Tell whether the other side says that there is no such thing."""
        return self.answered in _MISSING


class AttemptError(Exception):
    """One attempt failed. ``is_final`` says that another would fail in the same way."""

    def __init__(self, reason: str, *, is_final: bool = False, answered: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_final = is_final
        self.answered = answered
