"""The evidence about pages: reviews, watched files that changed, versions past their end, links and snippets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from waypost.core.errors import Problem, Severity
from waypost.core.evidence import Bearing, Evidence, Subject
from waypost.core.findings import Findings
from waypost.core.plugin import Knowledge
from waypost.core.workspace import Workspace
from waypost.documents.changes import Changes, LastChange
from waypost.documents.endoflife import EndOfLife, Mention, find_in_code, find_in_prose
from waypost.documents.model import Documents, Page
from waypost.documents.moves import MOVED, Move, find_moves

TELLING_RULES: Final = {
    **dict.fromkeys(
        ("documents/link", "documents/anchor", "documents/entity-link"), ("link", Bearing.DOUBTS)
    ),
    **dict.fromkeys(
        ("documents/about", "documents/template", "documents/named-page"), ("entity", Bearing.REFUTES)
    ),
    **dict.fromkeys(
        ("documents/shell", "documents/promql", "documents/manifest", "documents/data"),
        ("snippet", Bearing.REFUTES),
    ),
}
"""The rules whose errors speak against a page, each with the kind of evidence that they are."""


def page_subjects(knowledge: Knowledge) -> Iterator[Subject]:
    """Give each page that names its kind and is in use: drafts promise nothing yet, retired pages no more."""
    for page in knowledge[Documents].pages.values():
        if page.kind and page.status not in ("draft", "retired"):
            yield Subject(
                path=page.path,
                title=page.title or page.path,
                uri=page.uri,
                kind=page.kind,
                owner=str(page.owner) if page.owner else "",
                tier=_word(page, "tier"),
                severity=_word(page, "severity"),
                every=page.review.every if page.review else None,
                line=page.file.line_of("review"),
            )


def _word(page: Page, key: str) -> str:
    value = page.front.get(key)
    return value if isinstance(value, str) else ""


def page_evidence(workspace: Workspace, knowledge: Knowledge) -> Iterator[Evidence]:
    """Give what speaks for and against each page that names its kind."""
    documents = knowledge[Documents]
    pages = [page for page in documents.pages.values() if page.kind]
    moves = find_moves(workspace, knowledge)
    changes = Changes(workspace)
    for page in pages:
        yield from _review(page, moves.get(page.path))
        yield from _watched(page, changes)
        yield from _versions(page, knowledge[EndOfLife])
    yield from found_evidence(knowledge, {page.path for page in pages}, TELLING_RULES)


def _review(page: Page, move: Move | None) -> Iterator[Evidence]:
    review = page.review
    if review is None or review.on is None:
        return
    line = page.file.line_of("review", "on")
    # A day that was only moved, with those of many others, tells of no reading: the one before it counts.
    on = move.before if move else review.on
    if on is not None:
        by = f" by {review.by}" if review.by else ""
        sentence = f"{review.method or 'reviewed'} on {on}{by}"
        yield Evidence(
            path=page.path, kind="review", sentence=sentence, bearing=Bearing.CONFIRMS, on=on, line=line
        )
    if move:
        yield move_evidence(move, line)


def move_evidence(move: Move, line: int) -> Evidence:
    """Return the doubt about a day that was only *moved*, which stands on *line*."""
    where = f"the commit {move.commit[:9]}" if move.commit else "this change"
    sentence = (
        f"its review day was moved in {where} with those of {move.together - 1} others, and nothing else"
    )
    return Evidence(
        path=move.path,
        kind="moved",
        sentence=sentence,
        bearing=Bearing.DOUBTS,
        on=move.on,
        line=line,
        remedy=f"Read it, and record that in a commit of its own: `waypost review done {move.path}`.",
        rule=MOVED,
        lasts=True,
    )


def _watched(page: Page, changes: Changes) -> Iterator[Evidence]:
    """Give the watched files that changed after the page was last reviewed; without a review it never was."""
    since = page.reviewed_on
    if since is None:
        return
    for number, pattern in enumerate(page.watches):
        newer = changes.after(since, pattern, page.path)
        if newer:
            yield _change(page, newer, page.file.line_of("watches", number))


def _change(page: Page, newer: Sequence[LastChange], line: int) -> Evidence:
    """Return that what a page watches changed, by the last of the *newer* changes."""
    last = newer[0]
    what = f"{last.path} changed on {last.on}"
    if not last.is_committed:
        what += ", which is not committed yet"
    if len(newer) > 1:
        what += f", and {len(newer) - 1} more that it watches"
    return Evidence(
        path=page.path,
        kind="watched",
        sentence=f"{what}; it was reviewed on {page.reviewed_on}",
        bearing=Bearing.DOUBTS,
        on=last.on,
        line=line,
        source=last.path,
        remedy=f"See what changed with `git log -p -- {last.path}`, mend the page where it has to follow, then run"
        f" `waypost review done {page.path}`.",
    )


def _versions(page: Page, products: EndOfLife) -> Iterator[Evidence]:
    seen = set()
    for mention in _mentions(page, products):
        found = mention.product.end_of(mention.version)
        key = (mention.product.label, found, mention.is_used)
        if found is None or found[1] is False or key in seen:
            continue
        seen.add(key)
        yield _version(page, mention, None if isinstance(found[1], bool) else found[1])


def _version(page: Page, mention: Mention, on: date | None) -> Evidence:
    when = f"since {on}" if on else "any more"
    verb = "takes" if mention.is_used else "speaks of"
    label = f"{mention.product.label} {mention.version}"
    return Evidence(
        path=page.path,
        kind="version",
        sentence=f"it {verb} {label}, which has had no support {when}",
        bearing=Bearing.REFUTES if mention.is_used else Bearing.DOUBTS,
        on=on,
        line=mention.line,
        source=mention.product.path,
        remedy=f"Move the page to a version of {mention.product.label} that is supported"
        + ("." if mention.is_used else ", or read it again where it is right as it is."),
        lasts=mention.is_used,
    )


def _mentions(page: Page, products: EndOfLife) -> Iterator[Mention]:
    if not products.products:
        return
    file = page.file
    versions = page.front.get("versions")
    for name, version in versions.items() if isinstance(versions, dict) else ():
        product = products.by_name.get(str(name).casefold())
        if product is not None and isinstance(version, str):
            line = file.line_of("versions", name)
            yield Mention(product, version.removeprefix("v"), line, is_used=True)
    code = [(fence.line, fence.line + fence.text.count("\n") + 2) for fence in file.fences]
    for fence in file.fences:
        yield from find_in_code(fence.text, products, fence.line + 1)
    for mention in find_in_prose(file.body, products, file.body_line):
        if not any(first <= mention.line <= last for first, last in code):
            yield mention


def found_evidence(
    knowledge: Knowledge, paths: Iterable[str], rules: Mapping[str, tuple[str, Bearing]]
) -> Iterator[Evidence]:
    """Give the errors under *rules* that checks found in the files *paths*; each lasts until it is mended.

    The checks themselves run once, whoever asks first.

    Args:
        rules: For each rule the kind and the bearing of the evidence that its errors are.
    """
    if Findings not in knowledge:
        return
    wanted = frozenset(paths)
    for problem in dict.fromkeys(knowledge[Findings].of(*rules)):
        if problem.path in wanted and problem.severity is Severity.ERROR:
            yield _problem_evidence(problem, *rules[problem.rule])


def _problem_evidence(problem: Problem, kind: str, bearing: Bearing) -> Evidence:
    return Evidence(
        path=problem.path,
        kind=kind,
        sentence=problem.message,
        bearing=bearing,
        line=problem.line,
        remedy=problem.fix,
        rule=problem.rule,
        lasts=True,
    )
