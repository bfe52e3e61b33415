"""Which revision of the catalog is evaluated, and who is at it: several processes over one database share the work."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from waypost.catalog.store import REVISION
from waypost.core.clock import utc_now
from waypost.core.database import bump_revision, reading, revision_of, transaction
from waypost.core.host import Host

EVALUATED: Final = "evaluated"
"""The name under which the database keeps which revision of the catalog was last evaluated."""
EVALUATING: Final = "evaluating"
"""The name under which it keeps which revision somebody evaluates."""
CLAIM: Final = timedelta(minutes=10)
"""How long somebody who evaluates is waited for."""


def mark_evaluated(host: Host, number: int | None = None) -> None:
    """Record that the revision *number* of the catalog is evaluated; None for that of now."""
    with transaction(host.engine) as connection:
        if number is None:
            revision = revision_of(connection, REVISION)
            number = revision.number if revision else 0
        bump_revision(connection, EVALUATED, str(number), utc_now())


def claim_evaluation(host: Host, number: int) -> bool:
    """Tell whether this process is to evaluate the revision *number*: nobody else is at it."""
    with transaction(host.engine) as connection:
        claim = revision_of(connection, EVALUATING)
        now = utc_now()
        if claim and claim.etag == str(number) and claim.at > now - CLAIM:
            return False
        bump_revision(connection, EVALUATING, str(number), now)
        return True


def is_evaluated(host: Host, number: int) -> bool:
    """Tell whether some process has evaluated the revision *number* of the catalog."""
    with reading(host.engine) as connection:
        done = revision_of(connection, EVALUATED)
    return done is not None and done.etag == str(number)
