from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

import build
from conftest import MakeWorkspace
from scorecards.estate import FILES, LEDGER, TILL, Estate, load
from waypost.core.database import transaction
from waypost.core.errors import Problem
from waypost.core.settings import Settings
from waypost.core.web import create_app
from waypost.scorecards.campaigns.checks import check_campaigns
from waypost.scorecards.campaigns.model import Campaign, RampStep, share_due
from waypost.scorecards.campaigns.recording import keep_campaigns
from waypost.scorecards.campaigns.standing import Counted, DayCount, Moved, Progress, burn_down, progress_of
from waypost.scorecards.model import State

CAMPAIGN = """\
apiVersion: waypost.dev/v1alpha1
kind: Campaign
metadata: {name: precise, title: Precise targets, owner: group:default/pay}
spec:
  scorecard: ready
  checks: [precise]
  start: 2026-11-01
  deadline: 2026-11-30
  ramp:
    - {date: 2026-11-10, percent: 50}
  onDeadline: block
"""
BAD = (TILL, "slo.target", 98.0), (LEDGER, "slo.target", 98.0)
HALF = (TILL, "slo.target", 99.95), (LEDGER, "slo.target", 98.0)
GOOD = (TILL, "slo.target", 99.95), (LEDGER, "slo.target", 99.5)


def day(number: int) -> datetime:
    return datetime(2026, 11, number, 12, tzinfo=UTC)


class Campaigning(Estate):
    """The tiny estate with its campaigns."""

    def at(self, now: datetime, *facts: Any) -> FlaskClient:
        """Collect *facts*, evaluate, keep the campaigns, and return a client, all at *now*."""
        self.now = now
        self.run(*facts)
        with transaction(self.engine) as connection:
            keep_campaigns(
                build.context(connection, load(self.workspace), workspace=self.workspace, now=self.now)
            )
        app = create_app(Settings(), engine=self.engine, workspace=self.workspace, clock=lambda: self.now)
        return app.test_client()


def campaigning(
    make_workspace: MakeWorkspace, engine: Engine, text: str = CAMPAIGN, **files: str
) -> Campaigning:
    workspace = make_workspace({**FILES, "catalog/campaign.yaml": text, **files})
    return Campaigning(workspace, engine, build.NOON)


def get(client: FlaskClient, path: str = "/precise", status: int = 200) -> Any:
    answer = client.get(f"/api/scorecards/campaigns{path}")
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.get_json()


def counts(done: int, left: int, unknown: int = 0, exempt: int = 0) -> dict[str, Any]:
    of = done + left + unknown
    return {
        "done": done, "left": left, "unknown": unknown, "exempt": exempt, "of": of,
        "percent": 100 * done / of if of else None,
    }  # fmt: skip


def test_a_campaign_tells_who_is_left_and_how_it_stands_against_its_plan(
    make_workspace: MakeWorkspace, engine: Engine
) -> None:
    estate = campaigning(make_workspace, engine)
    before = get(estate.at(day(2), *BAD))
    last_day = get(estate.at(day(10), *BAD))
    late = get(estate.at(day(11), *BAD))
    on_plan = get(estate.at(day(12), *HALF))

    assert (before["state"], before["planned"], before["due"]) == ("on-plan", 0, 0)
    assert before["next"] == {"date": "2026-11-10", "percent": 50, "missing": 1}
    assert (last_day["state"], last_day["due"]) == ("on-plan", 0)
    assert (late["state"], late["planned"], late["behind"]) == ("behind", 50, 1)
    assert (on_plan["state"], on_plan["counts"]) == ("on-plan", counts(1, 1))
    assert on_plan["next"] == {"date": "2026-11-30", "percent": 100, "missing": 1}
    assert on_plan["byOwner"] == [{"owner": "group:default/pay", **counts(1, 1)}]
    [left] = on_plan["items"]
    assert (left["entity"], left["progress"], left["blocked"]) == (LEDGER, "left", False)
    assert left["checks"][0]["fix"] == {"doc": "how-to/own.md", "effort": ""}


def test_its_course_has_each_day_that_changed_it(make_workspace: MakeWorkspace, engine: Engine) -> None:
    estate = campaigning(make_workspace, engine)
    for number, facts in ((2, BAD), (3, BAD), (11, HALF), (12, GOOD)):
        client = estate.at(day(number), *facts)

    found = get(client)

    assert found["burnDown"] == [
        {"day": "2026-11-02", **counts(0, 2)},
        {"day": "2026-11-11", **counts(1, 1)},
        {"day": "2026-11-12", **counts(2, 0)},
    ]
    assert (found["state"], found["items"]) == ("done", [])


@pytest.mark.parametrize(
    ("deed", "on", "expected"),
    [
        pytest.param("block", 30, (False, False), id="on its last day nothing happens"),
        pytest.param("report", 31, (False, False), id="report shows"),
        pytest.param("warn", 31, (True, False), id="warn warns"),
        pytest.param("block", 31, (True, True), id="block warns and blocks"),
    ],
)
def test_the_deadline_does_what_it_says_to_those_that_are_left(
    make_workspace: MakeWorkspace, engine: Engine, *, deed: str, on: int, expected: tuple[bool, bool]
) -> None:
    estate = campaigning(make_workspace, engine, CAMPAIGN.replace("block", deed))
    at = datetime(2026, 11, 30, 23, 59, tzinfo=UTC) if on == 30 else datetime(2026, 12, 1, tzinfo=UTC)
    client = estate.at(at, *HALF)

    left, done = (get(client, f"/precise?entity={ref}")["entity"] for ref in (LEDGER, TILL))

    assert (left["warned"], left["blocked"]) == expected
    assert (done["progress"], done["warned"], done["blocked"]) == ("done", False, False)
    [listed] = get(client, f"?entity={LEDGER}")["items"]
    assert (listed["entity"]["blocked"], listed["state"]) == (expected[1], "on-plan" if on == 30 else "over")


@pytest.mark.parametrize(
    ("applies_to", "expected"),
    [
        pytest.param("types: [service]", 2, id="by type"),
        pytest.param("types: [worker]", 0, id="by another type"),
        pytest.param("when: \"entity.metadata.labels['tier'] == 'tier-1'\"", 1, id="by a rule"),
        pytest.param("when: \"entity.metadata.labels['none'] == 1\"", 0, id="by a rule that breaks"),
    ],
)
def test_a_campaign_may_be_about_fewer_than_its_scorecard(
    make_workspace: MakeWorkspace, engine: Engine, applies_to: str, expected: int
) -> None:
    text = CAMPAIGN.replace("  start:", f"  appliesTo: {{{applies_to}}}\n  start:")

    assert get(campaigning(make_workspace, engine, text).at(day(2), *BAD))["counts"]["of"] == expected


def test_an_unknown_campaign_and_an_entity_that_it_is_not_about_are_told(
    make_workspace: MakeWorkspace, engine: Engine
) -> None:
    client = campaigning(make_workspace, engine).at(day(2), *BAD)

    assert get(client, "/other", 404)["error"]["name"] == "NotFoundError"
    assert get(client, "/precise?entity=component:default/draft")["entity"] is None
    assert get(client, "?entity=component:default/draft")["items"] == []


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        pytest.param([State.NOT_APPLICABLE], None, id="nothing is asked"),
        pytest.param([State.PASS, State.WARN, State.NOT_APPLICABLE], Progress.DONE, id="all met"),
        pytest.param([State.PASS, State.NO_DATA, State.FAIL], Progress.LEFT, id="one fails"),
        pytest.param([State.PASS, State.STALE, State.EXEMPT], Progress.UNKNOWN, id="nobody can tell"),
        pytest.param([State.PASS, State.EXEMPT], Progress.EXEMPT, id="exempt"),
    ],
)
def test_how_far_an_entity_is_follows_from_its_worst_check(
    states: list[State], expected: Progress | None
) -> None:
    assert progress_of(states) is expected


def test_what_was_recorded_before_the_start_counts_from_its_first_day() -> None:
    moved = [
        Moved(datetime(2026, 10, 1, tzinfo=UTC), "a", {"x": State.FAIL}),
        Moved(datetime(2026, 10, 2, tzinfo=UTC), "b", {"x": State.PASS, "other": State.FAIL}),
        Moved(datetime(2026, 11, 5, tzinfo=UTC), "a", {"x": None}),
    ]

    assert list(burn_down(moved, {"x"}, date(2026, 11, 1))) == [
        DayCount(date(2026, 11, 1), Counted(done=1, left=1)),
        DayCount(date(2026, 11, 5), Counted(done=1)),
    ]


def test_a_ramp_asks_for_what_its_last_step_said() -> None:
    campaign = Campaign(
        "c", "ready", ("x",), date(2026, 11, 1), date(2026, 11, 30), ramp=(RampStep(date(2026, 11, 10), 50),)
    )

    days = (1, 10, 11, 30)
    assert [campaign.planned(date(2026, 11, number)) for number in days] == [0, 0, 50, 50]
    assert campaign.planned(date(2026, 12, 1)) == 100
    assert [share_due(percent, 3) for percent in (0, 33, 34, 100)] == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        pytest.param(
            "scorecard: ready", "scorecard: redy", 5, "no scorecard is named 'redy'", id="scorecard"
        ),
        pytest.param(
            "checks: [precise]", "checks: [precis]", 6, "scorecard 'ready' has no check 'precis'", id="check"
        ),
        pytest.param(
            "deadline: 2026-11-30",
            "deadline: 2026-10-30",
            8,
            "Must not be before 'start'",
            id="deadline before start",
        ),
        pytest.param("percent: 50", "percent: 150", 10, "Must be from 0 to 100.", id="percent"),
        pytest.param(
            "date: 2026-11-10",
            "date: 2026-12-10",
            10,
            "the step of 2026-12-10 is not between",
            id="day outside",
        ),
        pytest.param(
            "percent: 50}",
            "percent: 50}\n    - {date: 2026-11-12, percent: 40}",
            11,
            "does not rise",
            id="falls",
        ),
        pytest.param(
            "  start:",
            "  appliesTo: {types: [queue]}\n  start:",
            7,
            "does not apply to queue",
            id="no such type",
        ),
        pytest.param("default/pay", "default/nobody", 3, "no entity is named", id="owner"),
        pytest.param("onDeadline: block", "onDeadline: shout", 11, "report, warn, block", id="deed"),
        pytest.param(
            "  start:",
            '  appliesTo: {when: "1 +"}\n  start:',
            7,
            "does not compile",
            id="rule that does not compile",
        ),
    ],
)
def test_a_fault_of_a_campaign_is_told_with_its_line(
    make_workspace: MakeWorkspace, *, old: str, new: str, line: int, message: str
) -> None:
    [found] = problems(make_workspace, CAMPAIGN.replace(old, new))

    assert (found.path, found.line) == ("catalog/campaign.yaml", line)
    assert message in found.message


def test_a_check_that_is_announced_for_later_is_warned_of(make_workspace: MakeWorkspace) -> None:
    ready = FILES["catalog/ready.yaml"].replace(
        "      weight: 3\n", '      weight: 3\n      notBefore: "2027-01-01"\n'
    )

    [found] = problems(make_workspace, CAMPAIGN, **{"catalog/ready.yaml": ready})

    assert "no course is on record before" in found.message


def test_a_sound_campaign_has_no_problems(make_workspace: MakeWorkspace) -> None:
    assert problems(make_workspace, CAMPAIGN) == []
    [twice] = problems(make_workspace, f"{CAMPAIGN}---\n{CAMPAIGN}")
    assert twice.message == "two documents of kind Campaign are named 'precise'"
    [reserved] = problems(make_workspace, CAMPAIGN.replace("name: precise", "name: index"))
    assert (reserved.line, reserved.path) == (3, "catalog/campaign.yaml")


def problems(make_workspace: MakeWorkspace, text: str, **files: str) -> list[Problem]:
    workspace = make_workspace({**FILES, "catalog/campaign.yaml": text, **files})
    knowledge = load(workspace)
    return [*knowledge.problems, *check_campaigns(workspace, knowledge)]
