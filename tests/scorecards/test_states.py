"""The ten states as a table: when a check is in one, and what it counts for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

import build
from waypost.facts.model import Fact, FactDeclaration, FactSource, FactSources
from waypost.scorecards.evaluation.engine import Engine, Subject
from waypost.scorecards.evaluation.grading import grade
from waypost.scorecards.exemptions.model import Exemption
from waypost.scorecards.model import (
    MET,
    SCORED,
    STATE_LETTERS,
    UNKNOWN,
    AppliesTo,
    Bands,
    Check,
    Level,
    Limits,
    Scorecard,
    State,
    Target,
)
from waypost.scorecards.results import Outcome

REF = "component:default/till"
DAY = timedelta(days=1)
SOURCES = FactSources(
    (
        FactSource(
            "meter",
            "meter",
            (FactDeclaration("slo.target", "number"), FactDeclaration("slo.events", "integer")),
        ),
    )
)
RULE = Check("c", "C", "facts.slo.target >= params.least", params={"least": {"tier-1": 99.9, "*": 99.0}})
SHARE = Check("c", "C", "facts.slo.target", bands=Bands({"tier-1": 95, "*": 80}, {"tier-1": 90.0, "*": 60}))
EXEMPT = Exemption("why-not", "ready", ("c",), (REF,), build.NOON - DAY, build.NOON + DAY)
GOOD, BAD = {"slo.target": 99.5}, {"slo.target": 98.0}


class Bench:
    """One engine for each set of checks; each question is one entity with some facts."""

    def __init__(self, check: Check, exemption: Exemption | None = None) -> None:
        labels = "'tier' in entity.metadata.labels ? entity.metadata.labels['tier'] : ''"
        card = Scorecard("ready", "Ready", (check,), tier=labels)
        self._engine = Engine([card], [exemption] if exemption else [], SOURCES)

    def ask(self, facts: Mapping[str, Any], age: timedelta = timedelta(), tier: str = "") -> Outcome:
        """Return what the check comes to."""
        at = build.NOON - age
        metadata = {"name": "till", "labels": {"tier": tier} if tier else {}}
        document = {"kind": "Component", "metadata": metadata, "spec": {"type": "service"}}
        known = {path: Fact(path, value, "meter", at, at) for path, value in facts.items()}
        with self._engine as engine:
            [found] = engine.evaluate([Subject(REF, document, known)], build.NOON)
        return found.outcomes[0]


def _rows() -> Iterator[Any]:
    sampled = replace(RULE, min_sample="facts.slo.events >= 1000")
    aged = replace(RULE, max_age={"slo.target": 7 * DAY})
    many = {"slo.events": 5000}
    for name, check, facts, expected in [
        ("the rule is true", RULE, GOOD, State.PASS),
        ("the rule is false", RULE, BAD, State.FAIL),
        ("a fact is missing", RULE, {}, State.NO_DATA),
        ("a fact as old as it may be", aged, GOOD, State.PASS),
        ("the rule is no claim", replace(RULE, rule="facts.slo.target"), GOOD, State.ERROR),
        ("the rule divides by nothing", replace(RULE, rule="1 / 0 > 1"), GOOD, State.ERROR),
        ("another type", replace(RULE, applies_to=AppliesTo(types=("worker",))), BAD, State.NOT_APPLICABLE),
        ("left out by rule", replace(RULE, applies_to=AppliesTo(when="false")), {}, State.NOT_APPLICABLE),
        ("announced", replace(RULE, not_before=date(2027, 1, 1)), BAD, State.UPCOMING),
        ("its day has come", replace(RULE, not_before=build.NOON.date()), BAD, State.FAIL),
        ("too few to judge", sampled, BAD | {"slo.events": 10}, State.INSUFFICIENT_DATA),
        ("enough to judge", sampled, BAD | many, State.FAIL),
        ("nobody knows how many", sampled, BAD, State.NO_DATA),
        ("a number in the best band", SHARE, {"slo.target": 80.0}, State.PASS),
        ("a number in the band between", SHARE, {"slo.target": 79.9}, State.WARN),
        ("the last of that band", SHARE, {"slo.target": 60.0}, State.WARN),
        ("a number below", SHARE, {"slo.target": 59.9}, State.FAIL),
        ("no number is known", SHARE, {}, State.NO_DATA),
        ("bands over what is no number", replace(SHARE, rule="facts.slo.target > 1.0"), GOOD, State.ERROR),
        ("bands over too few", replace(SHARE, min_sample="false"), GOOD, State.INSUFFICIENT_DATA),
    ]:
        yield pytest.param(check, facts, expected, id=name)


@pytest.mark.parametrize(("check", "facts", "expected"), [*_rows()])
def test_a_check_is_in_the_state_that_its_rule_and_facts_say(
    check: Check, facts: Mapping[str, Any], expected: State
) -> None:
    assert Bench(check).ask(facts).state is expected


@pytest.mark.parametrize(
    ("check", "facts", "would"),
    [
        pytest.param(RULE, BAD, State.FAIL, id="a failure"),
        pytest.param(RULE, {}, State.NO_DATA, id="no data"),
        pytest.param(SHARE, {"slo.target": 70.0}, State.WARN, id="a warning"),
    ],
)
def test_what_is_exempt_or_announced_is_evaluated_all_the_same(
    check: Check, facts: Mapping[str, Any], would: State
) -> None:
    exempt = Bench(check, EXEMPT).ask(facts)
    announced = Bench(replace(check, not_before=date(2027, 1, 1)), EXEMPT).ask(facts)

    assert (exempt.state, exempt.would, exempt.exemption) == (State.EXEMPT, would, "why-not")
    assert (announced.state, announced.would) == (State.UPCOMING, would)


def test_a_fact_older_than_allowed_is_stale_and_says_since_when() -> None:
    found = Bench(replace(RULE, max_age={"slo.target": 7 * DAY})).ask(GOOD, age=8 * DAY)

    assert found.state is State.STALE
    assert found.message == "slo.target is as of 2026-10-25 12:00 UTC, older than 7 days"


@pytest.mark.parametrize(
    ("tier", "expected"),
    [
        pytest.param("tier-1", (State.FAIL, State.WARN), id="its own"),
        pytest.param("tier-9", (State.PASS, State.PASS), id="that of every other"),
        pytest.param("", (State.PASS, State.PASS), id="no tier"),
    ],
)
def test_parameters_and_bands_are_those_of_the_tier(tier: str, expected: tuple[State, State]) -> None:
    found = (Bench(RULE).ask(GOOD, tier=tier).state, Bench(SHARE).ask({"slo.target": 92.0}, tier=tier).state)

    assert found == expected


@pytest.mark.parametrize(
    ("value", "state", "message"),
    [
        (5.0, State.PASS, "5: at most 5 passes, 10 warns"),
        (5.5, State.WARN, "5.5: at most 5 passes, 10 warns"),
        (10.5, State.FAIL, "10.5: at most 5 passes, 10 warns"),
    ],
)
def test_lower_is_better_where_a_check_passes_below_where_it_warns(
    value: float, state: State, message: str
) -> None:
    found = Bench(replace(SHARE, bands=Bands(5, 10))).ask({"slo.target": value})

    assert (found.state, found.message) == (state, message)


def test_a_warning_has_the_message_of_its_check() -> None:
    found = Bench(replace(SHARE, message="${facts.slo.target} %")).ask({"slo.target": 70.0})

    assert (found.state, found.message) == (State.WARN, "70 %")


TABLE = [  # state, counts in the score, is gained, for a level, is applicable
    (State.PASS, True, True, "met", True),
    (State.WARN, True, True, "met", True),
    (State.FAIL, True, False, "unmet", True),
    (State.NO_DATA, True, False, "unknown", True),
    (State.STALE, True, False, "unknown", True),
    (State.ERROR, True, False, "unknown", True),
    (State.NOT_APPLICABLE, False, False, "met", False),
    (State.UPCOMING, False, False, "met", False),
    (State.EXEMPT, False, False, "met", True),
    (State.INSUFFICIENT_DATA, False, False, "unmet", True),
]


def test_the_table_has_every_state_and_each_its_letter() -> None:
    assert {row[0] for row in TABLE} == set(State) == set(STATE_LETTERS)
    assert len(set(STATE_LETTERS.values())) == len(State)


@pytest.mark.parametrize(("state", "is_scored", "is_gained", "level", "is_applicable"), TABLE)
def test_a_state_counts_as_the_table_says(
    state: State, *, is_scored: bool, is_gained: bool, level: str, is_applicable: bool
) -> None:
    card = Scorecard("r", "R", (replace(RULE, level="one"),), levels=(Level("one", "One"),))
    found = grade(card, "", [Outcome("c", state, unknown_since=build.NOON)], now=build.NOON, had_level="one")

    assert found.score == (float(is_gained) if is_scored else None)
    assert (state in SCORED, state in MET, state in UNKNOWN) == (
        is_scored,
        level == "met",
        level == "unknown",
    )
    # Who had the level keeps it while nobody can say.
    assert found.level == ("" if level == "unmet" else "one")
    assert found.applicable == int(is_applicable)


def test_a_target_is_that_of_the_tier_with_its_day() -> None:
    levels = (Level("one", "One"), Level("two", "Two"))
    targets = (Target("tier-1", "two", date(2027, 1, 1)), Target("*", "one", date(2027, 6, 1)))
    card = Scorecard("r", "R", (replace(RULE, level="two"),), levels=levels, targets=targets)
    fails = [Outcome("c", State.FAIL)]

    strict, lax = (grade(card, tier, fails, now=build.NOON, had_level="") for tier in ("tier-1", "unset"))

    assert (strict.level, strict.target_level, strict.target_by, strict.meets_target) == (
        "one",
        "two",
        date(2027, 1, 1),
        False,
    )
    assert (lax.target_level, lax.target_by, lax.meets_target) == ("one", date(2027, 6, 1), True)


def test_limits_belong_to_the_better_side() -> None:
    assert [Limits(80, 60).state(value) for value in (80, 60)] == [State.PASS, State.WARN]
    assert [Limits(5, 10).state(value) for value in (5, 10)] == [State.PASS, State.WARN]
