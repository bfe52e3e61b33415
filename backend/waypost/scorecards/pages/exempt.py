"""Until when an entity is let off a check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from markupsafe import Markup

from waypost.catalog.model import Catalog
from waypost.core.markup import page_link
from waypost.scorecards.exemptions.model import Exemption, ends_at
from waypost.scorecards.model import Scorecards, State
from waypost.scorecards.pages.estate import Grade, Result
from waypost.scorecards.pages.html import entity_link, table

LEDGER = "scorecards/exemptions.md"


def end_of(cards: Scorecards, grade: Grade, result: Result) -> datetime | None:
    """Return when the first of the exemptions behind *result* ends, None where these files do not have it."""
    card = cards.find(grade.told["scorecard"])
    if card is None:
        return None
    terms = card.exemptions.terms(grade.told["tier"])
    return min((ends_at(each, terms) for each in _behind(cards, result)), default=None)


def _behind(cards: Scorecards, result: Result) -> Iterator[Exemption]:
    """Give the exemptions behind *result*: several, where each covers some of its findings."""
    for name in (result.exemption or "").split(", "):
        if exemption := _find(cards, name):
            yield exemption


def _find(cards: Scorecards, name: str | None) -> Exemption | None:
    return next((each for each in cards.exemptions if each.name == name), None)


def until_of(cards: Scorecards, grade: Grade, result: Result) -> Markup:
    """Return the last day of the exemption behind *result*, with a link to the ledger."""
    end = end_of(cards, grade, result)
    return page_link(LEDGER, f"{last_day(end)}") if end else Markup("not in these files")


def last_day(end: datetime) -> str:
    """Return the last day before *end*."""
    return f"{end - timedelta(seconds=1):%Y-%m-%d}"


def exempted(grades: Sequence[Grade]) -> Iterator[tuple[Grade, Result]]:
    """Give every result of *grades* that an exemption covers."""
    for grade in grades:
        for result in grade.results:
            if result.state is State.EXEMPT:
                yield grade, result


def exemptions_html(
    card: Mapping[str, Any], grades: Sequence[Grade], cards: Scorecards, catalog: Catalog
) -> Markup:
    """Return the exemptions that *grades* in *card* stand on, the one that ends first at the top."""
    held: dict[str, list[tuple[Grade, Result]]] = {}
    for grade, result in exempted(grades):
        for name in (result.exemption or "").split(", "):
            held.setdefault(name, []).append((grade, result))
    titles = {check["id"]: check["title"] for check in card["checks"]}
    rows = [
        (
            page_link(
                LEDGER, exemption.title if (exemption := _find(cards, name)) and exemption.title else name
            ),
            ", ".join(sorted({titles[result.check["id"]] for _, result in pairs})),
            Markup(", ").join(
                entity_link(ref, catalog) for ref in sorted({grade.entity for grade, _ in pairs})
            ),
            _until(cards, pairs),
        )
        for name, pairs in held.items()
    ]
    return table(
        "Exemptions", ["Exemption", "Checks", "Entities", "Until"], sorted(rows, key=lambda row: row[3])
    )


def _until(cards: Scorecards, pairs: Sequence[tuple[Grade, Result]]) -> str:
    ends = [end for grade, result in pairs if (end := end_of(cards, grade, result))]
    return last_day(min(ends)) if ends else "not in these files"
