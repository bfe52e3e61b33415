"""The page of a decision: its state on top, then its text as written, then all that is known of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from markupsafe import Markup, escape

from waypost.adr.approving import Standing
from waypost.adr.citing import Citations
from waypost.adr.model import Decision, Decisions, State
from waypost.adr.pages.approvals import approval_words, approvals_html, has_approvals
from waypost.adr.pages.banner import WARNED, banner_html
from waypost.adr.pages.graph import LEGEND, around_list, around_svg, relations_of
from waypost.adr.pages.history import history_html
from waypost.adr.pages.words import MEANINGS, due_html, link_of, with_age
from waypost.adr.text import entity_link
from waypost.catalog.model import Catalog
from waypost.core.markup import joined, listed, page_link, plain, terms
from waypost.core.plugin import SiteContext, SitePage


@dataclass(frozen=True, slots=True)
class Shelf:
    """All that the pages of a build's decisions are made from."""

    context: SiteContext
    citations: Citations
    standings: Mapping[str, Standing]

    @property
    def decisions(self) -> Decisions:
        """Every decision."""
        return self.context.knowledge[Decisions]

    @property
    def catalog(self) -> Catalog:
        """The catalog."""
        return self.context.knowledge[Catalog]

    @property
    def today(self) -> date:
        """The day of the build."""
        return self.context.now.date()


def decision_page(decision: Decision, shelf: Shelf) -> SitePage:
    """Return the page of *decision*. What is told below its text is put in when the page is written."""
    record = [(title, name, make) for title, name, make in _record(decision, shelf) if make]
    pieces = {name: make for _, name, make in record if make is not None}
    adoption = f'<waypost-adoption adr="{escape(decision.id)}"></waypost-adoption>'
    parts = [
        f"# {plain(decision.title)}",
        _state(decision, shelf),
        _text(decision),
        "## On record",
        *([f"### How far it is followed\n\n{adoption}"] if _is_followed(decision) else []),
        *(f'### {title}\n\n<div data-wp-piece="{name}"></div>' for title, name, _ in record),
    ]
    meta: dict[str, object] = {"kind": _kind(decision)}
    if decision.state is not None:
        meta["status"] = str(decision.state)
    if decision.tags:
        meta["tags"] = list(decision.tags)
    markdown = "\n\n".join(parts) + "\n"
    return SitePage(
        decision.page_uri, decision.title, markdown, source=decision.path, meta=meta, pieces=pieces
    )


def _is_followed(decision: Decision) -> bool:
    """Tell whether it makes sense to ask how far *decision* is followed: it holds, or names checks."""
    return decision.in_force or bool(decision.checks)


def _record(decision: Decision, shelf: Shelf) -> Iterator[tuple[str, str, Callable[[], str] | None]]:
    """Give each part of what is on record: its title, its name, and what makes it, None where there is nothing."""
    standing = shelf.standings[decision.id]
    approvals = partial(approvals_html, decision, standing, shelf.catalog)
    affected = partial(_affected, decision, shelf.catalog)
    related = partial(_related, decision, shelf)
    history = partial(history_html, decision, shelf.decisions, shelf.catalog, shelf.context.workspace)
    is_related = relations_of(decision, shelf.citations) or decision.id in shelf.citations.pages
    yield "Approvals", "approvals", approvals if has_approvals(standing) else None
    yield "What it affects", "affected", affected if decision.affects else None
    yield "Related", "related", related if is_related else None
    yield "History", "history", history


def _kind(decision: Decision) -> str:
    return f"decision {decision.number:04d}" if decision.number is not None else "decision"


def _state(decision: Decision, shelf: Shelf) -> Markup:
    lead = Markup('<p class="wp-lead">{}</p>\n').format(decision.summary) if decision.is_own_format else ""
    return Markup('<div class="wp-state wp-state--{}">\n{}{}{}\n</div>').format(
        decision.state or "unknown",
        banner_html(decision, shelf.decisions),
        lead,
        terms(_state_rows(decision, shelf)),
    )


def _state_rows(decision: Decision, shelf: Shelf) -> Iterator[tuple[str, str | Markup]]:
    today, catalog, by_id = shelf.today, shelf.catalog, shelf.decisions.by_id
    yield "Status", _status(decision)
    yield "Implementation", decision.implementation.replace("-", " ")
    yield "Scope", decision.scope
    yield "Proposed", str(decision.proposed or "")
    yield "Decided", with_age(decision.decided, today)
    yield "Date", "" if decision.decided else with_age(decision.dated, today)
    yield "Review by", _review(decision, today)
    waits = decision.state in (State.DRAFT, State.PROPOSED)
    yield (
        "Who decides" if waits else "Decided by",
        joined(entity_link(name, catalog) for name in decision.deciders),
    )
    yield "Approvals", approval_words(decision, shelf.standings[decision.id])
    for name, ids in (
        ("Supersedes", decision.supersedes),
        ("Superseded by", decision.superseded_by),
        ("Amends", decision.amends),
        ("Amended by", decision.amended_by),
    ):
        yield name, joined(link_of(by_id[id_]) for id_ in ids)
    yield "Affects", joined(entity_link(str(ref), catalog) for ref in decision.affects)
    yield "Tags", ", ".join(decision.tags)


def _status(decision: Decision) -> Markup:
    written = decision.status or "not given"
    word = f"{written}, in force" if decision.in_force else written
    if decision.state is State.SUPERSEDED and decision.status != State.SUPERSEDED:
        word = f"superseded (written: {written})"
    # Of what does not hold, the warning above says it.
    meaning = "" if decision.state in WARNED else MEANINGS[decision.state]
    return Markup("{}{}").format(word, Markup("<br><small>{}</small>").format(meaning) if meaning else "")


def _review(decision: Decision, today: date) -> Markup:
    if decision.review_by is None:
        return Markup("")
    return Markup("{}{}").format(decision.review_by, due_html(decision, today))


def _affected(decision: Decision, catalog: Catalog) -> Markup:
    rows = Markup("").join(
        Markup("<tr><td>{}</td><td>{}</td><td>{}</td></tr>\n").format(
            entity_link(str(ref), catalog),
            entity.kind if (entity := catalog.find(ref)) else "not in the catalog",
            entity_link(str(entity.owner), catalog) if entity and entity.owner else "",
        )
        for ref in decision.affects
    )
    return Markup(
        '<table class="wp-table" aria-label="What it affects"><thead><tr><th scope="col">Entity</th>'
        '<th scope="col">Kind</th><th scope="col">Owner</th></tr></thead><tbody>{}</tbody></table>'
    ).format(rows)


def _related(decision: Decision, shelf: Shelf) -> Markup:
    parts = []
    picture = around_svg(decision, shelf.decisions, shelf.citations)
    if picture:
        parts += [
            LEGEND,
            Markup('<figure class="wp-graph"><div class="wp-graph__scroll">{}</div></figure>').format(
                picture
            ),
            around_list(decision, shelf.decisions, shelf.citations),
        ]
    pages = shelf.citations.pages.get(decision.id, ())
    if pages:
        parts += [
            Markup("<p>Pages that cite it:</p>"),
            listed(page_link(page.uri, page.title or page.uri) for page in pages),
        ]
    return Markup("\n").join(parts)


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
    return "\n".join(lines).strip("\n")
