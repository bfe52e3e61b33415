from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import build
from scorecards.conftest import MakeEstate
from scorecards.estate import LEDGER, SCORECARD, TILL, Estate, load
from waypost.adr.service import sync_decisions
from waypost.core.database import transaction
from waypost.core.settings import Settings
from waypost.core.web import create_app
from waypost.scorecards.pages.adoption import adoption_html
from waypost.scorecards.pages.embeds import fill_adoption
from waypost.scorecards.reading.adoption import Recorded, Tally, replay, tally, thinned
from waypost.site.api import LocalApi

CHECK = ("ready", "precise")
OTHER = ("ready", "owned")
TIED = SCORECARD.replace("      weight: 3\n", "      weight: 3\n      because: adr:0007\n")
DECISION = """---
uid: a1b2c3d4
title: Say how precise
status: accepted
scope: team
proposed: 2026-10-01
decided: 2026-11-02
summary: We decided.
checks: [ready/owned]
---

## Context
"""


def day(number: int, hour: int = 0) -> datetime:
    return datetime(2026, 11, number, hour, tzinfo=UTC)


def api(estate: Estate) -> LocalApi:
    return LocalApi(create_app(Settings(), engine=estate.engine, workspace=estate.workspace))


def run(estate: Estate, *facts: tuple[str, str, Any]) -> None:
    """Evaluate with *facts*, and keep what the workspace decided."""
    estate.run(*facts)
    with transaction(estate.engine) as connection:
        sync_decisions(build.context(connection, load(estate.workspace), now=estate.now))


def asked(estate: Estate, name: str) -> Any:
    return api(estate).get(f"/api/scorecards/results/by-decision/{name}")


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        pytest.param(["pass", "pass"], (1, 0, 0, 0), id="passes all"),
        pytest.param(["pass", "fail", "no-data"], (0, 1, 0, 0), id="one failure outweighs the rest"),
        pytest.param(["pass", "no-data"], (0, 0, 1, 0), id="without an answer"),
        pytest.param(["pass", "exempt"], (0, 0, 0, 1), id="let off"),
        pytest.param(["not-applicable", "upcoming"], (0, 0, 0, 0), id="not asked"),
    ],
)
def test_an_entity_counts_once(states: list[str], expected: tuple[int, ...]) -> None:
    found = tally([states], day(1))

    assert (found.passing, found.failing, found.unanswered, found.exempt) == expected


def test_the_share_is_of_those_with_an_answer() -> None:
    assert Tally(day(1), passing=1, failing=3, unanswered=4, exempt=2).share == 0.25
    assert Tally(day(1), unanswered=4).share is None


def test_changes_of_one_moment_give_one_count() -> None:
    changes = [
        Recorded(day(1), "a", CHECK, "fail"),
        Recorded(day(1), "b", CHECK, "pass"),
        Recorded(day(2), "a", CHECK, "pass"),
        Recorded(day(2), "a", OTHER, "no-data"),
        Recorded(day(3), "b", CHECK, ""),
    ]

    assert list(replay(changes)) == [
        Tally(day(1), passing=1, failing=1),
        Tally(day(2), passing=1, unanswered=1),
        Tally(day(3), unanswered=1),
    ]


def test_the_last_count_of_a_day_is_kept() -> None:
    tallies = [Tally(day(1, 1)), Tally(day(1, 9)), Tally(day(2))]

    assert [each.at for each in thinned(tallies)] == [day(1, 9), day(2)]


def test_a_long_history_keeps_a_count_a_week_or_a_month() -> None:
    tallies = [Tally(day(1) + timedelta(days=number)) for number in range(365)]

    assert len(thinned(tallies)) == 53
    assert len(thinned(tallies, most=20)) == 12


def test_adoption_tells_now_and_since_when(make_estate: MakeEstate) -> None:
    estate = make_estate({"catalog/ready.yaml": TIED, "adr/0007-precise.md": DECISION})
    run(estate, (TILL, "slo.target", 98), (LEDGER, "slo.target", 98))
    later = Estate(estate.workspace, estate.engine, build.NOON + timedelta(days=3))
    run(later, (TILL, "slo.target", 99.95), (LEDGER, "slo.target", 98))

    found = asked(later, "7")

    assert found["decision"] == "0007"
    assert [(check["check"], check["scorecard"]) for check in found["checks"]] == [
        ("owned", "ready"), ("precise", "ready"),
    ]  # fmt: skip
    assert (found["now"]["passing"], found["now"]["failing"], found["now"]["share"]) == (1, 1, 0.5)
    assert (found["then"]["passing"], found["then"]["share"]) == (0, 0)
    assert [(each["at"][:10], each["passing"]) for each in found["history"]] == [
        ("2026-11-02", 0), ("2026-11-05", 1),
    ]  # fmt: skip


def test_a_decision_without_checks_is_told_to_have_none(make_estate: MakeEstate) -> None:
    text = DECISION.replace("checks: [ready/owned]\n", "")
    estate = make_estate({"adr/0007-precise.md": text})
    run(estate, (TILL, "slo.target", 98))

    found = asked(estate, "0007")

    assert (found["checks"], found["now"], found["history"]) == ([], None, [])
    assert fill_adoption({"adr": "0007"}, api(estate)) == "No check asks whether decision 0007 is followed."


def test_what_nobody_knows_is_not_found(estate: Estate) -> None:
    client = create_app(Settings(), engine=estate.engine, workspace=estate.workspace).test_client()

    assert client.get("/api/scorecards/results/by-decision/0042").status_code == 404


def test_an_entity_that_is_gone_is_no_longer_counted(make_estate: MakeEstate) -> None:
    estate = make_estate({"catalog/ready.yaml": TIED})
    run(estate, (TILL, "slo.target", 98), (LEDGER, "slo.target", 98))
    build.write_files(
        estate.workspace.root, {"catalog/ready.yaml": TIED.replace("types: [service]", "types: [job]")}
    )
    later = Estate(estate.workspace, estate.engine, build.NOON + timedelta(days=3))
    run(later)

    history = asked(later, "0007")["history"]

    assert history[-1]["failing"] == 0


def _found(*shares: tuple[str, int, int]) -> dict[str, Any]:
    history = [
        {"at": at, "passing": passing, "failing": failing, "unanswered": 0, "exempt": 0}
        | {"share": passing / (passing + failing) if passing + failing else None}
        for at, passing, failing in shares
    ]
    check = {"scorecard": "ready", "scorecardTitle": "Ready <b>", "check": "precise", "title": "Precise"}
    return {
        "decision": "0007",
        "decided": "2026-11-01",
        "checks": [check],
        "asOf": "2026-11-05T00:00:00+00:00",
        "now": history[-1],
        "then": None,
        "history": history,
    }


def test_the_line_is_told_in_words_and_as_a_table() -> None:
    html = adoption_html(
        _found(
            ("2026-11-01T00:00:00+00:00", 1, 3),
            ("2026-11-03T00:00:00+00:00", 0, 0),
            ("2026-11-05T00:00:00+00:00", 2, 2),
        )
    )

    assert "Follow it: 1 of 4 (25%) on 2026-11-01, 2 of 4 (50%) on 2026-11-05." in html
    assert 'd="M0.00 75.50 H50.00 M100.00 51.00"' in html
    assert html.count("<tr>") == 4
    assert "Ready &lt;b&gt;" in html


def test_one_count_is_no_history() -> None:
    html = adoption_html(_found(("2026-11-01T00:00:00+00:00", 1, 3)))

    assert "<svg" not in html
    assert "Recorded since 2026-11-01, and unchanged: there is no history to show yet." in html
