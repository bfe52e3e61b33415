"""The site's pages about decisions: an index by state, and a page for each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from waypost.adr.model import Decision, Decisions, State
from waypost.adr.text import link, plain
from waypost.catalog.model import Catalog
from waypost.catalog.refs import EntityRef
from waypost.core.errors import InputError
from waypost.core.plugin import SiteContext, SitePage

INDEX = "decisions/index.md"
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
        yield "\n".join(
            f"- {link(f'{d.id} {d.title}', _beside(d))}: since {d.review_by}"
            for d in sorted(due, key=lambda d: str(d.review_by))
        )


def _table(decisions: Iterable[Decision]) -> str:
    rows = ["| Decision | What was decided | Status | Scope | Date | Review by |", "|---|---|---|---|---|---|"]
    newest_first = sorted(decisions, key=lambda d: (d.number is None, -(d.number or 0), d.id))
    for decision in newest_first:
        name = f"{decision.id} {decision.title}" if decision.number is not None else decision.title
        cells = (
            link(name, _beside(decision)),
            plain(decision.summary),
            plain(decision.status or "none"),
            plain(decision.scope),
            str(decision.date or ""),
            str(decision.review_by or ""),
        )
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)


def decision_page(decision: Decision, context: SiteContext) -> SitePage:
    """Return the page of one decision: its state on top, then its text as written."""
    state = "\n".join(f"- **{name}:** {value}" for name, value in _state_lines(decision, context) if value)
    css = f"wp-state wp-state--{decision.state or 'unknown'}"
    markdown = f'# {plain(decision.title)}\n\n<div class="{css}" markdown>\n\n{state}\n\n</div>\n\n{_text(decision)}'
    meta = {"tags": list(decision.tags)} if decision.tags else {}
    return SitePage(decision.page_uri, decision.title, markdown, source=decision.path, meta=meta)


def _state_lines(decision: Decision, context: SiteContext) -> Iterator[tuple[str, str]]:
    decisions, catalog = context.knowledge[Decisions], context.knowledge[Catalog]
    yield "Decision", plain(decision.id if decision.number is not None else "")
    yield "Status", _status(decision)
    yield "Implementation", plain(decision.implementation)
    yield "Scope", plain(decision.scope)
    yield "Summary", plain(decision.summary) if decision.is_own_format else ""
    yield "Proposed", str(decision.proposed or "")
    yield "Decided", _with_age(decision.decided, context.now.date())
    yield "Date", _with_age(decision.dated, context.now.date()) if not decision.decided else ""
    yield "Review by", str(decision.review_by or "")
    yield "Decided by", ", ".join(_entity(name, catalog) for name in decision.deciders)
    yield "Approved by", ", ".join(
        _entity(approval.by, catalog) + (f" on {approval.on}" if approval.on else "")
        for approval in decision.approvals
    )
    yield "Supersedes", _others(decision.supersedes, decisions)
    yield "Superseded by", _others(decision.superseded_by, decisions)
    yield "Amends", _others(decision.amends, decisions)
    yield "Amended by", _others(decision.amended_by, decisions)
    yield "Affects", ", ".join(_entity(str(ref), catalog) for ref in decision.affects)
    yield "History", _history(decision, context)


def _status(decision: Decision) -> str:
    written = decision.status or "not given"
    if decision.state is State.SUPERSEDED and decision.status != State.SUPERSEDED:
        return f"superseded (written: {plain(written)})"
    return f"{plain(written)}, in force" if decision.in_force else plain(written)


def _with_age(day: date | None, today: date) -> str:
    if day is None:
        return ""
    days = (today - day).days
    return f"{day} ({days} day{'' if days == 1 else 's'} ago)" if days >= 0 else str(day)


def _others(ids: Iterable[str], decisions: Decisions) -> str:
    found = (decisions.by_id[name] for name in ids)
    return ", ".join(link(f"{other.id} {other.title}", _beside(other)) for other in found)


def _entity(name: str, catalog: Catalog) -> str:
    """Return *name* linked to its entity's page, where it is the reference of one that exists."""
    try:
        ref = EntityRef.parse(name)
    except InputError:
        return plain(name)
    entity = catalog.find(ref)
    if entity is None:
        return plain(name)
    return link(entity.title, f"../catalog/{ref.kind}/{ref.namespace}/{ref.name}.md")


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


def _beside(decision: Decision) -> str:
    return decision.page_uri.removeprefix("decisions/")
