"""The evidence that decisions give: that they hold, that what they affect is gone, that pages cite what fell."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final
from urllib.parse import unquote, urlsplit

from waypost.adr.model import Decision, Decisions, State
from waypost.catalog.refs import EntityRef
from waypost.core.errors import InputError
from waypost.core.evidence import Bearing, Evidence, Subject
from waypost.core.markdownfile import Link
from waypost.core.plugin import Knowledge
from waypost.core.workspace import Workspace
from waypost.documents.evidence import found_evidence, move_evidence
from waypost.documents.model import Documents, Page
from waypost.documents.moves import find_moves

DUE_KEY: Final = "review-by"
_FALLEN: Final = (State.SUPERSEDED, State.DEPRECATED)
TELLING_RULES: Final = {
    "adr/broken-link": ("link", Bearing.DOUBTS),
    "adr/unknown-entity": ("entity", Bearing.REFUTES),
}
"""The rules whose errors speak against a page or decision, each with the kind of evidence that they are."""


def decision_subjects(knowledge: Knowledge) -> Iterator[Subject]:
    """Give each decision in force that says when it is to be read again, or is written in Waypost's own form."""
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
    yield from found_evidence(knowledge, held.keys() | pages.keys(), TELLING_RULES)
    folder = knowledge[Documents].folder
    by_file = dict(decisions.by_path) | {f"{folder}/{each.page_uri}": each for each in decisions.ordered}
    for page in pages.values():
        yield from _cited(page, decisions, by_file, workspace)


def _cited(
    page: Page, decisions: Decisions, by_file: Mapping[str, Decision], workspace: Workspace
) -> Iterator[Evidence]:
    seen: set[str] = set()
    for decision, line in _citations(page, decisions, by_file):
        if decision.state in _FALLEN and decision.id not in seen:
            seen.add(decision.id)
            yield _fallen(page, decision, line, decisions=decisions, workspace=workspace)


def _citations(
    page: Page, decisions: Decisions, by_file: Mapping[str, Decision]
) -> Iterator[tuple[Decision, int]]:
    """Give each decision that *page* names in its front matter or links to, with the line."""
    names = page.front.get("adrs")
    for number, name in enumerate(names if isinstance(names, list) else ()):
        decision = decisions.find(str(name))
        if decision is not None:
            yield decision, page.file.line_of("adrs", number)
    for link in page.file.links:
        decision = _linked(page, link, decisions, by_file)
        if decision is not None:
            yield decision, link.line


def _linked(page: Page, link: Link, decisions: Decisions, by_file: Mapping[str, Decision]) -> Decision | None:
    if link.kind == "wiki":
        is_ours = link.target.startswith("adr:")
        return decisions.find(link.target.removeprefix("adr:")) if is_ours else None
    target = link.target.partition("#")[0]
    if not target.endswith(".md") or urlsplit(target).scheme:
        return None
    return by_file.get(posixpath.normpath(posixpath.join(posixpath.dirname(page.path), unquote(target))))


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
