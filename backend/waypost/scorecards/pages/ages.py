"""How old the facts are from which checks of an entity were decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from markupsafe import Markup

from waypost.core.words import counted
from waypost.scorecards.pages.estate import AsOf, Estate


def oldest_of(checks: Iterable[Mapping[str, Any]], facts: Mapping[str, str], estate: Estate) -> AsOf | None:
    """Return the oldest of *facts* that any of *checks* reads, None where they read none that is known."""
    read = {path for check in checks for path, _, _ in estate.facts_of(check)}
    return min((AsOf(facts[path], path) for path in read & facts.keys()), default=None)


def age_html(fact: AsOf | None, now: datetime) -> Markup:
    """Return how old *fact* is, exactly for a machine; "" for none."""
    if fact is None:
        return Markup("")
    at = datetime.fromisoformat(fact.at)
    return Markup('<time class="wp-day" datetime="{}" title="{} of {:%Y-%m-%d %H:%M} UTC">{}</time>').format(
        fact.at, fact.path, at, age_words(now - at)
    )


def age_words(age: timedelta) -> str:
    """Return *age* in the words of a person: hours below two days, days above."""
    hours = max(int(age.total_seconds()) // 3600, 0)
    if not hours:
        return "under an hour"
    return counted(hours, "hour") if hours < 48 else counted(hours // 24, "day")  # noqa: PLR2004 - two days
