from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

import build
from adr.conftest import See, Seen, own
from waypost.adr import plugin as adr
from waypost.adr.cycle import Ageing, Figures, Span, find_cycle_time, measure, percentile
from waypost.adr.service import sync_decisions
from waypost.core.database import transaction
from waypost.core.settings import Settings
from waypost.core.web import create_app

TODAY = build.NOON.date()
RIGHTS = "scopes: {solo: {}, team: {from: [group:board], approvals: 1}}\n"
DAY = timedelta(days=1)


def span(name: str, days: int | None, **more: object) -> Span:
    decided = date(2026, 9, 1)
    proposed = None if days is None else decided - days * DAY
    span_ = Span(
        decision=name,
        title=name,
        path=f"adr/{name}.md",
        state="accepted",
        scope="team",
        proposed=proposed,
        decided=decided,
    )
    return replace(span_, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "p50", "p90"),
    [([], None, None), ([3], 3, 3), ([1, 2], 1, 2), (list(range(1, 11)), 5, 9), (list(range(1, 12)), 6, 10)],
)
def test_percentiles_are_values_that_were_measured(
    values: list[int], p50: int | None, p90: int | None
) -> None:
    assert (percentile(values, 50), percentile(values, 90)) == (p50, p90)


def test_each_scope_has_its_figures_and_their_number() -> None:
    spans = [span("a", 10), span("b", 20), span("c", 1, scope="solo"), span("d", None), span("e", -3)]

    found = measure(spans, today=TODAY)

    assert found.overall == Figures("", 3, 10, 20)
    assert found.scopes == (Figures("team", 2, 10, 20), Figures("solo", 1, 1, 1))
    assert (found.undated, found.retrospective) == (1, 1)


def test_nothing_measured_is_no_figure() -> None:
    found = measure([], today=TODAY)

    assert (found.overall, found.scopes, found.approved_share) == (Figures("", 0), (), None)


def test_what_was_decided_before_a_day_is_left_out_and_what_is_open_is_not() -> None:
    late = span("b", 5, decided=date(2026, 10, 1), proposed=date(2026, 9, 1))
    still = span("c", 0, state="proposed", decided=None, proposed=date(2026, 10, 3), missing=2)

    found = measure([span("a", 10), late, still], today=TODAY, since=date(2026, 9, 15))

    assert found.overall == Figures("", 1, 30, 30)
    assert found.ageing == (Ageing("c", "c", "adr/c.md", "team", date(2026, 10, 3), 30, 2),)


def test_the_share_of_approved_counts_those_of_whom_approvals_are_asked() -> None:
    states = ("approved", "missing", "lapsed", "not-needed", "not-asked", "approved")
    found = measure([span(str(n), 1, standing=state) for n, state in enumerate(states)], today=TODAY)

    assert (found.asked, found.approved, found.approved_share) == (4, 2, 0.5)


def at(day: int) -> datetime:
    return build.NOON.replace(month=9, day=day)


NYGARD = (
    "# {title}\n\n## Status\n\n{status}\n\n## Context\n\nWords that stay.\n\n## Decision\n\nMore of them.\n"
)


def history(see: See) -> Seen:
    """Return a repository of two decisions whose days only git knows: one of them still open."""
    seen = see({"adr/draft-a.md": NYGARD.format(title="A", status="Draft")})
    root = seen.workspace.root
    build.commit(root, at=at(1))
    build.write_files(root, {"adr/draft-a.md": NYGARD.format(title="A", status="Proposed")})
    build.commit(root, at=at(3))
    build.write_files(root, {"adr/0002-b.md": NYGARD.format(title="B", status="Proposed")})
    (root / "adr/draft-a.md").rename(root / "adr/0001-a.md")
    build.commit(root, at=at(4))
    build.write_files(root, {"adr/0001-a.md": NYGARD.format(title="A", status="Accepted")})
    build.commit(root, at=at(13))
    build.write_files(root, {"adr/0003-c.md": NYGARD.format(title="C", status="Accepted")})
    build.commit(root, at=at(14))
    return see({})


def test_git_tells_the_days_that_no_file_says(see: See) -> None:
    seen = history(see)

    found = find_cycle_time(seen.workspace, seen.knowledge, TODAY)

    assert found.overall == Figures("", 1, 10, 10)
    # Of a record that came with its decision nobody knows how long that took.
    assert found.undated == 1
    assert [(a.decision, a.since, a.days) for a in found.ageing] == [("0002", date(2026, 9, 4), 59)]


def test_what_a_file_says_goes_before_what_git_tells(see: See) -> None:
    seen = see({"adr/0001-a.md": own(proposed="2026-09-01", decided="2026-09-08")})
    build.commit(seen.workspace.root, at=at(20))

    assert find_cycle_time(seen.workspace, seen.knowledge, TODAY).overall == Figures("", 1, 7, 7)


def test_without_a_repository_what_is_written_is_all(see: See) -> None:
    seen = see({"adr/0001-a.md": own(), "adr/0002-b.md": NYGARD.format(title="B", status="Proposed")})

    found = find_cycle_time(seen.workspace, seen.knowledge, TODAY)

    assert (found.overall.n, [ageing.days for ageing in found.ageing]) == (1, [None])


def test_a_command_tells_the_cycle_time(see: See) -> None:
    seen = see({"adr/0001-a.md": own(), "adr/decision-rights.yaml": RIGHTS})

    text = build.run_waypost("adr", "cycle-time", cwd=seen.workspace.root)
    data = build.run_waypost(
        "adr", "cycle-time", "--format", "json", "--since", "2026-10-01", cwd=seen.workspace.root
    )

    assert [line.split() for line in text.stdout.splitlines()[1:]] == [
        ["scope", "n", "p50", "p90"],
        ["all", "1", "18", "18"],
        ["team", "1", "18", "18"],
        ["Approved", "as", "their", "scope", "asks:", "0", "of", "1."],
        ["Open", "proposals:", "0."],
    ]
    assert json.loads(data.stdout)["overall"] == {"scope": "", "n": 0, "p50Days": None, "p90Days": None}


@pytest.fixture
def client(see: See, engine: Engine) -> FlaskClient:
    """The API over a decision that is decided, and one that waits for an approval."""
    waiting = own(
        uid="bbbbbb", status="proposed", decided="", approvals="[{by: group:board, on: 2026-09-02}]"
    )
    seen = see({"adr/0001-a.md": own(), "adr/0002-b.md": waiting, "adr/decision-rights.yaml": RIGHTS})
    with transaction(engine) as connection:
        sync_decisions(build.context(connection, seen.knowledge, workspace=seen.workspace))
    return create_app(
        Settings(), plugins=(adr,), engine=engine, workspace=seen.workspace, clock=lambda: build.NOON
    ).test_client()


def test_the_cycle_time_is_served(client: FlaskClient) -> None:
    answer = client.get("/api/adr/cycle-time").get_json()

    team = {"scope": "team", "n": 1, "p50Days": 18, "p90Days": 18}
    assert (answer["asOf"], answer["overall"], answer["scopes"]) == (
        "2026-11-02",
        team | {"scope": ""},
        [team],
    )
    assert (answer["asked"], answer["approved"], answer["approvedShare"]) == (1, 0, 0.0)
    (ageing,) = answer["ageing"]
    assert (ageing["decision"], ageing["since"], ageing["days"], ageing["missing"]) == (
        "0002",
        "2026-09-01",
        62,
        1,
    )


def test_the_cycle_time_is_narrowed_by_a_day(client: FlaskClient) -> None:
    assert client.get("/api/adr/cycle-time?since=2026-10-01").get_json()["overall"]["n"] == 0
    assert client.get("/api/adr/cycle-time?since=soon").status_code == 400


def test_a_decision_is_served_with_its_standing(client: FlaskClient) -> None:
    answer = client.get("/api/adr/decisions/2").get_json()

    (approval,) = answer["approvals"]
    assert (approval["by"], approval["state"]) == ("group:default/board", "unbound")
    standing = answer["standing"]
    assert standing.pop("text").isalnum()
    assert standing == {
        "state": "missing",
        "scope": "team",
        "trigger": "",
        "needed": 1,
        "counted": 0,
        "missing": 1,
        "missingFrom": [],
        "from": ["group:default/board"],
    }
