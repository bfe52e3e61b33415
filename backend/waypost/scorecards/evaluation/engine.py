"""Evaluation: every check of every entity that a scorecard applies to, at one time. Pure but for the worker."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from waypost.facts.model import Facts, FactSources, nested
from waypost.scorecards.evaluation.grading import Outcome
from waypost.scorecards.evaluation.judging import Known, judge
from waypost.scorecards.evaluation.plans import Places, Plan, Planner, entity_view
from waypost.scorecards.exemptions.covering import NO_COVER, Cover, find_cover
from waypost.scorecards.exemptions.model import Exemption, Place
from waypost.scorecards.model import UNSET_TIER, Check, Scorecard, State
from waypost.scorecards.rules.guard import Answer, Evaluator, Question


@dataclass(frozen=True, slots=True)
class Subject:
    """An entity to evaluate: its reference, its document, and its facts by path."""

    ref: str
    document: Mapping[str, Any]
    facts: Facts


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The outcomes of every check of one scorecard for one entity, and the tier that it was judged in."""

    scorecard: Scorecard
    subject: Subject
    tier: str
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class _Case:
    """A scorecard that applies to an entity. ``fault`` says why that could not be told."""

    card: Scorecard
    tier: str = UNSET_TIER
    fault: str = ""


@dataclass(frozen=True, slots=True)
class _View:
    """An entity and its facts as rules see them."""

    subject: Subject
    entity: Mapping[str, Any]
    known: Known


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
        self._unread = unread
        self._exemptions: dict[str, list[Exemption]] = {}
        for exemption in exemptions:
            for entity in exemption.entities:
                self._exemptions.setdefault(entity, []).append(exemption)
        self._planner = Planner(scorecards)
        self._evaluator = Evaluator(self._planner.rules)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *details: object) -> None:
        self._evaluator.close()

    def evaluate(self, subjects: Sequence[Subject], now: datetime) -> Iterator[Evaluated]:
        """Evaluate every scorecard for each of *subjects* that it applies to, in the order of both.

        The same subjects, scorecards, exemptions and time give the same.
        """
        views = [self._view(subject) for subject in subjects]
        cases = self._find_cases(views, now)
        plans = [[self._planner.plan(case.card, case.tier) for case in own] for own in cases]
        questions = [
            Question(view.entity, view.known.tree, [ask for plan in own for ask in plan.asks])
            for view, own in zip(views, plans, strict=True)
        ]
        answered = self._evaluator.answer(questions, now)
        for view, own, planned, answers in zip(views, cases, plans, answered, strict=True):
            start = 0
            for case, plan in zip(own, planned, strict=True):
                judged = _Round(view, case, plan, self._exemptions.get(view.subject.ref, ()), now)
                yield Evaluated(case.card, view.subject, case.tier, judged.outcomes(answers, start))
                start += len(plan.asks)

    def _view(self, subject: Subject) -> _View:
        values = {path: fact.value for path, fact in subject.facts.items()}
        tree = nested(values, self._sources.declarations)
        return _View(subject, entity_view(subject.document), Known(subject.facts, tree, self._unread))

    def _find_cases(self, views: Sequence[_View], now: datetime) -> list[list[_Case]]:
        """Return which scorecards apply to each entity, with its tier in each."""
        fitting = [[c for c in self._cards if c.applies_to.fits(view.subject.document)] for view in views]
        questions = [
            Question(view.entity, view.known.tree, [ask for card in own for ask in self._planner.scope(card)])
            for view, own in zip(views, fitting, strict=True)
        ]
        if not any(question.asks for question in questions):
            return [[_Case(card) for card in own] for own in fitting]
        answered = self._evaluator.answer(questions, now)
        return [list(_cases(own, iter(answers))) for own, answers in zip(fitting, answered, strict=True)]


def _cases(cards: Iterable[Scorecard], answers: Iterator[Answer]) -> Iterator[_Case]:
    """Give those of *cards* that apply, by the answers to what they ask first."""
    for card in cards:
        when = next(answers) if card.applies_to.when else Answer(value=True)
        tier = next(answers).value if card.tier else ""
        if when.value is not False:
            known = tier if isinstance(tier, str) and tier else UNSET_TIER
            yield _Case(card, known, _broken_scope("the scorecard's", when))


def _broken_scope(whose: str, when: Answer) -> str:
    """Return why *when* does not tell whether something applies, "" where it does."""
    if isinstance(when.value, bool):
        return ""
    return f"{whose} appliesTo.when broke: {when.error or 'it gives neither true nor false'}"


@dataclass(frozen=True, slots=True)
class _Round:
    """One scorecard for one entity at one time."""

    view: _View
    case: _Case
    plan: Plan
    exemptions: Sequence[Exemption]
    now: datetime

    def outcomes(self, answers: Sequence[Answer], start: int) -> tuple[Outcome, ...]:
        """Judge every check by *answers*, in which those of this scorecard begin at *start*."""
        judged = zip(self.case.card.checks, self.plan.places, strict=True)
        return tuple([self._judge(check, places, answers, start) for check, places in judged])

    def _judge(self, check: Check, places: Places, answers: Sequence[Answer], start: int) -> Outcome:
        if self.case.fault:
            return Outcome(check.id, State.ERROR, self.case.fault)
        if not check.applies_to.fits(self.view.subject.document):
            return Outcome(check.id, State.NOT_APPLICABLE)
        if places.when is not None:
            when = answers[start + places.when]
            if when.value is False:
                return Outcome(check.id, State.NOT_APPLICABLE)
            if fault := _broken_scope("its", when):
                return Outcome(check.id, State.ERROR, fault)
        own = places.read(answers, start)
        return judge(check, own, self.view.known, now=self.now, cover=self._cover(check))

    def _cover(self, check: Check) -> Cover:
        if not self.exemptions:
            return NO_COVER
        terms = self.case.card.exemptions.terms(self.case.tier)
        place = Place(self.case.card.name, check.id, self.view.subject.ref, terms)
        return find_cover(self.exemptions, place, self.now)
