"""The list of all decisions: by state, the newest first, as plain tables that a script filters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from markupsafe import Markup

from waypost.adr.cycle import CycleTime
from waypost.adr.model import Decision, Decisions, State
from waypost.adr.pages.columns import columns_json
from waypost.adr.pages.figures import figures_html
from waypost.adr.pages.graph import chains_html
from waypost.adr.pages.words import (
    FEED,
    GRAPH,
    GROUPS,
    INDEX,
    JSON,
    TIMELINE,
    day_html,
    filtered_link,
    link_of,
)
from waypost.adr.text import entity_link
from waypost.catalog.model import Catalog
from waypost.core.facets import versioned
from waypost.core.markup import joined
from waypost.core.plugin import SiteContext, SitePage
from waypost.core.words import counted

FILTER: Final = "decisions/filter.json"
_FEW: Final = 3
_SAID: Final[Mapping[State | None, str]] = {
    **{state: str(state) for state in State},
    State.ACCEPTED: "in force",
    State.DRAFT: "in draft",
}
# The last ones give way on a phone.
_HEADS: Final = ("Decision", "Decided", "Scope", "Decided by", "Affects", "Review by")
_SHOWN_ALWAYS: Final = 2


def index_pages(context: SiteContext, cycle: CycleTime) -> Iterator[SitePage]:
    """Give the list of all decisions, with their *cycle* time over it, and the file that its filters read."""
    decisions, catalog = context.knowledge[Decisions], context.knowledge[Catalog]
    ordered = [decision for group in _groups(decisions) for decision in group[2]]
    columns = columns_json(ordered, catalog, cycle.as_of)
    yield SitePage(FILTER, "", columns)
    chains = chains_html(decisions)
    parts = [
        "# Decisions",
        _counted(decisions),
        figures_html(decisions, cycle),
        '<div data-wp-piece="decisions"></div>',
        f"## What took the place of what\n\n{chains}" if chains else "",
    ]
    yield SitePage(
        INDEX,
        "Decisions",
        "\n\n".join(part for part in parts if part) + "\n",
        meta={
            "description": "Every decision with its state, who made it, and what it affects.",
            # The list is here; at its side it would take the room of the columns.
            "hide": ["toc", "navigation"],
        },
        pieces={"decisions": partial(_list_html, decisions, catalog, versioned("filter.json", columns))},
    )


def _counted(decisions: Decisions) -> Markup:
    counts = joined(
        filtered_link(f"{len(found)} {_SAID.get(state, 'other')}", [("status", str(state))] if state else [])
        for state, _, found in _groups(decisions)
    )
    number = counted(len(decisions.ordered), "decision")
    return Markup(
        '<p>{}: {}.</p>\n\n<p class="wp-ways"><a href="/{}">Timeline</a> · <a href="/{}">Relations</a> · '
        '<a href="/{}">Feed (Atom)</a> · <a href="/{}">JSON</a></p>'
    ).format(number, counts, TIMELINE, GRAPH, FEED, JSON)


def _groups(decisions: Decisions) -> list[tuple[State | None, tuple[str, str], list[Decision]]]:
    found = [
        (state, (title, told), [decision for decision in decisions.ordered if decision.state is state])
        for state, title, told in GROUPS
    ]
    return [
        (state, words, sorted(group, key=lambda d: (d.number is None, -(d.number or 0), d.id)))
        for state, words, group in found
        if group
    ]


def _list_html(decisions: Decisions, catalog: Catalog, address: str) -> Markup:
    groups = Markup("\n").join(
        Markup('<section class="wp-decisions__group"><h2 id="{}">{}</h2><p>{}</p>\n{}</section>').format(
            title.lower().replace(" ", "-"), title, told, _table(title, group, catalog)
        )
        for _, (title, told), group in _groups(decisions)
    )
    return Markup('<div class="wp-catalog wp-decisions" data-wp-decisions="{}">{}</div>').format(
        address, groups
    )


def _table(title: str, decisions: Sequence[Decision], catalog: Catalog) -> Markup:
    heads = Markup("").join(
        Markup('<th scope="col"{}>{}</th>').format(_wide(at), name) for at, name in enumerate(_HEADS)
    )
    rows = Markup("").join(_row(decision, catalog) for decision in decisions)
    return Markup(
        '<table class="wp-table" aria-label="{}"><thead><tr>{}</tr></thead>\n<tbody>\n{}</tbody></table>'
    ).format(title, heads, rows)


def _row(decision: Decision, catalog: Catalog) -> Markup:
    cells = (
        _titled(decision),
        day_html(decision.date),
        decision.scope,
        _few(decision.deciders, catalog),
        _few(list(map(str, decision.affects)), catalog),
        day_html(decision.review_by),
    )
    inside = Markup("").join(Markup("<td{}>{}</td>").format(_wide(at), cell) for at, cell in enumerate(cells))
    return Markup("<tr>{}</tr>\n").format(inside)


def _titled(decision: Decision) -> Markup:
    written = decision.status or "no status"
    parts = [
        link_of(decision),
        Markup(' <span class="wp-status wp-status--other">{}</span>').format(written)
        if not decision.state
        else "",
        Markup('<br><small class="wp-clamp">{}</small>').format(decision.summary) if decision.summary else "",
    ]
    return Markup("").join(parts)


def _few(names: Sequence[str], catalog: Catalog) -> Markup:
    shown = [entity_link(name, catalog) for name in names[:_FEW]]
    return joined([*shown, f"and {len(names) - _FEW} more"] if len(names) > _FEW else shown)


def _wide(at: int) -> Markup:
    return Markup("") if at < _SHOWN_ALWAYS else Markup(' class="wp-wide"')
