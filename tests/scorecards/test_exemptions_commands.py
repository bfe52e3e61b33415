from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from scorecards.conftest import MakeEstate
from scorecards.estate import LEDGER, SCORECARD, TILL, Estate, load
from waypost.core.clock import utc_now
from waypost.core.errors import ConflictError, InputError, NotFoundError
from waypost.core.host import Host, find_plugins
from waypost.core.settings import Settings
from waypost.scorecards.exemptions.checks import check_exemptions
from waypost.scorecards.exemptions.commands import exemption
from waypost.scorecards.model import Scorecards

FAILING = (TILL, "slo.target", 98.0), (LEDGER, "slo.target", 98.0)
WRITTEN = "catalog/exemptions/till-precise.yaml"
WHY = ("--reason", "It leaves: soon", "--ticket", "https://t.example/1")


@pytest.fixture
def estate(make_estate: MakeEstate) -> Estate:
    """The tiny estate, evaluated by the real clock, which commands read."""
    approvers = SCORECARD.replace('"*": P90D}}', '"*": P90D}, approvers: ["group:default/pay"]}')
    estate = make_estate({"catalog/ready.yaml": approvers})
    estate.now = utc_now()
    estate.run(*FAILING)
    return estate


def run(runner: CliRunner, estate: Estate, *arguments: str) -> Result:
    host = Host(workspace=estate.workspace, settings=Settings(), plugins=find_plugins(), engine=estate.engine)
    return runner.invoke(exemption, arguments, obj=host)


def test_a_new_exemption_lasts_as_long_as_its_tier_allows_and_is_active_at_once(
    runner: CliRunner, estate: Estate
) -> None:
    result = run(runner, estate, "new", "ready", "precise", "till", *WHY, "--control", "= by hand")

    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[0] == WRITTEN
    knowledge = load(estate.workspace)
    assert [
        found for found in check_exemptions(estate.workspace, knowledge) if found.severity == "error"
    ] == []
    [written] = knowledge[Scorecards].exemptions
    assert ((written.expires_at - written.starts_at).days, written.reason) == (30, "It leaves: soon")
    estate.evaluate()
    listed = run(runner, estate, "list")
    assert (
        f"ready/precise  {TILL}  risk 0  till-precise (ends within 30 days; would be fail;" in listed.output
    )
    assert "1 active, 1 expiring, 0 unused" in listed.output


def test_the_list_is_told_as_json_and_csv_too(runner: CliRunner, estate: Estate) -> None:
    run(runner, estate, "new", "ready", "precise", "till", *WHY)
    estate.evaluate()

    told = json.loads(run(runner, estate, "list", "--format", "json", "--state", "active").output)
    lines = run(runner, estate, "list", "--format", "csv", "--owner", "group:pay").output.splitlines()

    assert [item["exemption"] for item in told["items"]] == ["till-precise"]
    assert (lines[0].split(",")[0], lines[1].split(",")[0]) == ("exemption", "till-precise")


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        pytest.param(("redy", "precise", "till"), NotFoundError, id="no such scorecard"),
        pytest.param(("ready", "precis", "till"), NotFoundError, id="no such check"),
        pytest.param(("ready", "precise", "none"), NotFoundError, id="no such entity"),
        pytest.param(("ready", "precise", "draft"), InputError, id="the scorecard does not apply"),
        pytest.param(("ready", "precise", "till", "--days", "31"), InputError, id="longer than allowed"),
    ],
)
def test_what_cannot_be_exempted_is_told(
    runner: CliRunner, estate: Estate, arguments: tuple[str, ...], error: type[Exception]
) -> None:
    assert isinstance(run(runner, estate, "new", *arguments, *WHY).exception, error)


def test_no_file_is_written_over_nor_outside_of_its_folder(runner: CliRunner, estate: Estate) -> None:
    run(runner, estate, "new", "ready", "precise", "till", *WHY)
    again = run(runner, estate, "new", "ready", "precise", "till", *WHY)
    named = run(runner, estate, "new", "ready", "precise", "till", *WHY, "--name", "../../x y")
    printed = run(runner, estate, "new", "ready", "precise", "till", *WHY, "--print", "--finding", "CVE-1")

    assert isinstance(again.exception, ConflictError)
    assert named.output.splitlines()[0] == "catalog/exemptions/x-y.yaml"
    assert "findings:\n  - CVE-1" in printed.output
