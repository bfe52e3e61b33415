"""The evidence that decisions give: that they hold, that what they affect is gone, that pages cite what fell."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from datetime import date
from typing import Final
from urllib.parse import unquote, urlsplit

from waypost.adr.checks import check_decisions
from waypost.adr.links import check_links
from waypost.adr.model import Decision, Decisions, State
from waypost.catalog.refs import EntityRef
from waypost.core.errors import InputError
from waypost.core.evidence import Bearing, Evidence, Subject
from waypost.core.markdownfile import Link
from waypost.core.pagecheck import Look, Question, kept_per_page
from waypost.core.plugin import Knowledge
from waypost.core.workspace import Workspace
from waypost.documents.evidence import found_evidence, move_evidence
from waypost.documents.model import Documents, Page
from waypost.documents.moves import find_moves
from waypost.documents.questions import all_pages

DUE_KEY: Final = "review-by"
_FALLEN: Final = (State.SUPERSEDED, State.DEPRECATED)
_RULES: Final = {
    "adr/broken-link": ("link", Bearing.DOUBTS),
    "adr/unknown-entity": ("entity", Bearing.REFUTES),
}
"""The rules whose errors speak against a page or decision, each with the kind of evidence that they are."""


def decision_subjects(workspace: Workspace, knowledge: Knowledge) -> Iterator[Subject]:
    """Give each decision in force that says when it is to be read again, or is written in Waypost's own form."""
    del workspace
    for decision in knowledge[Decisions].ordered:
        if decision.in_force and (decision.review_by or decision.is_own_format):
            yield Subject(
                path=decision.path,
                title=decision.title,
                uri=decision.page_uri,
                kind="decision",
                owner=_owner(decision),
                due_on=decision.review_by,
                due_key=DUE_KEY if decision.is_own_format else "",
                line=decision.file.line_of(DUE_KEY),
            )


def _owner(decision: Decision) -> str:
    """Return who answers for *decision*: the first who made it, where that is an entity."""
    for name in decision.deciders:
        try:
            return str(EntityRef.parse(name))
        except InputError:
            continue
    return ""


def decision_evidence(workspace: Workspace, knowledge: Knowledge) -> Iterator[Evidence]:
    """Give what speaks for and against decisions in force, and the pages that cite decisions which fell."""
    decisions = knowledge[Decisions]
    held = {decision.path: decision for decision in decisions.ordered if decision.in_force}
    for decision in held.values():
        if decision.date:
            yield Evidence(
                path=decision.path,
                kind="decided",
                sentence=f"decided on {decision.date}",
                bearing=Bearing.CONFIRMS,
                on=decision.date,
                line=decision.line_of("decided"),
            )
    for path, move in find_moves(workspace, knowledge).items():
        if path in held:
            yield move_evidence(move, held[path].file.line_of(DUE_KEY))
    pages = {page.path: page for page in knowledge[Documents].pages.values() if page.kind}
    yield from found_evidence(knowledge, held.keys() | pages.keys(), (check_decisions, check_links), _RULES)
    cited = _citations_of_pages(workspace, knowledge)
    for path, page in pages.items():
        if cited[path]:
            yield from _cited(page, cited[path], decisions, workspace)


def _cited(
    page: Page, citations: list[tuple[str, int]], decisions: Decisions, workspace: Workspace
) -> Iterator[Evidence]:
    seen: set[str] = set()
    for name, line in citations:
        decision = decisions.by_id[name]
        if decision.state in _FALLEN and decision.id not in seen:
            seen.add(decision.id)
            yield _fallen(page, decision, line, decisions=decisions, workspace=workspace)


_BY_NAME: Final = Question(
    "decision-named", lambda _workspace, knowledge, name: _id(knowledge[Decisions].find(name))
)
_BY_FILE: Final = Question("decision-at", lambda _workspace, knowledge, path: _id(_at(path, knowledge)))


def _id(decision: Decision | None) -> str:
    return decision.id if decision else ""


def _at(path: str, knowledge: Knowledge) -> Decision | None:
    """Return the decision of which the file, or the page of the site, is at *path*."""
    decisions, folder = knowledge[Decisions], knowledge[Documents].folder
    known = decisions.by_path.get(path)
    if known is None and path.startswith(f"{folder}/decisions/"):
        known = next((each for each in decisions.ordered if f"{folder}/{each.page_uri}" == path), None)
    return known


def _citations(page: Page, look: Look) -> list[tuple[str, int]]:
    """Return the id of each decision that *page* names in its front matter or links to, with the line."""
    names = page.front.get("adrs")
    found = [
        (look(_BY_NAME, str(name)), page.file.line_of("adrs", number))
        for number, name in enumerate(names if isinstance(names, list) else ())
    ]
    found += [(_linked(page, link, look), link.line) for link in page.file.links]
    return [(name, line) for name, line in found if name]


def _linked(page: Page, link: Link, look: Look) -> str:
    if link.kind == "wiki":
        is_ours = link.target.startswith("adr:")
        return look(_BY_NAME, link.target.removeprefix("adr:")) if is_ours else ""
    target = link.target.partition("#")[0]
    if not target.endswith(".md") or urlsplit(target).scheme:
        return ""
    return look(_BY_FILE, posixpath.normpath(posixpath.join(posixpath.dirname(page.path), unquote(target))))


_citations_of_pages = kept_per_page("citations", all_pages, _citations, (_BY_NAME, _BY_FILE))


def _fallen(
    page: Page, decision: Decision, line: int, *, decisions: Decisions, workspace: Workspace
) -> Evidence:
    successors = [decisions.by_id[name] for name in decision.superseded_by if name in decisions.by_id]
    history = workspace.history.of(decision.path)
    days: list[date] = [day for each in successors if (day := each.date)]
    on = min(days, default=history.last.date() if history else None)
    by = f" by {', '.join(each.id for each in successors)}" if successors else ""
    when = f" on {on}" if days else ""
    instead = f"Read {successors[0].path}" if successors else f"Read {decision.path}"
    return Evidence(
        path=page.path,
        kind="decision",
        sentence=f"it cites the decision {decision.id} '{decision.title}', which is {decision.state}{by}{when}",
        bearing=Bearing.DOUBTS,
        on=on,
        line=line,
        source=decision.path,
        remedy=f"{instead}, mend the page where it has to follow, then run `waypost review done {page.path}`.",
    )
