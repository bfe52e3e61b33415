"""The site's pages about decisions: an index by state, and a page for each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from markupsafe import Markup, escape

from waypost.adr.model import Approval, Decision, Decisions, State
from waypost.adr.text import entity_link, table
from waypost.catalog.model import Catalog
from waypost.core.markup import joined, page_link, plain, terms
from waypost.core.plugin import SiteContext, SitePage

INDEX = "decisions/index.md"
# An age is told in the largest unit of which there are two.
_UNITS = ((365, "year"), (30, "month"), (1, "day"))
_GROUPS: tuple[tuple[State | None, str, str], ...] = (
    (State.ACCEPTED, "In force", "Accepted, and not superseded: what holds today."),
    (State.PROPOSED, "Proposed", "Waiting to be decided."),
    (State.DRAFT, "Drafts", "Not yet proposed."),
    (State.DEPRECATED, "Deprecated", "No longer to be followed, and nothing takes their place."),
    (State.SUPERSEDED, "Superseded", "Another decision has taken their place."),
    (State.REJECTED, "Rejected", "Weighed, and decided against."),
    (None, "Other status", "Their status is shown as it is written, or there is none."),
)


def decision_pages(context: SiteContext) -> Iterator[SitePage]:
    """Give the index and a page for each decision; nothing in a workspace without any."""
    decisions = context.knowledge[Decisions]
    if not decisions.ordered:
        return
    yield SitePage(INDEX, "Decisions", index_markdown(decisions, context.now.date()))
    for decision in decisions.ordered:
        yield decision_page(decision, context)


def index_markdown(decisions: Decisions, today: date) -> str:
    """Return the index: decisions by state, the newest first, and reviews that are due."""
    holding = sum(decision.in_force for decision in decisions.ordered)
    parts = ["# Decisions", f"{len(decisions.ordered)} decisions, {holding} of them in force."]
    parts += _reviews_due(decisions, today)
    for state, title, summary in _GROUPS:
        found = [decision for decision in decisions.ordered if decision.state is state]
        if found:
            parts += [f"## {title}", summary, _table(found)]
    return "\n\n".join(parts) + "\n"


def _reviews_due(decisions: Decisions, today: date) -> Iterator[str]:
    due = [d for d in decisions.ordered if d.in_force and d.review_by and d.review_by <= today]
    if due:
        yield "## Review due"
        soonest = sorted(due, key=lambda decision: str(decision.review_by))
        yield "\n".join(f"- {_link(decision)}: since {decision.review_by}" for decision in soonest)


def _table(decisions: Iterable[Decision]) -> str:
    newest_first = sorted(decisions, key=lambda d: (d.number is None, -(d.number or 0), d.id))
    return table(
        [
            ("Decision", [_titled(decision) for decision in newest_first]),
            ("Status", [plain(d.status) if d.state is None else "" for d in newest_first]),
            ("Scope", [plain(decision.scope) for decision in newest_first]),
            ("Date", [_day(decision.date) for decision in newest_first]),
            ("Review by", [_day(decision.review_by) for decision in newest_first]),
        ]
    )


def _titled(decision: Decision) -> str:
    summary = plain(decision.summary)
    said = f'<br><small class="wp-clamp">{summary}</small>' if summary else ""
    return _link(decision) + said


def _day(day: date | None) -> str:
    return f'<span class="wp-day">{day}</span>' if day else ""


def _link(decision: Decision) -> str:
    return f"[{plain(_name(decision))}]({decision.page_uri.removeprefix('decisions/')})"


def _name(decision: Decision) -> str:
    return f"{decision.number:04d} {decision.title}" if decision.number is not None else decision.title


def decision_page(decision: Decision, context: SiteContext) -> SitePage:
    """Return the page of one decision: its state on top, then its text as written."""
    css = f"wp-state wp-state--{decision.state or 'unknown'}"
    state = terms(_state_rows(decision, context))
    lead = f'\n<p class="wp-lead">{escape(decision.summary)}</p>' if decision.is_own_format else ""
    block = f'<div class="{css}">{lead}\n{state}\n</div>'
    markdown = f"# {plain(decision.title)}\n\n{block}\n\n{_text(decision)}"
    meta: dict[str, object] = {"kind": _kind(decision)}
    if decision.state is not None:
        meta["status"] = str(decision.state)
    if decision.tags:
        meta["tags"] = list(decision.tags)
    return SitePage(decision.page_uri, decision.title, markdown, source=decision.path, meta=meta)


def _kind(decision: Decision) -> str:
    return f"decision {decision.number:04d}" if decision.number is not None else "decision"


def _state_rows(decision: Decision, context: SiteContext) -> Iterator[tuple[str, str]]:
    decisions, catalog = context.knowledge[Decisions], context.knowledge[Catalog]
    today = context.now.date()
    yield "Status", _status(decision)
    yield "Implementation", decision.implementation
    yield "Scope", decision.scope
    yield "Proposed", str(decision.proposed or "")
    yield "Decided", _with_age(decision.decided, today)
    yield "Date", "" if decision.decided else _with_age(decision.dated, today)
    yield "Review by", str(decision.review_by or "")
    yield "Decided by", joined(entity_link(name, catalog) for name in decision.deciders)
    yield "Approved by", joined(_approval(approval, catalog) for approval in decision.approvals)
    for name, ids in (
        ("Supersedes", decision.supersedes),
        ("Superseded by", decision.superseded_by),
        ("Amends", decision.amends),
        ("Amended by", decision.amended_by),
    ):
        yield name, joined(page_link(d.page_uri, _name(d)) for d in map(decisions.by_id.__getitem__, ids))
    yield "Affects", joined(entity_link(str(ref), catalog) for ref in decision.affects)
    yield "History", _history(decision, context)


def _status(decision: Decision) -> str:
    written = decision.status or "not given"
    if decision.state is State.SUPERSEDED and decision.status != State.SUPERSEDED:
        return f"superseded (written: {written})"
    return f"{written}, in force" if decision.in_force else written


def _with_age(day: date | None, today: date) -> str:
    if day is None:
        return ""
    days = (today - day).days
    if days < 0:
        return str(day)
    length, unit = next((length, unit) for length, unit in _UNITS if days >= 2 * length or length == 1)
    number = days // length
    return f"{day} ({number} {unit}{'' if number == 1 else 's'} ago)"


def _approval(approval: Approval, catalog: Catalog) -> Markup:
    day = f" on {approval.on}" if approval.on else ""
    return Markup("{}{}").format(entity_link(approval.by, catalog), day)


def _history(decision: Decision, context: SiteContext) -> str:
    history = context.workspace.history.of(decision.path)
    if history is None:
        return ""
    first, last = history.first.date(), history.last.date()
    if first == last:
        return f"committed on {first}"
    return f"first committed on {first}, last changed on {last}, {history.commits} commits"


def _text(decision: Decision) -> str:
    """Return the text without the heading that is already above the state."""
    place = decision.places["title"]
    lines = decision.body.split("\n")
    headings = decision.file.headings
    if decision.is_own_format:
        top = headings[0].line if headings and headings[0].level == 1 else 0
    else:
        top = place.line if place.where == "heading" else 0
    at = top - decision.file.body_line
    if 0 <= at < len(lines):
        underlined = at + 1 < len(lines) and re.fullmatch(r"=+\s*|-+\s*", lines[at + 1])
        del lines[at : at + (2 if underlined and not lines[at].startswith("#") else 1)]
    return "\n".join(lines).strip("\n") + "\n"
