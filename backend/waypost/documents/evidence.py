"""The evidence about pages: reviews, watched files that changed, versions past their end, links and snippets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from waypost.core.errors import Problem, Severity
from waypost.core.evidence import Bearing, Evidence, Subject
from waypost.core.findings import Findings
from waypost.core.plugin import Knowledge
from waypost.core.workspace import Workspace
from waypost.documents.changes import Changes, LastChange
from waypost.documents.checks import check_pages
from waypost.documents.endoflife import EndOfLife, Mention, Product
from waypost.documents.link_checks import check_links
from waypost.documents.model import Page
from waypost.documents.moves import MOVED, Move, find_moves
from waypost.documents.notes import Notes, notes_of, typed_pages
from waypost.documents.snippets.checks import check_code, check_shell

Runs = Iterable[Callable[[Workspace, Knowledge], Iterator[Problem]]]
TellingRules = Mapping[str, tuple[str, Bearing]]

_RUNS: Final[Runs] = (check_pages, check_links, check_shell, check_code)
_RULES: Final[TellingRules] = {
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


def page_subjects(workspace: Workspace, knowledge: Knowledge) -> Iterator[Subject]:
    """Give each page that names its kind and is in use: drafts promise nothing yet, retired pages no more."""
    notes = notes_of(workspace, knowledge)
    for page in typed_pages(knowledge):
        if page.status not in ("draft", "retired"):
            yield Subject(
                path=page.path,
                title=page.title or page.path,
                uri=page.uri,
                kind=page.kind,
                owner=str(page.owner) if page.owner else "",
                tier=_word(page, "tier"),
                severity=_word(page, "severity"),
                every=page.review.every if page.review else None,
                line=notes[page.path].review,
            )


def _word(page: Page, key: str) -> str:
    value = page.front.get(key)
    return value if isinstance(value, str) else ""


def page_evidence(workspace: Workspace, knowledge: Knowledge) -> Iterator[Evidence]:
    """Give what speaks for and against each page that names its kind."""
    moves = find_moves(workspace, knowledge)
    changes = Changes(workspace)
    notes = notes_of(workspace, knowledge)
    for page in typed_pages(knowledge):
        yield from _review(page, notes[page.path], moves.get(page.path))
        yield from _watched(page, notes[page.path], changes)
        yield from _versions(page, notes[page.path], knowledge[EndOfLife])
    yield from found_evidence(knowledge, notes, _RUNS, _RULES)


def _review(page: Page, notes: Notes, move: Move | None) -> Iterator[Evidence]:
    review = page.review
    if review is None or review.on is None:
        return
    # A day that was only moved, with those of many others, tells of no reading: the one before it counts.
    on = move.before if move else review.on
    if on is not None:
        by = f" by {review.by}" if review.by else ""
        yield Evidence(
            path=page.path,
            kind="review",
            sentence=f"{review.method or 'reviewed'} on {on}{by}",
            bearing=Bearing.CONFIRMS,
            on=on,
            line=notes.on,
        )
    if move:
        yield move_evidence(move, notes.on)


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


def _watched(page: Page, notes: Notes, changes: Changes) -> Iterator[Evidence]:
    """Give the watched files that changed after the page was last reviewed; without a review none did."""
    since = page.reviewed_on
    if since is None:
        return
    for pattern, line in zip(page.watches, notes.watches, strict=True):
        newer = changes.after(since, pattern, page.path)
        if newer:
            yield _change(page, newer, line)


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


def _versions(page: Page, notes: Notes, products: EndOfLife) -> Iterator[Evidence]:
    seen = set()
    for mention in notes.mentions:
        product = products.by_name.get(mention.name)
        found = product.end_of(mention.version) if product else None
        if product is None or found is None or found[1] is False:
            continue
        key = (product.label, found[0], mention.is_used)
        if key not in seen:
            seen.add(key)
            yield _version(page, product, mention, None if isinstance(found[1], bool) else found[1])


def _version(page: Page, product: Product, mention: Mention, on: date | None) -> Evidence:
    when = f"since {on}" if on else "any more"
    verb = "takes" if mention.is_used else "speaks of"
    return Evidence(
        path=page.path,
        kind="version",
        sentence=f"it {verb} {product.label} {mention.version}, which has had no support {when}",
        bearing=Bearing.REFUTES if mention.is_used else Bearing.DOUBTS,
        on=on,
        line=mention.line,
        source=product.path,
        remedy=f"Move the page to a version of {product.label} that is supported"
        + ("." if mention.is_used else ", or read it again where it is right as it is."),
        lasts=mention.is_used,
    )


def found_evidence(
    knowledge: Knowledge, paths: Iterable[str], runs: Runs, rules: TellingRules
) -> Iterator[Evidence]:
    """Give the errors under *rules* that the checks *runs* find in the files *paths*; each lasts until it is mended.

    The checks themselves run once, whoever asks first.

    Args:
        rules: For each rule the kind and the bearing of the evidence that its errors are.
    """
    if Findings not in knowledge:
        return
    wanted = frozenset(paths)
    for problem in dict.fromkeys(problem for run in runs for problem in knowledge[Findings].of(run)):
        if problem.rule in rules and problem.path in wanted and problem.severity is Severity.ERROR:
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
