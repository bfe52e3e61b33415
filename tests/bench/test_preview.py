"""How much CPU the preview of a change takes a check, beside evaluating both sides in full in the same run."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

import build
from bench.test_evaluation import RULES, SOURCES, cpu_seconds, entity
from waypost.core.progress import SilentProgress
from waypost.facts.model import Fact
from waypost.scorecards.evaluation.engine import Engine, Subject
from waypost.scorecards.model import Check, Level, Scorecard, Target
from waypost.scorecards.preview.definitions import Pair
from waypost.scorecards.preview.evaluating import Inputs, evaluate_both
from waypost.scorecards.preview.moving import Graded, Scale, row_of

ENTITIES = int(os.environ.get("BENCH_ENTITIES", "1000"))
CHECKS = 50
MOST = 3.0
"""How many times one full evaluation the whole preview of one changed check may take, with grading and comparing."""


def scorecard() -> Scorecard:
    checks = tuple(
        Check(
            f"check-{number}",
            f"Check {number}",
            RULES[number % len(RULES)],
            level=("low", "high")[number % 2],
            params={"least": {"tier-1": 30, "*": 10}} if number % len(RULES) == 0 else {},
        )
        for number in range(CHECKS)
    )
    return Scorecard(
        "bench",
        "Bench",
        checks,
        levels=(Level("low", "Low"), Level("high", "High")),
        tier="entity.metadata.labels['tier']",
        targets=(Target("*", "low", date(2027, 1, 1)),),
    )


def inputs() -> Inputs:
    entities = [entity(number) for number in range(ENTITIES)]
    values = [
        {
            "docs.entity": {"length": number % 60},
            "git.contributors": number % 4,
            "git.lastChange": "2026-10-20T00:00:00+00:00",
        }
        for number in range(ENTITIES)
    ]
    facts = {
        str(one.ref): {path: Fact(path, value, "all", build.NOON, build.NOON) for path, value in own.items()}
        for one, own in zip(entities, values, strict=True)
    }
    return Inputs(
        {str(one.ref): one.document for one in entities},
        {str(one.ref): "group:default/a" for one in entities},
        facts,
        frozenset(),
        SOURCES,
        (),
    )


def changed(card: Scorecard) -> Scorecard:
    first, *others = card.checks
    return replace(card, checks=(replace(first, params={"least": 40}), *others))


def compare(pair: Pair, side: Inputs) -> int:
    old, new = pair
    assert old is not None
    assert new is not None
    scales, falls = (Scale.of(old), Scale.of(new)), 0
    for both in evaluate_both([pair], side, side, now=build.NOON, progress=SilentProgress()):
        assert both.before is not None
        assert both.after is not None
        before = Graded.of(scales[0], both.before, "")
        after = Graded.of(scales[1], both.after, "")
        falls += bool(row_of(both.ref, before, after).moves)
    return falls


def evaluate(card: Scorecard, side: Inputs) -> None:
    subjects = [Subject(ref, document, side.facts[ref]) for ref, document in side.documents.items()]
    with Engine([card], (), side.sources) as engine:
        for start in range(0, len(subjects), 250):
            for _ in engine.evaluate(subjects[start : start + 250], build.NOON):
                pass


def cpu_of(work: Callable[[], object]) -> float:
    started = cpu_seconds()
    work()
    return cpu_seconds() - started


@pytest.mark.bench
def test_a_preview_evaluates_the_second_side_only_where_it_differs() -> None:
    side, card = inputs(), scorecard()

    full = cpu_of(lambda: evaluate(card, side))
    preview = cpu_of(lambda: compare((card, changed(card)), side))

    whole = ENTITIES * CHECKS
    print(f"preview: {preview:.2f} s of CPU for {ENTITIES} entities x {CHECKS} checks on both sides,")  # noqa: T201
    print(f"{preview / full:.2f} times one full evaluation ({full / whole * 1e6:.1f} us a check)")  # noqa: T201
    assert preview / full < MOST
