"""Rules over links: those that decisions hold, and those that lead to decisions."""

from __future__ import annotations

from collections.abc import Iterator

from waypost.adr.model import Decision, Decisions
from waypost.catalog.model import Catalog
from waypost.core.errors import Problem, Severity
from waypost.core.markdownfile import Link, MarkdownFile
from waypost.core.pagecheck import HasFile, Look, Question, per_page
from waypost.core.plugin import Knowledge
from waypost.core.workspace import Workspace
from waypost.documents.links import Place, is_entity_link, is_made_anchor, resolve_link
from waypost.documents.model import Documents
from waypost.documents.questions import all_pages

RULE = "adr/broken-link"


def check_links(workspace: Workspace, knowledge: Knowledge) -> Iterator[Problem]:
    """Find links in decisions that lead nowhere, and ``[[adr:…]]`` of pages and decisions that name none."""
    yield from _of_pages(workspace, knowledge)
    look = Look(workspace, knowledge)
    for decision in knowledge[Decisions].ordered:
        yield from _adr_links(decision, look)
        yield from _entity_links(decision.file, knowledge[Catalog])
        for link in decision.file.links:
            if link.kind != "wiki":
                yield from _target_problems(decision, link, knowledge, workspace)


IS_DECISION = Question(
    "decision", lambda _workspace, knowledge, name: knowledge[Decisions].find(name) is not None
)


def _adr_links(item: HasFile, look: Look) -> Iterator[Problem]:
    for link in item.file.links:
        name = link.target.removeprefix("adr:")
        if link.kind == "wiki" and name != link.target and not look(IS_DECISION, name):
            message = f"links to decision '{name}', which does not exist"
            fix = "Write the number of a decision, such as [[adr:0007]]."
            yield Problem(item.file.path, link.line, RULE, message, fix)


_of_pages = per_page(RULE, all_pages, _adr_links, (IS_DECISION,))


def _entity_links(file: MarkdownFile, catalog: Catalog) -> Iterator[Problem]:
    for link in file.links:
        if is_entity_link(link) and catalog.find(link.target) is None:
            message = f"links to {link.target}, which is not in the catalog"
            yield Problem(file.path, link.line, RULE, message, "Correct the reference, or add the entity.")


def _target_problems(
    decision: Decision, link: Link, knowledge: Knowledge, workspace: Workspace
) -> Iterator[Problem]:
    """Find what is wrong with one ordinary link. In other formats than ours it is a warning."""
    severity = Severity.ERROR if decision.is_own_format else Severity.WARNING
    documents, decisions = knowledge[Documents], knowledge[Decisions]
    found = resolve_link(documents, workspace, decision.path, link.target)
    if found.place is Place.NOWHERE:
        fix = f"Write {found.suggestion}." if found.suggestion else "Correct the path, or remove the link."
        message = f"links to {link.target}, where nothing is"
        yield Problem(decision.path, link.line, RULE, message, fix, severity)
        return
    target = _file_at(found.path, decisions, documents)
    if not found.anchor or target is None or is_made_anchor(found.anchor):
        return
    if found.anchor not in target.anchors:
        message = f"links to the heading '{found.anchor}' of {found.path}, which has none such"
        yield Problem(
            decision.path, link.line, RULE, message, "Write the anchor of a heading there.", severity
        )


def _file_at(path: str, decisions: Decisions, documents: Documents) -> MarkdownFile | None:
    if path in decisions.by_path:
        return decisions.by_path[path].file
    page = documents.pages.get(path)
    return page.file if page else None
