"""Evaluation: checks of entities that scorecards apply to, at one time. Pure but for the worker."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any, Self

from waypost.facts.model import Facts, FactSources, nested
from waypost.scorecards.evaluation.found import Case, Found, Round, View, broken_scope
from waypost.scorecards.evaluation.judging import Known
from waypost.scorecards.evaluation.plans import Plan, Planner, entity_view
from waypost.scorecards.exemptions.model import Exemption
from waypost.scorecards.model import UNSET_TIER, Scorecard
from waypost.scorecards.results import Outcome
from waypost.scorecards.rules.guard import Answer, Evaluator, Question, Reply


@dataclass(frozen=True, slots=True)
class Subject:
    """An entity to evaluate: its reference, its document, and its facts by path."""

    ref: str
    document: Mapping[str, Any]
    facts: Facts


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What every check of one scorecard came to for one entity, and the tier that it was judged in."""

    scorecard: Scorecard
    subject: Subject
    tier: str
    found: Found

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The outcome of each check, in their order."""
        return self.found.outcomes(self.scorecard)


@dataclass(frozen=True, slots=True)
class Item:
    """A scorecard that applies to an entity, with the places of the checks to evaluate; None for all."""

    view: View
    case: Case
    wanted: tuple[int, ...] | None = None


class Engine:
    """Evaluates scorecards; a context manager, for it has a worker process. Rules are compiled once.

    Args:
        unread: Declared paths whose source was never read.
    """

    def __init__(
        self,
        scorecards: Sequence[Scorecard],
        exemptions: Iterable[Exemption],
        sources: FactSources,
        unread: frozenset[str] = frozenset(),
    ) -> None:
        self._cards = scorecards
        self._sources = sources
        self._exemptions: dict[str, list[Exemption]] = {}
        for exemption in exemptions:
            for entity in exemption.entities:
                self._exemptions.setdefault(entity, []).append(exemption)
        self._planner = Planner(scorecards)
        self._evaluator = Evaluator(self._planner.rules)
        self._unread = unread
        self.set_unread(unread)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *details: object) -> None:
        self.close()

    def close(self) -> None:
        """End the worker."""
        self._evaluator.close()

    def forgive(self) -> None:
        """Begin another run: a rule that broke its budget is tried again."""
        self._evaluator.forgive()

    def set_unread(self, unread: frozenset[str]) -> None:
        """Take *unread* for the declared paths whose source was never read."""
        self._unread = unread
        self._planner.set_unread(unread)

    def evaluate(self, subjects: Sequence[Subject], now: datetime) -> Iterator[Evaluated]:
        """Evaluate every scorecard for each of *subjects* that it applies to, in the order of both.

        The same subjects, scorecards, exemptions and time give the same. In rules ``now`` is the start of the day:
        what they come to stays the same until the next one.
        """
        views = [self.view(subject.ref, subject.document, subject.facts) for subject in subjects]
        fitting = [[card for card in self._cards if card.applies_to.fits(v.document)] for v in views]
        cases = self.scopes(list(zip(views, fitting, strict=True)), now)
        items = [
            (subject, Item(view, case))
            for subject, view, own in zip(subjects, views, cases, strict=True)
            for case in own
        ]
        judged = self.judge([item for _, item in items], now)
        for (subject, item), found in zip(items, judged, strict=True):
            yield Evaluated(item.case.card, subject, item.case.tier, found)

    def view(self, ref: str, document: Mapping[str, Any], facts: Facts) -> View:
        """Return the entity *ref* and its *facts* as rules see them."""
        tree = nested({path: fact.value for path, fact in facts.items()}, self._sources.declarations)
        known = Known(facts, tree, self._unread)
        return View(ref, document, entity_view(document), known, self._exemptions.get(ref, ()))

    def scopes(self, asked: Sequence[tuple[View, Sequence[Scorecard]]], now: datetime) -> list[list[Case]]:
        """Return which of the scorecards, which fit by kind and type, apply to each entity, with its tier."""
        questions = [
            Question(view.entity, view.known.tree, [self._planner.scope(card) for card in cards])
            for view, cards in asked
        ]
        if not any(asks for question in questions for asks in question.plans):
            return [[Case(card) for card in cards] for _, cards in asked]
        replies = self._evaluator.answer(questions, _day(now))
        return [list(_cases(cards, iter(reply))) for (_, cards), reply in zip(asked, replies, strict=True)]

    def judge(self, items: Sequence[Item], now: datetime) -> Iterator[Found]:
        """Give what the checks that *items* want come to, in order; items of one entity follow each other."""
        grouped: list[tuple[View, list[tuple[Item, Plan]]]] = []
        for item in items:
            plan = self._planner.plan(item.case.card, item.case.tier, item.wanted)
            if not grouped or grouped[-1][0] is not item.view:
                grouped.append((item.view, []))
            grouped[-1][1].append((item, plan))
        questions = (
            Question(view.entity, view.known.tree, [plan.asks for _, plan in own]) for view, own in grouped
        )
        replies = self._evaluator.answer(questions, _day(now))
        for (_, own), reply in zip(grouped, replies, strict=True):
            yield from _judged(own, reply, now)


def _judged(own: Iterable[tuple[Item, Plan]], reply: Reply, now: datetime) -> Iterator[Found]:
    start = 0
    for item, plan in own:
        yield Round(item.view, item.case, plan, now.astimezone(UTC)).judge(reply, start)
        start += len(plan.asks)


def _day(now: datetime) -> datetime:
    return datetime.combine(now.astimezone(UTC).date(), time(), UTC)


def _cases(cards: Iterable[Scorecard], answers: Iterator[Answer]) -> Iterator[Case]:
    """Give those of *cards* that apply, by the answers to what they ask first."""
    for card in cards:
        when = next(answers) if card.applies_to.when else Answer(value=True)
        tier = next(answers).value if card.tier else ""
        if when.value is not False:
            known = tier if isinstance(tier, str) and tier else UNSET_TIER
            yield Case(card, known, broken_scope("the scorecard's", when))
