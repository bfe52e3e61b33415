"""Where checks are not met: a heat map of teams by checks, and the same by system, domain and tier."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from markupsafe import Markup

from waypost.catalog.model import Catalog
from waypost.core.plots import Cell, HeatRow, heat_map
from waypost.scorecards.pages.estate import Estate
from waypost.scorecards.pages.html import check_link, entity_link

_WAYS: Final = (("owner", "Team"), ("system", "System"), ("domain", "Domain"), ("tier", "Tier"))
MOST: Final = 60
"""So many rows are drawn, those with the most entities; whoever has more asks the backend."""


def heat_html(card: Mapping[str, Any], estate: Estate, catalog: Catalog) -> Iterator[Markup]:
    """Give a heat map of *card* by team, and folded ones by system, domain and tier; nothing without checks."""
    for by, word in _WAYS:
        found = estate.find(f"/api/scorecards/{card['name']}/heat-map", rows=by)
        if not found or not found["checks"]:
            continue
        drawn = _drawn(card, found, word, catalog)
        if by == "owner":
            yield Markup(
                '<p>How many entities of each team meet a check, of those that it is asked of: the darker, the fewer. "?" counts '
                'those that nobody can tell of, "○" those that are exempt.</p>'
            )
            yield drawn
        elif len(found["rows"]) > 1:
            yield Markup('<details class="wp-fold"><summary>The same by {}</summary>{}</details>').format(
                word.lower(), drawn
            )


def _drawn(card: Mapping[str, Any], found: Mapping[str, Any], word: str, catalog: Catalog) -> Markup:
    rows = sorted(found["rows"], key=lambda row: -row["entities"])
    left = len(rows) - MOST
    kept = sorted(rows[:MOST], key=lambda row: row["key"])
    columns = [check_link(card["name"], check["id"], check["title"]) for check in found["checks"]]
    drawn = heat_map(
        f"Checks met, by {word.lower()}",
        columns,
        [HeatRow(_head(row, word, catalog), [_cell(cell) for cell in row["cells"]]) for row in kept],
        corner=word,
    )
    more = Markup("<p>And {} more with fewer entities.</p>").format(left) if left > 0 else Markup("")
    return drawn + more


def _head(row: Mapping[str, Any], word: str, catalog: Catalog) -> Markup:
    key = row["key"]
    name = (
        Markup("{}").format(key) if word == "Tier" else entity_link(key, catalog) if key else Markup("none")
    )
    return Markup("{} <small>{}</small>").format(name, row["entities"])


def _cell(cell: Mapping[str, Any]) -> Cell:
    notes = [f"{cell['unknown']}?"] if cell["unknown"] else []
    notes += [f"{cell['exempt']}○"] if cell["exempt"] else []
    return Cell(cell["met"], cell["of"], " ".join(notes), aside=cell["exempt"])
