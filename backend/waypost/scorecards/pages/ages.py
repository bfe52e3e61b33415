"""How old the facts are from which checks of an entity were decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from markupsafe import Markup

from waypost.catalog.model import EntityRef
from waypost.core.words import counted
from waypost.scorecards.pages.estate import Estate

Fact = Mapping[str, Any]


def known_facts(ref: EntityRef, estate: Estate) -> Mapping[str, Fact]:
    """Return the facts of the entity *ref* by path; none where nobody tells."""
    found = estate.find(f"/api/facts/by-entity/{ref.kind}/{ref.namespace}/{ref.name}")
    return {fact["path"]: fact for fact in found["items"]} if found else {}


def oldest_of(checks: Iterable[Mapping[str, Any]], facts: Mapping[str, Fact], estate: Estate) -> Fact | None:
    """Return the oldest of *facts* that any of *checks* reads, None where they read none that is known."""
    read = {path for check in checks for path, _, _ in estate.facts_of(check)}
    return min(
        (facts[path] for path in read & facts.keys()), key=lambda fact: str(fact["asOf"]), default=None
    )


def age_html(fact: Fact | None, now: datetime) -> Markup:
    """Return how old *fact* is, exactly for a machine; "" for none."""
    if fact is None:
        return Markup("")
    at = datetime.fromisoformat(fact["asOf"])
    return Markup('<time class="wp-day" datetime="{}" title="{} of {:%Y-%m-%d %H:%M} UTC">{}</time>').format(
        fact["asOf"], fact["path"], at, age_words(now - at)
    )


def age_words(age: timedelta) -> str:
    """Return *age* in the words of a person: hours below two days, days above."""
    hours = max(int(age.total_seconds()) // 3600, 0)
    if not hours:
        return "under an hour"
    return counted(hours, "hour") if hours < 48 else counted(hours // 24, "day")  # noqa: PLR2004 - two days
