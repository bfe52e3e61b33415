"""How much CPU the preview of a change takes a check, beside evaluating both sides in full in the same run."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable
from dataclasses import replace

import pytest

import build
from bench import rules
from waypost.core.progress import SilentProgress
from waypost.facts.model import Fact
from waypost.scorecards.evaluation.engine import Engine, Subject
from waypost.scorecards.model import Scorecard
from waypost.scorecards.preview.definitions import Pair
from waypost.scorecards.preview.evaluating import Inputs, evaluate_both
from waypost.scorecards.preview.moving import Graded, Scale, row_of

ENTITIES = int(os.environ.get("BENCH_ENTITIES", "1000"))
CHECKS = 50
MOST = 3.0
"""How many times one full evaluation the whole preview of one changed check may take, with grading and comparing."""


def inputs() -> Inputs:
    entities = [rules.entity(number) for number in range(ENTITIES)]
    facts = {
        str(one.ref): {
            path: Fact(path, value, "all", build.NOON, build.NOON) for path, value in rules.facts_of(number)
        }
        for number, one in enumerate(entities)
    }
    return Inputs(
        {str(one.ref): one.document for one in entities},
        {str(one.ref): "group:default/a" for one in entities},
        facts,
        frozenset(),
        rules.SOURCES,
        (),
    )


def cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def changed(card: Scorecard) -> Scorecard:
    first, second, *others = card.checks
    return replace(card, checks=(first, replace(second, params={"hours": 1000}), *others))


def compare(pair: Pair, side: Inputs) -> int:
    old, new = pair
    assert old is not None
    assert new is not None
    scales, falls = (Scale.of(old), Scale.of(new)), 0
    for both in evaluate_both([pair], side, side, now=build.NOON, progress=SilentProgress()):
        assert (both.before is None) == (both.after is None)
        if both.before is None or both.after is None:
            continue
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
    side, card = inputs(), rules.scorecard(CHECKS)

    full = cpu_of(lambda: evaluate(card, side))
    preview = cpu_of(lambda: compare((card, changed(card)), side))

    whole = ENTITIES * CHECKS
    print(f"preview: {preview:.2f} s of CPU for {ENTITIES} entities x {CHECKS} checks on both sides,")  # noqa: T201
    print(f"{preview / full:.2f} times one full evaluation ({full / whole * 1e6:.1f} us a check)")  # noqa: T201
    assert preview / full < MOST
