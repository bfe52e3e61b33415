from __future__ import annotations

import json
from datetime import timedelta

import click
import pytest
from click.testing import CliRunner, Result

import build
from scorecards.conftest import MakeEstate
from scorecards.estate import LEDGER, TILL, Estate, load
from scorecards.test_campaigns import CAMPAIGN
from waypost.core.clock import utc_now
from waypost.core.database import transaction
from waypost.core.errors import NotFoundError
from waypost.core.host import Host, find_plugins
from waypost.core.settings import Settings
from waypost.scorecards.campaigns.commands import campaign
from waypost.scorecards.campaigns.recording import keep_campaigns
from waypost.scorecards.commands import score

HALF = (TILL, "slo.target", 99.95), (LEDGER, "slo.target", 98.0)


@pytest.fixture
def estate(make_estate: MakeEstate) -> Estate:
    """The tiny estate by the real clock, which commands read, the day after the campaign's deadline."""
    day = utc_now().date() - timedelta(days=1)
    text = CAMPAIGN.replace("2026-11-30", f"{day}").replace("2026-11-01", f"{day - timedelta(days=9)}")
    text = text.replace("2026-11-10", f"{day - timedelta(days=5)}")
    estate = make_estate({"catalog/campaign.yaml": text})
    estate.now = utc_now()
    estate.run(*HALF)
    with transaction(estate.engine) as connection:
        knowledge = load(estate.workspace)
        keep_campaigns(build.context(connection, knowledge, workspace=estate.workspace, now=estate.now))
    return estate


def run(runner: CliRunner, estate: Estate, command: click.Command, *arguments: str) -> Result:
    host = Host(workspace=estate.workspace, settings=Settings(), plugins=find_plugins(), engine=estate.engine)
    return runner.invoke(command, arguments, obj=host)


def test_campaigns_are_listed_and_shown_with_who_is_left(runner: CliRunner, estate: Estate) -> None:
    listed = run(runner, estate, campaign, "list")
    shown = run(runner, estate, campaign, "show", "precise")
    told = json.loads(run(runner, estate, campaign, "show", "precise", "--format", "json").output)

    assert "precise: over, 1 of 2 done, 2 due by now (1 left)" in listed.output
    assert (
        f"  left     {LEDGER}  group:default/pay  Target is precise: 98 of 99 — how-to/own.md" in shown.output
    )
    assert told["items"][0]["blocked"] is True
    assert isinstance(run(runner, estate, campaign, "show", "none").exception, NotFoundError)


def test_a_deadline_closes_the_gate_for_those_that_are_left_only(runner: CliRunner, estate: Estate) -> None:
    left = run(runner, estate, score, "ledger", "--gate")
    without_gate = run(runner, estate, score, "ledger")
    done = run(runner, estate, score, "till", "--gate")

    assert (left.exit_code, without_gate.exit_code, done.exit_code) == (1, 0, 0)
    assert "blocked: campaign precise ended on" in left.stderr
    assert "Target is precise is not met" in without_gate.stderr
    assert done.stderr == ""
