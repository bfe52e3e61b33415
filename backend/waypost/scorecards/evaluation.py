"""Evaluation: every check of every entity that a scorecard applies to, at one time. Pure but for the worker."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from waypost.facts.model import Facts, FactSources, nested
from waypost.scorecards.exemptions import Exemption, Place, find_active
from waypost.scorecards.grading import Outcome
from waypost.scorecards.guard import Answer, Ask, Evaluator, Question
from waypost.scorecards.judging import Answers, Known, judge
from waypost.scorecards.messages import parse_message
from waypost.scorecards.model import UNSET_TIER, Check, Scorecard, State
from waypost.scorecards.rules import Rule, compile_rule

METADATA_DEFAULTS: Mapping[str, Any] = {
    "namespace": "default", "labels": {}, "annotations": {}, "tags": [], "links": [],
}  # fmt: skip
"""What rules find in every entity's metadata, so that asking for a tag is no error where there are none."""


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


@dataclass(slots=True)
class _Case:
    """A scorecard that applies to an entity, as far as is known."""

    card: Scorecard
    tier: str = UNSET_TIER
    fault: str = ""
    applies: bool = True


class Engine:
    """Evaluates scorecards; a context manager, for it has a worker process. Rules are compiled once."""

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
        self._numbers: dict[str, int] = {}
        for card in scorecards:
            for source in _sources_of(card):
                self._numbers.setdefault(source, len(self._numbers))
        self._rules: tuple[Rule, ...] = tuple(map(compile_rule, self._numbers))
        self._evaluator = Evaluator(self._rules)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *details: object) -> None:
        self._evaluator.close()

    def evaluate(self, subjects: Sequence[Subject], now: datetime) -> Iterator[Evaluated]:
        """Evaluate every scorecard for each of *subjects* that it applies to, in the order of both.

        The same subjects, scorecards, exemptions and time give the same.
        """
        views = [self._view(subject) for subject in subjects]
        cases = self._find_cases(subjects, views, now)
        questions, rounds = [], []
        for view, own in zip(views, cases, strict=True):
            asked = _Asks(self._numbers, self._rules)
            rounds.append([[asked.of_check(c, case.tier) for c in case.card.checks] for case in own])
            questions.append(Question(view.entity, view.tree, tuple(asked.asks)))
        answered = self._evaluator.answer(questions, now)
        for subject, view, own, wanted, answers in zip(subjects, views, cases, rounds, answered, strict=True):
            known = Known(subject.facts, view.tree, self._unread)
            for case, checks in zip(own, wanted, strict=True):
                outcomes = tuple(
                    self._judge(case, check, _Context(subject, known, now), places.read(answers))
                    for check, places in zip(case.card.checks, checks, strict=True)
                )
                yield Evaluated(case.card, subject, case.tier, outcomes)

    def _view(self, subject: Subject) -> _View:
        values = {path: fact.value for path, fact in subject.facts.items()}
        return _View(entity_view(subject.document), nested(values, self._sources.declarations))

    def _find_cases(
        self, subjects: Sequence[Subject], views: Sequence[_View], now: datetime
    ) -> list[list[_Case]]:
        """Return which scorecards apply to each subject, with its tier in each."""
        cases = [[_Case(card) for card in self._cards if card.applies_to.fits(s.document)] for s in subjects]
        questions, places = [], []
        for view, own in zip(views, cases, strict=True):
            asked = _Asks(self._numbers, self._rules)
            places.append([(asked.one(c.card.applies_to.when), asked.one(c.card.tier)) for c in own])
            questions.append(Question(view.entity, view.tree, tuple(asked.asks)))
        if any(question.asks for question in questions):
            for own, wanted, answers in zip(
                cases, places, self._evaluator.answer(questions, now), strict=True
            ):
                for case, (when, tier) in zip(own, wanted, strict=True):
                    _settle(case, when and answers[when - 1], tier and answers[tier - 1])
        return [[case for case in own if case.applies] for own in cases]

    def _judge(self, case: _Case, check: Check, context: _Context, found: _Found) -> Outcome:
        if case.fault:
            return Outcome(check.id, State.ERROR, case.fault)
        if not check.applies_to.fits(context.subject.document):
            return Outcome(check.id, State.NOT_APPLICABLE)
        if found.when is not None and not isinstance(found.when.value, bool):
            told = found.when.error or "it gives neither true nor false"
            return Outcome(check.id, State.ERROR, f"its appliesTo.when broke: {told}")
        if found.when is not None and found.when.value is False:
            return Outcome(check.id, State.NOT_APPLICABLE)
        return judge(
            check,
            found.answers,
            context.known,
            now=context.now,
            exemption=self._exemption(case, check, context),
        )

    def _exemption(self, case: _Case, check: Check, context: _Context) -> Exemption | None:
        some = self._exemptions.get(context.subject.ref, ())
        longest = case.card.exemptions.longest(case.tier)
        place = Place(case.card.name, check.id, context.subject.ref, longest)
        return find_active(some, place, context.now) if some else None


@dataclass(frozen=True, slots=True)
class _View:
    """An entity and its facts as rules see them."""

    entity: Mapping[str, Any]
    tree: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Context:
    subject: Subject
    known: Known
    now: datetime


@dataclass(frozen=True, slots=True)
class _Found:
    """The answers to one check's expressions."""

    answers: Answers
    when: Answer | None


@dataclass(frozen=True, slots=True)
class _Places:
    """Where in an entity's answers those of one check are, counted from 1; 0 for none."""

    rule: int
    evidence: int
    min_sample: int
    when: int
    message: tuple[int, ...]

    def read(self, answers: Sequence[Answer]) -> _Found:
        """Return the check's own answers."""

        def at(place: int) -> Answer | None:
            return answers[place - 1] if place else None

        message = tuple(answers[place - 1] for place in self.message)
        own = Answers(answers[self.rule - 1], at(self.evidence), at(self.min_sample), message)
        return _Found(own, at(self.when))


class _Asks:
    """Gathers what is asked about one entity."""

    def __init__(self, numbers: Mapping[str, int], rules: Sequence[Rule]) -> None:
        self.asks: list[Ask] = []
        self._numbers = numbers
        self._rules = rules

    def one(self, source: str, params: Mapping[str, Any] | None = None) -> int:
        """Ask for *source*, and return its place from 1; 0 where it is empty."""
        if not source:
            return 0
        number = self._numbers[source]
        needs = self._rules[number].uses_params
        self.asks.append(Ask(number, params if needs and params is not None else None))
        return len(self.asks)

    def of_check(self, check: Check, tier: str) -> _Places:
        """Ask for everything that *check* is made of."""
        params = check.params_for(tier) if check.params else None
        expressions = parse_message(check.message).expressions
        return _Places(
            rule=self.one(check.rule, params),
            evidence=self.one(check.evidence, params),
            min_sample=self.one(check.min_sample, params),
            when=self.one(check.applies_to.when, params),
            message=tuple(self.one(source, params) for source in expressions),
        )


def _settle(case: _Case, when: Answer | int, tier: Answer | int) -> None:
    if isinstance(when, Answer):
        case.applies = when.value is not False
        if not isinstance(when.value, bool):
            case.fault = (
                f"the scorecard's appliesTo.when broke: {when.error or 'it gives neither true nor false'}"
            )
    if isinstance(tier, Answer) and isinstance(tier.value, str) and tier.value:
        case.tier = tier.value


def _sources_of(card: Scorecard) -> Iterator[str]:
    sources = [card.applies_to.when, card.tier]
    for check in card.checks:
        sources += [check.rule, check.evidence, check.min_sample, check.applies_to.when]
        sources += parse_message(check.message).expressions
    return (source for source in sources if source)


def entity_view(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entity *document* as rules see it: what metadata may leave out is there, empty."""
    metadata = METADATA_DEFAULTS | dict(document.get("metadata") or {})
    return {"spec": {}, "relations": [], **document, "metadata": metadata}
