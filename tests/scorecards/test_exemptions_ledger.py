from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

import build
from conftest import MakeWorkspace
from scorecards.estate import FILES, LEDGER, SCORECARD, TILL, Estate, load
from waypost.core.settings import Settings
from waypost.core.web import create_app

BOARD = "group:default/pay"
APPROVED = SCORECARD.replace('"*": P90D}}', f'"*": P90D}}, approvers: ["{BOARD}"]}}')
FAILING = (TILL, "slo.target", 98.0), (LEDGER, "slo.target", 98.0)


def exemption(name: str, **spec: Any) -> str:
    values: dict[str, Any] = {
        "scorecard": "ready", "checks": "[precise]", "entities": f'["{TILL}"]', "reason": "Soon",
        "from": "2026-11-01", "expires": "2026-11-20", "approvers": f'["{BOARD}"]', "ticket": "https://t.example/1",
    }  # fmt: skip
    lines = "".join(f"  {key}: {value}\n" for key, value in (values | spec).items() if value)
    return (
        f"apiVersion: waypost.dev/v1alpha1\nkind: Exemption\nmetadata: {{name: {name}}}\nspec:\n{lines}---\n"
    )


def estate_with(make_workspace: MakeWorkspace, engine: Engine, *exemptions: str, **files: str) -> Estate:
    told = {"catalog/ready.yaml": APPROVED, "catalog/exemptions.yaml": "".join(exemptions), **files}
    return Estate(make_workspace({**FILES, **told}), engine, build.NOON)


def client_of(estate: Estate) -> FlaskClient:
    app = create_app(Settings(), engine=estate.engine, workspace=estate.workspace, clock=lambda: estate.now)
    return app.test_client()


def ledger(client: FlaskClient, **query: str) -> Any:
    answer = client.get("/api/scorecards/exemptions", query_string=query)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_json()


def rows(client: FlaskClient, **query: str) -> list[dict[str, str]]:
    answer = client.get("/api/scorecards/exemptions", query_string={"format": "csv", **query})
    assert answer.content_type.startswith("text/csv")
    return list(csv.DictReader(StringIO(answer.get_data(as_text=True))))


def names(found: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(item["exemption"], item["state"]) for item in found["items"]]


def test_the_ledger_tells_every_stage_and_what_is_unused(
    make_workspace: MakeWorkspace, engine: Engine
) -> None:
    estate = estate_with(
        make_workspace, engine,
        exemption("active"),
        exemption("unused", checks="[owned]"),
        exemption("ended", expires="2026-10-31", **{"from": "2026-10-01"}),
        exemption("announced", entities=f'["{LEDGER}"]', expires="2027-01-30", **{"from": "2026-12-01"}),
        exemption("refused", entities=f'["{LEDGER}"]', approvers='["group:default/friends"]'),
    )  # fmt: skip
    estate.run(*FAILING)
    client = client_of(estate)

    found = ledger(client)

    assert found["counts"] == {
        "active": 2, "expiring": 2, "unused": 1, "announced": 1, "ended": 1, "refused": 1, "renewed": 1,
    }  # fmt: skip
    assert names(ledger(client, state="unused")) == [("unused", "active")]
    assert ledger(client, state="unused")["items"][0]["why"] == "it would pass"
    [refused] = ledger(client, state="refused")["items"]
    assert refused["why"] == f"approved by none of {BOARD}"
    assert names(ledger(client, owner="group:pay", state="announced")) == [("announced", "announced")]
    assert ledger(client, owner="group:default/friends")["items"] == []


def test_risk_is_weight_times_days_of_what_is_in_use_by_team_tier_and_scorecard(
    make_workspace: MakeWorkspace, engine: Engine
) -> None:
    estate = estate_with(
        make_workspace, engine,
        exemption("one"),
        exemption("two", entities=f'["{LEDGER}"]', expires="2026-11-11"),
        exemption("unused", checks="[owned]"),
    )  # fmt: skip
    estate.run(*FAILING)
    estate.now = datetime(2026, 11, 9, 12, tzinfo=UTC)

    found = ledger(client_of(estate))

    assert found["carried"]["whole"] == {"places": 2, "risk": 3 * 8 + 3 * 8, "riskInAll": 3 * 20 + 3 * 11}
    assert found["carried"]["byOwner"] == [{"key": BOARD, "places": 2, "risk": 48, "riskInAll": 93}]
    assert [one["key"] for one in found["carried"]["byTier"]] == ["tier-1", "tier-2"]
    assert [one["key"] for one in found["carried"]["byScorecard"]] == ["ready"]


def test_a_renewal_counts_the_days_of_all_before_it_once(
    make_workspace: MakeWorkspace, engine: Engine
) -> None:
    estate = estate_with(
        make_workspace, engine,
        exemption("first", expires="2026-10-10", **{"from": "2026-10-01"}),
        exemption("second", expires="2026-10-20", **{"from": "2026-10-06"}),
        exemption("third"),
        exemption("refused", approvers="", **{"from": "2026-10-02"}),
    )  # fmt: skip
    estate.run(*FAILING)

    [renewed] = ledger(client_of(estate), state="renewed")["items"]

    assert (renewed["exemption"], renewed["renewals"]) == ("third", 2)
    assert (renewed["days"], renewed["daysInAll"]) == (20 + 1, 20 + 20)
    assert (renewed["risk"], renewed["riskInAll"]) == (3 * 21, 3 * 40)


def test_no_cell_of_the_csv_is_a_formula(make_workspace: MakeWorkspace, engine: Engine) -> None:
    estate = estate_with(
        make_workspace, engine, exemption("one", reason="'=HYPERLINK(\"https://x.example\")'")
    )
    estate.run(*FAILING)

    [row] = rows(client_of(estate), state="active")

    assert row["reason"] == '\'=HYPERLINK("https://x.example")'
    assert (row["isExpiring"], row["approvers"], row["path"]) == ("true", BOARD, "catalog/exemptions.yaml")


@pytest.mark.parametrize("lifecycle", ["draft", "shadow"])
def test_what_is_exempt_from_a_scorecard_that_no_team_sees_is_told_to_those_who_name_it(
    make_workspace: MakeWorkspace, engine: Engine, lifecycle: str
) -> None:
    hidden = APPROVED.replace("spec:\n", f"spec:\n  lifecycle: {lifecycle}\n", 1)
    estate = estate_with(make_workspace, engine, exemption("one"), **{"catalog/ready.yaml": hidden})
    estate.run(*FAILING)

    told, named = (ledger(client_of(estate), **query) for query in ({}, {"scorecard": "ready"}))

    assert (told["items"], told["counts"]["active"], told["carried"]["whole"]["places"]) == ([], 0, 0)
    assert names(named) == [("one", "active")]


def test_the_ledger_says_where_an_exemption_is_written_now(
    make_workspace: MakeWorkspace, engine: Engine
) -> None:
    estate = estate_with(make_workspace, engine, exemption("one"))
    estate.run(*FAILING)
    (estate.workspace.root / "catalog/exemptions.yaml").write_text("# Moved.\n" + exemption("one"))
    estate.evaluate()

    assert [item["line"] for item in ledger(client_of(estate))["items"]] == [2]


EVIDENCED = APPROVED.replace(
    'evidence: "facts.slo.target"', "evidence: \"['CVE-1', 'CVE-2', 'CVE-3'].map(id, {'id': id})\""
)


@pytest.mark.parametrize(
    ("findings", "state", "message", "used"),
    [
        pytest.param(
            ("[CVE-1, CVE-2]", "[CVE-3]"), "exempt", "98 of 99.9", [True, True], id="by two together"
        ),
        pytest.param(
            ("[CVE-1]",),
            "fail",
            "98 of 99.9; 1 of 3 findings exempt; remaining: CVE-2, CVE-3",
            [True],
            id="some",
        ),
        pytest.param(("[CVE-9]",), "fail", "98 of 99.9", [False], id="none of them"),
    ],
)
def test_findings_that_are_exempt_one_by_one_decide_on_the_check(
    make_workspace: MakeWorkspace,
    engine: Engine,
    *,
    findings: tuple[str, ...],
    state: str,
    message: str,
    used: list[bool],
) -> None:
    told = [exemption(f"e{number}", findings=one) for number, one in enumerate(findings)]
    estate = estate_with(make_workspace, engine, *told, **{"catalog/ready.yaml": EVIDENCED})
    estate.run(*FAILING)
    client = client_of(estate)

    [grade] = client.get("/api/scorecards/results/by-entity/component/default/till").get_json()["items"]
    result = grade["checks"][1]

    assert (result["state"], result["message"]) == (state, message)
    assert [not item["isUnused"] for item in ledger(client)["items"]] == used


EDGES = [
    pytest.param(datetime(2026, 10, 31, 23, 59, 59, tzinfo=UTC), {}, False, id="a second before its start"),
    pytest.param(datetime(2026, 11, 1, tzinfo=UTC), {}, True, id="at its start"),
    pytest.param(datetime(2026, 11, 20, 23, 59, 59, tzinfo=UTC), {}, True, id="in its last second"),
    pytest.param(datetime(2026, 11, 21, tzinfo=UTC), {}, False, id="at its end"),
    pytest.param(
        datetime(2026, 11, 30, 23, tzinfo=UTC), {"expires": "2027-03-01"}, True, id="as long as allowed"
    ),
    pytest.param(
        datetime(2026, 12, 1, tzinfo=UTC), {"expires": "2027-03-01"}, False, id="longer than allowed"
    ),
    pytest.param(build.NOON, {"approvers": ""}, False, id="approved by nobody"),
    pytest.param(build.NOON, {"approvers": '["group:default/friends"]'}, False, id="approved by others"),
]


@pytest.mark.parametrize(("at", "spec", "expected"), EDGES)
def test_every_path_says_the_same_of_an_exemption_at_its_edges(
    make_workspace: MakeWorkspace, engine: Engine, *, at: datetime, spec: dict[str, str], expected: bool
) -> None:
    estate = estate_with(make_workspace, engine, exemption("one", **spec))
    estate.now = at
    estate.run(*FAILING)

    assert paths_of(estate) == dict.fromkeys(PATHS, expected)


PATHS = ("results", "explained", "score without", "ledger", "csv", "checks counted")


def paths_of(estate: Estate) -> dict[str, bool]:
    """Return what each way to ask says of whether the check is exempt now."""
    client = client_of(estate)
    [grade] = client.get("/api/scorecards/results/by-entity/component/default/till").get_json()["items"]
    explained = client.get("/api/scorecards/ready/explain/component/default/till/precise").get_json()
    card = client.get("/api/scorecards/ready").get_json()
    said = (
        grade["checks"][1]["state"] == "exempt",
        explained["state"] == "exempt",
        grade["score"] != grade["scoreWithoutExemptions"],
        [item["state"] for item in ledger(client)["items"]] == ["active"],
        len(rows(client, state="active")) == 1,
        card["checks"][1]["counts"].get("exempt") == 1,
    )
    return dict(zip(PATHS, said, strict=True))


def test_no_scorecard_takes_the_place_of_the_ledger(make_workspace: MakeWorkspace) -> None:
    ready = APPROVED.replace("name: ready", "name: exemptions")
    knowledge = load(make_workspace({**FILES, "catalog/ready.yaml": ready}))

    [found] = knowledge.problems
    assert "no scorecard may be named 'exemptions'" in found.message
