from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from scorecards.conftest import MakeEstate
from scorecards.estate import LEDGER, TILL, Estate
from waypost.core.clock import utc_now
from waypost.core.errors import NotFoundError
from waypost.core.host import Host, find_plugins
from waypost.core.settings import Settings
from waypost.scorecards.commands import evaluate, score

GOOD = (TILL, "slo.target", 99.95), (LEDGER, "slo.target", 98)


@pytest.fixture
def estate(make_estate: MakeEstate) -> Estate:
    """The tiny estate, evaluated by the real clock, which commands read."""
    estate = make_estate({})
    estate.now = utc_now()
    estate.run(*GOOD)
    return estate


def host(estate: Estate) -> Host:
    return Host(workspace=estate.workspace, settings=Settings(), plugins=find_plugins(), engine=estate.engine)


def run_score(runner: CliRunner, estate: Estate, *arguments: str) -> Result:
    return runner.invoke(score, arguments, obj=host(estate))


def test_evaluate_prints_levels_and_states_by_scorecard(runner: CliRunner, estate: Estate) -> None:
    result = runner.invoke(evaluate, [], obj=host(estate))

    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[-4:-1] == [
        "ready: 2 entities, 2 of 2 meet their target",
        "  levels  bronze 1, silver 1, none 0",
        "  checks  fail 1, pass 3",
    ]
    assert lines[-1].endswith("s of CPU")


def test_score_lists_checks_and_what_to_do_next(runner: CliRunner, estate: Estate) -> None:
    result = run_score(runner, estate, "ledger")

    assert result.exit_code == 0, result.output
    assert result.output.splitlines() == [
        "component:default/ledger  Ready: Operable, 25%, 2 of 2 checks evaluated",
        "  target of tier-2: bronze by 2027-06-30 (met)",
        "  pass              bronze   Owned",
        "  fail              silver   Target is precise  98 of 99",
        "  next:",
        "    1. Target is precise (needed for Reliable, +75% of the score) — how-to/own.md",
    ]


def test_score_as_json_is_what_the_api_answers(runner: CliRunner, estate: Estate) -> None:
    result = run_score(runner, estate, "component:till", "--format", "json")

    [grade] = json.loads(result.output)["items"]
    assert (grade["entity"], grade["levelTitle"], grade["score"]) == (TILL, "Reliable", 1.0)


@pytest.mark.parametrize(
    ("entity", "level", "code"), [("till", "silver", 0), ("ledger", "silver", 1), ("ledger", "bronze", 0)]
)
def test_at_least_fails_below_the_level(
    runner: CliRunner, estate: Estate, *, entity: str, level: str, code: int
) -> None:
    assert run_score(runner, estate, entity, "--at-least", level).exit_code == code


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["till", "--scorecard", "none"], "no scorecard is named 'none'", id="scorecard"),
        pytest.param(["till", "--at-least", "platinum"], "no level is named 'platinum'", id="level"),
    ],
)
def test_an_unknown_name_is_told(
    runner: CliRunner, estate: Estate, arguments: list[str], message: str
) -> None:
    result = run_score(runner, estate, *arguments)

    assert isinstance(result.exception, NotFoundError)
    assert str(result.exception) == message


def test_an_entity_that_no_scorecard_applies_to_is_told(runner: CliRunner, estate: Estate) -> None:
    told = run_score(runner, estate, "component:draft").output

    assert told == "component:default/draft: no scorecard applies to it\n"


def test_an_entity_that_is_not_in_the_catalog_is_told(runner: CliRunner, estate: Estate) -> None:
    result = run_score(runner, estate, "component:nobody")

    assert isinstance(result.exception, NotFoundError)
    assert str(result.exception) == "no entity is named 'component:default/nobody'"


def test_that_nothing_was_evaluated_yet_is_told(runner: CliRunner, make_estate: MakeEstate) -> None:
    told = run_score(runner, make_estate({}), "till").output

    assert told == "component:default/till: nothing was evaluated yet; 'waypost evaluate' does it\n"
