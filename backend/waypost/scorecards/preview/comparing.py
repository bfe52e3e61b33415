"""Compares two sides: evaluates each scorecard on both, and gathers what moves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from waypost.catalog.model import Catalog
from waypost.core.plugin import Before, Knowledge, Progress
from waypost.core.workspace import Workspace
from waypost.facts.model import FactSources
from waypost.scorecards.campaigns.model import Campaign, Campaigns
from waypost.scorecards.model import Scorecards
from waypost.scorecards.preview import breaking, exempting
from waypost.scorecards.preview.campaigning import Courses
from waypost.scorecards.preview.definitions import Pair, pair_cards
from waypost.scorecards.preview.evaluating import Inputs, evaluate_both
from waypost.scorecards.preview.facts import (
    AbsentPath,
    Outside,
    SideFacts,
    absent_paths,
    collect,
    read_outside,
)
from waypost.scorecards.preview.gathering import Gathered
from waypost.scorecards.preview.model import Absent, Preview
from waypost.scorecards.preview.reading import missing_for_scope, missing_sources, needed_paths, without


def preview(
    workspace: Workspace, knowledge: Knowledge, at: datetime, progress: Progress, *, scorecard: str = ""
) -> Preview:
    """Return what the change from ``knowledge[Before]`` to *workspace* does to its scorecards.

    Both sides are evaluated at the same time, each with the facts that its own files give, and with the same facts
    from elsewhere.

    Args:
        scorecard: Only this scorecard, by its name after the change or before.
    """
    before = knowledge[Before]
    found = breaking.find_broken(before.knowledge, knowledge)
    pairs = _pairs(before.knowledge, knowledge, breaking.names(found, "Scorecard"), scorecard)
    outside = read_outside(knowledge, at)
    sides, failed = _both_sides(workspace, knowledge, pairs, outside=outside, at=at)
    absent = absent_paths(before.knowledge, knowledge, outside) | failed
    uncompared = [_uncompared(pair, absent) for pair in pairs]
    courses = Courses((_campaigns(before.knowledge), _campaigns(knowledge)))
    compared = [
        (without(old, left_out), without(new, left_out))
        for (old, new), left_out in zip(pairs, uncompared, strict=True)
    ]
    gathered = [Gathered(pair, sides, courses) for pair in compared]
    for both in evaluate_both(compared, *sides, now=at, progress=progress):
        gathered[both.number].add(both)
    cards = tuple(
        gather.card(pair, missing, at)
        for gather, pair, missing in zip(gathered, pairs, uncompared, strict=True)
    )
    return Preview(
        revision=before.revision,
        at=at,
        cards=cards,
        exemptions=exempting.exemption_moves(
            before.knowledge[Scorecards].exemptions,
            knowledge[Scorecards].exemptions,
            exempting.Sides(cards, tuple(gather.exempt for gather in gathered), scorecard),
            at,
        ),
        campaigns=() if scorecard else tuple(courses.moves()),
        broken=found,
        absent=_absent(absent, uncompared),
        sources=tuple(breaking.source_edits(before.knowledge[FactSources], knowledge[FactSources])),
        facts_from=outside.told,
        facts_fault=outside.fault,
    )


def _pairs(before: Knowledge, after: Knowledge, broken: frozenset[str], wanted: str) -> list[Pair]:
    """Return the scorecards to compare; one that cannot be read on a side is none."""
    old, new = (
        {card.name: card for card in known[Scorecards].scorecards if card.name not in broken}
        for known in (before, after)
    )
    pairs = pair_cards(old, new)
    return [pair for pair in pairs if not wanted or wanted in {card.name for card in pair if card}]


def _uncompared(pair: Pair, absent: Mapping[str, AbsentPath]) -> dict[str, tuple[str, ...]]:
    """Return the checks of *pair* that hang on what is not at hand, each with the sources that lack."""
    cards = [card for card in pair if card]
    scope = {source for card in cards for source in missing_for_scope(card, absent)}
    found: dict[str, set[str]] = {}
    for card in cards:
        for check in card.checks:
            if lacking := scope | set(missing_sources(check, absent)):
                found.setdefault(check.id, set()).update(lacking)
    return {check: tuple(sorted(lacking)) for check, lacking in found.items()}


def _absent(
    absent: Mapping[str, AbsentPath], uncompared: Iterable[Mapping[str, tuple[str, ...]]]
) -> tuple[Absent, ...]:
    counts = Counter(source for missing in uncompared for sources in missing.values() for source in sources)
    reasons = {each.source: each.reason for each in absent.values()}
    return tuple(Absent(source, reasons[source], counts[source]) for source in sorted(counts))


def _both_sides(
    workspace: Workspace, knowledge: Knowledge, pairs: Sequence[Pair], *, outside: Outside, at: datetime
) -> tuple[tuple[Inputs, Inputs], dict[str, AbsentPath]]:
    """Return what both sides are evaluated from, and the paths of which files could not tell."""
    before = knowledge[Before]
    needed = needed_paths(
        [card for pair in pairs for card in pair if card],
        [*before.knowledge[FactSources].declarations, *knowledge[FactSources].declarations],
    )
    old = collect(before.workspace, before.knowledge, outside, needed=needed, now=at)
    new = collect(workspace, knowledge, outside, needed=needed, now=at)
    roots = before.workspace.root, workspace.root
    return (_inputs(before.knowledge, old, *roots), _inputs(knowledge, new)), {**old.failed, **new.failed}


def _inputs(
    knowledge: Knowledge, facts: SideFacts, lies_in: Path | None = None, belongs_in: Path | None = None
) -> Inputs:
    """Return what a side is evaluated from; its entities name the folder *belongs_in* for that which they lie in."""
    entities = knowledge[Catalog].written
    documents = {str(entity.ref): entity.document for entity in entities}
    if lies_in and belongs_in:
        places = f"file:{lies_in}/", f"file:{belongs_in}/"
        documents = {ref: _relocated(document, *places) for ref, document in documents.items()}
    return Inputs(
        documents,
        {str(entity.ref): str(entity.owner) if entity.owner else "" for entity in entities},
        facts.by_entity,
        facts.unread,
        knowledge[FactSources],
        knowledge[Scorecards].exemptions,
    )


def _relocated(document: Mapping[str, Any], old: str, new: str) -> Mapping[str, Any]:
    """Return *document* with annotations that begin with *old* beginning with *new*: where a copy lies is no change."""
    annotations = document["metadata"].get("annotations") or {}
    moved = {
        key: f"{new}{value.removeprefix(old)}"
        for key, value in annotations.items()
        if isinstance(value, str) and value.startswith(old)
    }
    if not moved:
        return document
    return {**document, "metadata": {**document["metadata"], "annotations": {**annotations, **moved}}}


def _campaigns(knowledge: Knowledge) -> tuple[Campaign, ...]:
    return knowledge[Campaigns].campaigns if Campaigns in knowledge else ()
