"""Runs the tests that are written beside the rules of a scorecard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from waypost.facts.model import Fact, FactSources, normal_value
from waypost.scorecards.evaluation.engine import Engine, Subject
from waypost.scorecards.evaluation.grading import Outcome
from waypost.scorecards.model import RuleTest, Scorecard, State

REF = "component:default/tested"


@dataclass(frozen=True, slots=True)
class Failure:
    """A check that came to another state than a test expects. ``number`` counts tests from 0."""

    number: int
    test: str
    check: str
    expected: State
    got: State
    message: str


def run_tests(card: Scorecard, sources: FactSources) -> Iterator[Failure]:
    """Give each expectation of *card*'s tests that is not met.

    Facts are as fresh as the test's own time. Where the scorecard does not apply to the test's entity, every
    check is not applicable.
    """
    if not card.tests:
        return
    with Engine([card], (), sources) as engine:
        for number, test in enumerate(card.tests):
            outcomes = _outcomes(engine, test, sources)
            for check, expected in test.expect.items():
                got = outcomes.get(check)
                state = got.state if got else State.NOT_APPLICABLE
                if state is not expected:
                    message = got.message if got else "the scorecard does not apply to the entity"
                    yield Failure(number, test.name, check, expected, state, message)


def _outcomes(engine: Engine, test: RuleTest, sources: FactSources) -> Mapping[str, Outcome]:
    now = datetime.fromisoformat(test.now)
    known = {
        path: Fact(path, _value(sources, path, value), "test", now, now) for path, value in test.facts.items()
    }
    document = {"metadata": {"name": "tested"}, **test.entity}
    evaluated = next(iter(engine.evaluate([Subject(REF, document, known)], now)), None)
    return {outcome.check: outcome for outcome in evaluated.outcomes} if evaluated else {}


def _value(sources: FactSources, path: str, value: Any) -> Any:
    declaration = sources.declarations.get(path)
    return normal_value(declaration, value) if declaration and isinstance(value, (int, float)) else value
