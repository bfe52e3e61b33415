from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from conftest import MakeWorkspace
from scorecards.estate import FILES, SCORECARD, load
from waypost.core.errors import Problem
from waypost.scorecards.documents import check_document
from waypost.scorecards.model import Lifecycle, Limits, Scorecards, State, Target
from waypost.scorecards.reading.wire import CheckWire

EXEMPTION = """\
apiVersion: waypost.dev/v1alpha1
kind: Exemption
metadata: {name: later}
spec:
  scorecard: ready
  checks: [precise]
  entities: [component:till]
  reason: soon
  from: 2026-11-01
  expires: "2026-11-03"
"""


def problems(make_workspace: MakeWorkspace, **files: str) -> list[tuple[str, int, str]]:
    knowledge = load(
        make_workspace({**FILES, **{f"catalog/{name}.yaml": text for name, text in files.items()}})
    )
    return [_shown(found) for found in knowledge.problems if found.rule.startswith("scorecards/")]


def _shown(found: Problem) -> tuple[str, int, str]:
    return found.rule.removeprefix("scorecards/"), found.line, found.message


def test_a_scorecard_is_read_whole(make_workspace: MakeWorkspace) -> None:
    card = load(make_workspace(FILES))[Scorecards].get("ready")

    precise = card.checks[1]
    assert (card.title, card.owner, card.lifecycle) == ("Ready", "group:default/pay", Lifecycle.ACTIVE)
    assert card.target("tier-9") == Target("*", "bronze", date(2027, 6, 30))
    assert precise.params_for("tier-2") == {"least": 99.0}
    assert precise.max_age == {"slo.target": timedelta(days=7)}
    assert (precise.fix and precise.fix.doc, precise.weight, precise.level) == ("how-to/own.md", 3, "silver")


def test_an_exemption_by_days_lasts_until_the_end_of_its_last(make_workspace: MakeWorkspace) -> None:
    knowledge = load(make_workspace({**FILES, "catalog/x.yaml": EXEMPTION}))

    [found] = knowledge[Scorecards].exemptions
    assert found.entities == ("component:default/till",)
    assert found.starts_at == datetime(2026, 11, 1, tzinfo=UTC)
    assert found.expires_at == datetime(2026, 11, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param(
            "      weight: 3\n",
            "      wieght: 3\n",
            ("invalid", 21, "Scorecard 'ready': checks.1.wieght: Unknown field."),
            id="an unknown key",
        ),
        pytest.param(
            "level: silver\n",
            "level: gold\n",
            ("unknown-level", 20, "scorecard 'ready' has no level 'gold'; its levels: bronze, silver"),
            id="a check's unknown level",
        ),
        pytest.param(
            "tier-1, level: silver",
            "tier-1, level: iron",
            ("unknown-level", 9, "scorecard 'ready' has no level 'iron'; its levels: bronze, silver"),
            id="a target's unknown level",
        ),
        pytest.param(
            "id: precise",
            "id: owned",
            ("duplicate", 18, "check 'owned' of scorecard 'ready' is there twice"),
            id="the same id twice",
        ),
        pytest.param(
            "facts.slo.target >= params.least",
            "facts.slo.target >=",
            ("rule", 24, "the expression does not compile: Syntax error: mismatched input '<EOF>'"),
            id="a rule that does not compile",
        ),
        pytest.param(
            "${params.least}",
            "${params.least",
            ("rule", 26, "the message does not compile: has a '${' that is not closed or is empty"),
            id="a message that is not closed",
        ),
    ],
)
def test_a_scorecard_with_a_fault_is_left_out_with_its_line(
    make_workspace: MakeWorkspace, old: str, new: str, expected: tuple[str, int, str]
) -> None:
    [(rule, line, message)] = problems(make_workspace, ready=SCORECARD.replace(old, new))

    assert (rule, line) == expected[:2]
    assert message.startswith(expected[2])


def test_a_lifecycle_that_is_nearly_right_is_told(make_workspace: MakeWorkspace) -> None:
    text = SCORECARD.replace("spec:\n", "spec:\n  lifecycle: activ\n", 1)

    [(_, line, message)] = problems(make_workspace, ready=text)

    assert line == 5
    assert message.endswith("Did you mean 'active'?")


def test_two_scorecards_of_one_name_are_told(make_workspace: MakeWorkspace) -> None:
    found = problems(make_workspace, again=SCORECARD)

    assert [(rule, message) for rule, _, message in found] == [
        ("duplicate", "two documents of kind Scorecard are named 'ready'")
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param(
            '"2026-11-03"', '"2026-10-03"', "expires: Must be after 'from'.", id="ends before it starts"
        ),
        pytest.param('"2026-11-03"', "soon", "expires: Must be a day like", id="no day"),
        pytest.param("  reason: soon\n", "", "reason: Missing data", id="no reason"),
        pytest.param("component:till", "till", "entities.0: ", id="no reference"),
    ],
)
def test_an_exemption_with_a_fault_is_told(
    make_workspace: MakeWorkspace, old: str, new: str, message: str
) -> None:
    [(rule, _, told)] = problems(make_workspace, x=EXEMPTION.replace(old, new))

    assert rule == "invalid"
    assert message in told


def test_states_in_tests_are_those_of_results(make_workspace: MakeWorkspace) -> None:
    tests = (
        "  tests:\n    - name: none\n      entity: {kind: Component}\n      now: '2026-11-02T12:00:00Z'\n"
        "      expect: {owned: no-data, precise: nodata}\n"
    )

    [(rule, line, message)] = problems(make_workspace, ready=SCORECARD + tests)

    assert (rule, line) == ("invalid", 32)
    assert message.endswith(f"Must be one of {', '.join(State)}. Did you mean 'no-data'?")


BANDS = """\
      bands:
        value: facts.slo.target
        pass: {tier-1: 99.9, "*": 99}
        warn: 95
"""
RULE = '      rule: "facts.slo.target >= params.least"\n'


def test_bands_stand_in_place_of_a_rule(make_workspace: MakeWorkspace) -> None:
    card = load(make_workspace({**FILES, "catalog/ready.yaml": SCORECARD.replace(RULE, BANDS)}))[
        Scorecards
    ].get("ready")

    precise = card.checks[1]
    assert precise.bands is not None
    assert (precise.rule, precise.bands.limits("tier-1"), precise.bands.limits("unset")) == (
        "facts.slo.target",
        Limits(99.9, 95),
        Limits(99, 95),
    )
    assert card.digest(precise, "tier-1") != card.digest(precise, "tier-2")
    assert CheckWire().dump(check_document(precise))["bands"] == {
        "pass": {"tier-1": 99.9, "*": 99},
        "warn": 95,
    }


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param(BANDS, "", "rule: Must be given, or 'bands' in its place.", id="neither"),
        pytest.param(BANDS, BANDS + RULE, "bands: Must not stand beside 'rule'", id="both"),
        pytest.param("warn: 95", "warn: 99", "bands.warn: Must not be where it passes", id="no room to warn"),
        pytest.param("warn: 95", "warn: 99.5", "bands.warn: Must be on the same side", id="both ways"),
        pytest.param(
            '"*": 99', "tier-2: 99", "bands.pass: Must have a number for every other tier", id="no tier *"
        ),
        pytest.param("warn: 95", "warn: low", "bands.warn: Must be a number", id="no number"),
        pytest.param(
            "value: facts.slo.target", "value: facts.", "the expression does not compile", id="no CEL"
        ),
    ],
)
def test_bands_that_could_not_judge_are_told(
    make_workspace: MakeWorkspace, old: str, new: str, expected: str
) -> None:
    text = SCORECARD.replace(RULE, BANDS.replace(old, new))

    [(_, _, message)] = problems(make_workspace, ready=text)

    assert expected in message


@pytest.mark.parametrize(
    ("expect", "told"),
    [
        pytest.param("{owned: passed}", "Did you mean 'pass'?", id="a state that is nearly right"),
        pytest.param("{owned: {}}", "Must hold state or message.", id="nothing"),
        pytest.param("{owned: {stat: pass}}", "stat: Unknown field.", id="an unknown key"),
    ],
)
def test_what_a_test_cannot_expect_is_told(make_workspace: MakeWorkspace, expect: str, told: str) -> None:
    tests = f"  tests:\n    - {{name: t, entity: {{}}, now: '2026-11-02T12:00:00Z', expect: {expect}}}\n"

    [(_, _, message)] = problems(make_workspace, ready=SCORECARD + tests)

    assert told in message
