"""What stands over the list of decisions: what waits and how long, reviews that are due, how long decisions take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from markupsafe import Markup

from waypost.adr.cycle import Ageing, CycleTime, Figures
from waypost.adr.model import Decisions
from waypost.adr.pages.words import day_html, filtered_link, is_due, link_of
from waypost.core.markup import listed
from waypost.core.words import counted

FEW: Final = 4
"""Entries of a card; of more, it leads to the list."""
_BAR: Final = 100


def figures_html(decisions: Decisions, cycle: CycleTime) -> Markup:
    """Return the cards over the list, "" where there is nothing to tell."""
    found = (_waiting(decisions, cycle), _reviews(decisions, cycle.as_of), _cycle(cycle))
    cards = [card for card in found if card]
    return Markup('<div class="wp-figures">{}</div>').format(Markup("").join(cards)) if cards else Markup("")


def _card(title: str, body: str) -> Markup:
    return Markup('<section class="wp-figure"><h2>{}</h2>{}</section>').format(title, body)


def _waiting(decisions: Decisions, cycle: CycleTime) -> Markup:
    """Return how long each proposal has waited, the oldest first, with a bar for who looks rather than reads."""
    if not cycle.ageing:
        return Markup("")
    longest = max(each.days or 0 for each in cycle.ageing)
    entries = [_waits(each, decisions, longest) for each in cycle.ageing[:FEW]]
    rest = _rest(len(cycle.ageing), [("status", "proposed")])
    return _card("Waiting to be decided", listed([*entries, *rest]))


def _waits(each: Ageing, decisions: Decisions, longest: int) -> Markup:
    link = link_of(decisions.by_id[each.decision])
    missing = f", {counted(each.missing, 'approval')} missing" if each.missing else ""
    if each.days is None:
        return Markup("{}: since when is not written{}").format(link, missing)
    told = f"{counted(each.days, 'day')}{missing}"
    return Markup("{}: {} {}").format(link, told, bar(each.days, longest))


def bar(value: float, whole: float, part: float = 0) -> Markup:
    """Return a small bar of *value*, its first *part* darker, in the room of *whole*; the text beside it says the same."""
    width, dark = ((_BAR * each / whole if whole > 0 else 0) for each in (value, part or value))
    return Markup(
        '<svg class="wp-small-bar" viewBox="0 0 {w} 8" width="{w}" height="8" aria-hidden="true" focusable="false">'
        '<rect x=".5" y=".5" width="{v:.1f}" height="7"/><rect x=".5" y=".5" width="{d:.1f}" height="7"/></svg>'
    ).format(w=_BAR + 1, v=width, d=dark)


def _cycle(cycle: CycleTime) -> Markup:
    """Return how long decisions took, by scope: half of them, and nine in ten, with how many there are."""
    if not cycle.overall.n:
        return Markup("")
    longest = cycle.overall.p90_days or 0
    scopes = [figures for figures in cycle.scopes if figures.n]
    rows = Markup("").join(
        _figures(each, max(longest, *(s.p90_days or 0 for s in scopes))) for each in [*scopes, cycle.overall]
    )
    heads = Markup("").join(
        Markup('<th scope="col"{}>{}</th>').format(Markup(' class="wp-number"') if at else Markup(""), name)
        for at, name in enumerate(("Scope", "Decisions", "Half took", "9 in 10 took"))
    )
    table = Markup(
        '<table class="wp-table" aria-label="Days from proposed to decided"><thead><tr>{}<td></td></tr></thead>'
        "<tbody>{}</tbody></table>"
    ).format(heads, rows)
    overall = cycle.overall
    count = counted(overall.n, "decision")
    return Markup(
        '<details class="wp-figure"><summary>Days from proposed to decided: {} for half, {} for 9 in 10, of {}</summary>'
        "{}{}</details>"
    ).format(overall.p50_days, overall.p90_days, count, table, _left_out(cycle))


def _figures(each: Figures, longest: int) -> Markup:
    name = each.scope or "all"
    return Markup(
        '<tr><th scope="row">{}</th><td class="wp-number">{}</td><td class="wp-number">{}</td>'
        '<td class="wp-number">{}</td><td>{}</td></tr>'
    ).format(name, each.n, each.p50_days, each.p90_days, bar(each.p90_days or 0, longest, each.p50_days or 0))


def _left_out(cycle: CycleTime) -> Markup:
    """Return what the figures are not made from, and how many accepted decisions have the approvals they need."""
    parts = []
    if cycle.undated:
        parts.append(f"Without both days, and left out: {cycle.undated}.")
    if cycle.retrospective:
        parts.append(f"Recorded afterwards, and left out: {cycle.retrospective}.")
    if cycle.asked:
        parts.append(f"With the approvals that they need: {cycle.approved} of {cycle.asked}.")
    return Markup("<p><small>{}</small></p>").format(" ".join(parts)) if parts else Markup("")


def _reviews(decisions: Decisions, today: date) -> Markup:
    due = [decision for decision in decisions.ordered if is_due(decision, today)]
    if not due:
        return Markup("")
    soonest = sorted(due, key=lambda decision: str(decision.review_by))
    entries = [Markup("{}: since {}").format(link_of(d), day_html(d.review_by)) for d in soonest[:FEW]]
    return _card("Review due", listed([*entries, *_rest(len(due), [("review", "due")])]))


def _rest(count: int, chosen: Sequence[tuple[str, str]]) -> Iterator[Markup]:
    if count > FEW:
        yield filtered_link(f"and {count - FEW:,} more", chosen)
