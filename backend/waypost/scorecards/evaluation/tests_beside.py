"""Runs the tests that are written beside the rules of scorecards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from waypost.facts.model import Fact, Facts, FactSources, normal_value
from waypost.scorecards.evaluation.engine import Engine, Item
from waypost.scorecards.evaluation.grading import grade
from waypost.scorecards.model import RuleTest, Scorecard
from waypost.scorecards.results import Grade, Outcome

REF: Final = "component:default/tested"
NO_LEVEL: Final = "none"
"""What a test calls the level of an entity that has none."""

_CLOSE: Final = 0.005
"""A score is right to the whole per cent that people see."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An expectation that is not met: ``number`` counts tests from 0, ``keys`` lead from the test to it."""

    number: int
    test: str
    keys: tuple[str, ...]
    told: str


@dataclass(frozen=True, slots=True)
class _Case:
    card: Scorecard
    number: int
    test: RuleTest


def run_tests(cards: Sequence[Scorecard], sources: FactSources) -> dict[str, list[Failure]]:
    """Return each expectation that is not met, by the name of its scorecard. One worker serves them all.

    Facts are as fresh as the test's own time. Where the scorecard does not apply to the test's entity, every
    check is not applicable.
    """
    tested = [card for card in cards if card.tests]
    failures: dict[str, list[Failure]] = {card.name: [] for card in tested}
    if not tested:
        return failures
    cases = [_Case(card, number, test) for card in tested for number, test in enumerate(card.tests)]
    cases.sort(key=lambda case: case.test.now)
    with Engine(tested, (), sources) as engine:
        for now, group in groupby(cases, key=lambda case: case.test.now):
            for case, found in _judged(engine, list(group), datetime.fromisoformat(now), sources):
                failures[case.card.name] += _failures(case, found)
    return failures


@dataclass(frozen=True, slots=True)
class _Found:
    """What a test's entity came to; None for a scorecard that does not apply to it."""

    outcomes: Mapping[str, Outcome]
    grade: Grade | None


def _judged(
    engine: Engine, cases: Sequence[_Case], now: datetime, sources: FactSources
) -> Iterator[tuple[_Case, _Found]]:
    documents = [{"metadata": {"name": "tested"}, **case.test.entity} for case in cases]
    views = [
        engine.view(REF, document, _facts(case.test, now, sources))
        for case, document in zip(cases, documents, strict=True)
    ]
    asked = [
        (view, [case.card] if case.card.applies_to.fits(document) else [])
        for case, view, document in zip(cases, views, documents, strict=True)
    ]
    scopes = engine.scopes(asked, now)
    items = [Item(view, scope) for view, own in zip(views, scopes, strict=True) for scope in own]
    judged = iter(engine.judge(items, now))
    for case, own in zip(cases, scopes, strict=True):
        if not own:
            yield case, _Found({}, None)
            continue
        outcomes = next(judged).outcomes(case.card)
        total = grade(case.card, own[0].tier, outcomes, now=now, had_level="")
        yield case, _Found({outcome.check: outcome for outcome in outcomes}, total)


def _failures(case: _Case, found: _Found) -> Iterator[Failure]:
    for keys, told in (*_checks(case.test, found), *_totals(case.test, found.grade)):
        yield Failure(case.number, case.test.name, keys, told)


def _checks(test: RuleTest, found: _Found) -> Iterator[tuple[tuple[str, ...], str]]:
    for check, expected in test.expect.items():
        outcome = found.outcomes.get(check)
        state = outcome.state.value if outcome else "not-applicable"
        message = outcome.message if outcome else "the scorecard does not apply to the entity"
        if state != expected:
            told = f" ({message})" if message else ""
            yield ("expect", check), f"'{check}' is {state}, not {expected}{told}"
    for check, text in test.messages.items():
        outcome = found.outcomes.get(check)
        message = outcome.message if outcome else ""
        if message != text:
            yield ("expect", check, "message"), f"'{check}' says '{message}', not '{text}'"


def _totals(test: RuleTest, found: Grade | None) -> Iterator[tuple[tuple[str, ...], str]]:
    level = (found.level if found else "") or NO_LEVEL
    if test.level and level != test.level:
        yield ("level",), f"the level is {level}, not {test.level}"
    score = found.score if found else None
    if test.score is not None and (score is None or abs(score - test.score) > _CLOSE):
        shown = "there is no score" if score is None else f"the score is {score:.2f}"
        yield ("score",), f"{shown}, not {test.score:.2f}"


def _facts(test: RuleTest, now: datetime, sources: FactSources) -> Facts:
    return {
        path: Fact(path, _value(sources, path, value), "test", now, now) for path, value in test.facts.items()
    }


def _value(sources: FactSources, path: str, value: Any) -> Any:
    declaration = sources.declarations.get(path)
    return normal_value(declaration, value) if declaration and isinstance(value, (int, float)) else value
