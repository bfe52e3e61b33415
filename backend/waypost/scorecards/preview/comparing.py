"""Compares two sides: evaluates each scorecard on both, and gathers what moves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from waypost.catalog.model import Catalog
from waypost.core.plugin import Before, Knowledge, Progress
from waypost.core.workspace import Workspace
from waypost.facts.model import FactSources
from waypost.scorecards.campaigns.model import Campaign, Campaigns
from waypost.scorecards.model import MET, Check, Scorecard, Scorecards, State
from waypost.scorecards.preview import breaking, exempting
from waypost.scorecards.preview.campaigning import Courses
from waypost.scorecards.preview.definitions import Pair, deciding, edits_of, pair_cards
from waypost.scorecards.preview.evaluating import Both, Inputs, evaluate_both
from waypost.scorecards.preview.facts import AbsentPath, Outside, absent_paths, collect, read_outside
from waypost.scorecards.preview.model import Absent, CardPreview, Preview, Row, Upcoming
from waypost.scorecards.preview.moving import Graded, row_of, stand_of, would_fall
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
    absent = absent_paths(before.knowledge, knowledge, outside)
    uncompared = [_uncompared(pair, absent) for pair in pairs]
    compared = [
        (without(old, left_out), without(new, left_out))
        for (old, new), left_out in zip(pairs, uncompared, strict=True)
    ]
    needed = needed_paths(
        [card for pair in pairs for card in pair if card],
        [
            *before.knowledge[FactSources].declarations,
            *knowledge[FactSources].declarations,
        ],
    )
    sides = (
        _inputs(before.workspace, before.knowledge, outside, needed=needed, at=at),
        _inputs(workspace, knowledge, outside, needed=needed, at=at),
    )
    courses = Courses((_campaigns(before.knowledge), _campaigns(knowledge)))
    gathered = [_Gathered(*pair, sides, courses) for pair in compared]
    for both in evaluate_both(compared, *sides, now=at, progress=progress):
        gathered[both.number].add(both, at)
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


def _inputs(
    workspace: Workspace, knowledge: Knowledge, outside: Outside, *, needed: frozenset[str], at: datetime
) -> Inputs:
    facts = collect(workspace, knowledge, outside, needed=needed, now=at)
    entities = knowledge[Catalog].written
    return Inputs(
        {str(entity.ref): entity.document for entity in entities},
        {str(entity.ref): str(entity.owner) if entity.owner else "" for entity in entities},
        facts.by_entity,
        facts.unread,
        knowledge[FactSources],
        knowledge[Scorecards].exemptions,
    )


def _campaigns(knowledge: Knowledge) -> tuple[Campaign, ...]:
    return knowledge[Campaigns].campaigns if Campaigns in knowledge else ()


@dataclass(slots=True)
class _Coming:
    """What is gathered of an upcoming check."""

    would: Counter[str] = field(default_factory=Counter)
    failing: list[str] = field(default_factory=list)
    falls: int = 0


class _Gathered:
    """What a pair of scorecards comes to, gathered entity by entity."""

    def __init__(
        self,
        before: Scorecard | None,
        after: Scorecard | None,
        sides: tuple[Inputs, Inputs],
        courses: Courses,
    ) -> None:
        self._before, self._after = before, after
        self._sides, self._courses = sides, courses
        self._rows: list[Row] = []
        self._states: tuple[dict[str, Counter[str]], dict[str, Counter[str]]] = ({}, {})
        self._coming: dict[str, _Coming] = {}
        self.exempt = exempting.Uses()

    def add(self, both: Both, now: datetime) -> None:
        """Take in what an entity came to."""
        sides: list[Graded | None] = []
        for number, (card, judged) in enumerate(((self._before, both.before), (self._after, both.after))):
            if card is None or judged is None:
                sides.append(None)
                continue
            stand = stand_of(card, judged, self._sides[number].owners[both.ref], now)
            sides.append(Graded(card, judged, stand))
            for outcome in judged.outcomes:
                self._states[number].setdefault(outcome.check, Counter())[outcome.state.value] += 1
            self.exempt.add(number, judged.outcomes)
            document = self._sides[number].documents[both.ref]
            self._courses.add(number, card.name, document, judged.outcomes)
        self._rows.append(row_of(both.ref, sides[0], sides[1]))
        if sides[1] is not None:
            self._await(both.ref, sides[1], now)

    def _await(self, ref: str, graded: Graded, now: datetime) -> None:
        """Count what upcoming checks would be, where the change has a say in it."""
        for outcome in graded.judged.outcomes:
            if outcome.state is not State.UPCOMING or outcome.would is None:
                continue
            coming = self._coming.setdefault(outcome.check, _Coming())
            coming.would[outcome.would.value] += 1
            if outcome.would not in MET:
                coming.failing.append(ref)
                coming.falls += would_fall(graded, outcome.check, now)

    def card(self, pair: Pair, uncompared: Mapping[str, tuple[str, ...]], at: datetime) -> CardPreview:
        """Return what the change does to the scorecard."""
        old, new = pair
        checks = dict.fromkeys(
            check.id for card in (self._after, self._before) if card for check in card.checks
        )
        none: Counter[str] = Counter()
        return CardPreview(
            old,
            new,
            tuple(self._rows),
            tuple(edits_of(old, new)) if old and new else (),
            {check: tuple(side.get(check, none) for side in self._states) for check in checks},  # type: ignore[misc]
            tuple(self._upcoming(at)),
            dict(uncompared),
        )

    def _upcoming(self, at: datetime) -> Iterable[Upcoming]:
        old = {check.id: check for check in self._before.checks} if self._before else {}
        for check in self._after.checks if self._after else ():
            if check.not_before and check.is_upcoming(at.date()) and _is_news(old.get(check.id), check):
                coming = self._coming.get(check.id, _Coming())
                yield Upcoming(
                    check.id, check.not_before, dict(coming.would), coming.falls, tuple(coming.failing)
                )


def _is_news(old: Check | None, new: Check) -> bool:
    return old is None or deciding(old) != deciding(new) or old.level != new.level
