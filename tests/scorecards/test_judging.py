from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest

import build
from waypost.facts.model import Fact, FactDeclaration, FactSource, FactSources
from waypost.scorecards.evaluation.engine import Engine, Subject
from waypost.scorecards.exemptions.model import Exemption
from waypost.scorecards.model import AppliesTo, Check, Scorecard, State
from waypost.scorecards.results import Outcome

REF = "component:default/till"
SOURCES = FactSources(
    (
        FactSource(
            "meter",
            "meter",
            (FactDeclaration("slo.target", "number"), FactDeclaration("ops.runbook", "object")),
        ),
    )
)


def outcome(
    check: Check,
    facts: Mapping[str, Any] | None = None,
    *,
    age: timedelta = timedelta(),
    exemption: Exemption | None = None,
    unread: frozenset[str] = frozenset(),
    **metadata: Any,
) -> Outcome:
    document = {"kind": "Component", "metadata": {"name": "till"} | metadata, "spec": {"type": "service"}}
    at = build.NOON - age
    known = {path: Fact(path, value, "meter", at, at) for path, value in (facts or {}).items()}
    card = Scorecard("ready", "Ready", (check,), tier="entity.metadata.labels['tier']")
    with Engine([card], [exemption] if exemption else [], SOURCES, unread) as engine:
        [found] = engine.evaluate([Subject(REF, document, known)], build.NOON)
    return found.outcomes[0]


def check(rule: str, **other: Any) -> Check:
    return Check("c", "C", rule, **other)


@pytest.mark.parametrize(
    ("rule", "facts", "expected"),
    [
        pytest.param("facts.slo.target > 99.0", {"slo.target": 99.5}, State.PASS, id="true"),
        pytest.param("facts.slo.target > 99.0", {"slo.target": 98.0}, State.FAIL, id="false"),
        pytest.param("facts.slo.target > 99.0", {}, State.NO_DATA, id="the fact is missing"),
        pytest.param(
            "facts.ops.runbook.path != ''", {"ops.runbook": {}}, State.NO_DATA, id="a part is missing"
        ),
        pytest.param(
            "timestamp(facts.ops.runbook.at) < now", {"ops.runbook": {"at": None}}, State.NO_DATA, id="null"
        ),
        pytest.param("has(facts.ops.runbook)", {}, State.FAIL, id="the rule asks whether it is there"),
        pytest.param("has(facts.ops.runbook) || true", {}, State.PASS, id="a fact that does not matter"),
        pytest.param("entity.metadata.labels['x'] == 'y'", {}, State.ERROR, id="the rule itself breaks"),
        pytest.param(
            "facts.slo.target / 0.0 > 1.0", {"slo.target": "text"}, State.ERROR, id="wrong operands"
        ),
        pytest.param("facts.slo.target", {"slo.target": 1.0}, State.ERROR, id="neither true nor false"),
    ],
)
def test_a_rule_and_its_facts_give_a_state(rule: str, facts: dict[str, Any], expected: State) -> None:
    assert outcome(check(rule), facts).state is expected


def test_no_data_names_what_is_missing() -> None:
    assert outcome(check("facts.slo.target > 99.0")).message == "no data: slo.target"


def test_that_a_fact_is_absent_says_nothing_before_its_source_was_read() -> None:
    asked = check("has(facts.ops.runbook)")

    assert outcome(asked, unread=frozenset({"ops.runbook"})).state is State.NO_DATA


@pytest.mark.parametrize(
    ("days", "expected"), [pytest.param(7, State.PASS, id="as old as it may be"), (8, State.STALE)]
)
def test_a_fact_older_than_the_check_allows_is_stale(days: int, expected: State) -> None:
    asked = check("facts.slo.target > 99.0", max_age={"slo.target": timedelta(days=7)})

    assert outcome(asked, {"slo.target": 99.5}, age=timedelta(days=days)).state is expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param({"slo.target": 99.5}, State.PASS, id="enough"),
        pytest.param({"slo.target": 0.5}, State.INSUFFICIENT_DATA, id="too few"),
        pytest.param({}, State.NO_DATA, id="nobody knows how many"),
    ],
)
def test_too_small_a_sample_is_neither_pass_nor_failure(facts: dict[str, Any], expected: State) -> None:
    assert outcome(check("true", min_sample="facts.slo.target >= 1.0"), facts).state is expected


@pytest.mark.parametrize(
    ("applies_to", "expected"),
    [
        pytest.param(AppliesTo(types=("worker",)), State.NOT_APPLICABLE, id="another type"),
        pytest.param(AppliesTo(kinds=("COMPONENT",), types=("Service",)), State.PASS, id="in any case"),
        pytest.param(AppliesTo(when="'core' in entity.metadata.tags"), State.NOT_APPLICABLE, id="by rule"),
        pytest.param(AppliesTo(when="entity.spec.nothing"), State.ERROR, id="a rule that breaks"),
        pytest.param(AppliesTo(when="1"), State.ERROR, id="a rule that is no claim"),
    ],
)
def test_a_check_may_apply_to_fewer_entities(applies_to: AppliesTo, expected: State) -> None:
    assert outcome(check("true", applies_to=applies_to)).state is expected


def test_an_announced_check_is_upcoming_with_the_state_it_would_have() -> None:
    day = build.NOON.date()

    before = outcome(check("false", not_before=date(2027, 1, 1)))
    since = outcome(check("false", not_before=day))

    assert (before.state, before.would) == (State.UPCOMING, State.FAIL)
    assert since.state is State.FAIL


def test_an_exempt_check_keeps_the_state_it_would_have() -> None:
    given = Exemption(
        "why-not", "ready", ("c",), (REF,), build.NOON - timedelta(days=1), build.NOON + timedelta(days=1)
    )

    found = outcome(check("false"), exemption=given)

    assert (found.state, found.would, found.exemption) == (State.EXEMPT, State.FAIL, "why-not")


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        pytest.param({"tier": "tier-1"}, State.FAIL, id="its tier's own"),
        pytest.param({"tier": "tier-9"}, State.PASS, id="any other tier's"),
        pytest.param({}, State.PASS, id="no tier"),
    ],
)
def test_parameters_differ_by_tier(labels: dict[str, str], expected: State) -> None:
    asked = check("facts.slo.target > params.least", params={"least": {"tier-1": 99.9, "*": 99.0}})

    assert outcome(asked, {"slo.target": 99.5}, labels=labels).state is expected


def test_messages_and_evidence_hold_values() -> None:
    asked = check("facts.slo.target > 99.0", message="${facts.slo.target} %", evidence="facts.slo.target")

    found = outcome(asked, {"slo.target": 98.25})

    assert (found.message, found.evidence) == ("98.25 %", 98.25)


def test_a_scorecard_whose_scope_breaks_is_an_error_of_each_check() -> None:
    card = Scorecard("r", "R", (check("true"),), applies_to=AppliesTo(when="entity.spec.nothing == 1"))
    with Engine([card], [], SOURCES) as engine:
        [found] = engine.evaluate([Subject(REF, {"metadata": {"name": "till"}}, {})], build.NOON)

    assert found.outcomes[0].state is State.ERROR
    assert "appliesTo.when broke" in found.outcomes[0].message
