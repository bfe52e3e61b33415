from __future__ import annotations

from datetime import UTC, datetime

import pytest

from conftest import MakeWorkspace
from scorecards.estate import FILES, load
from scorecards.test_exemptions_ledger import APPROVED, exemption
from waypost.core.errors import Problem, Severity
from waypost.core.plugin import CheckedAt
from waypost.scorecards.exemptions.checks import RULE_ENDS, RULE_EXEMPTION, check_exemptions

PATH = "catalog/exemptions.yaml"


def problems(
    make_workspace: MakeWorkspace, *exemptions: str, at: datetime = datetime(2026, 10, 1, tzinfo=UTC)
) -> list[Problem]:
    files = {"catalog/ready.yaml": APPROVED, PATH: "".join(exemptions)}
    workspace = make_workspace({**FILES, **files})
    knowledge = load(workspace)
    knowledge.put(CheckedAt(at))
    return [*knowledge.problems, *check_exemptions(workspace, knowledge)]


@pytest.mark.parametrize(
    ("spec", "line", "message"),
    [
        pytest.param(
            {"approvers": '["group:default/friends"]'},
            11,
            "it is not active: none of its approvers may",
            id="others",
        ),
        pytest.param({"approvers": ""}, 4, "it is not active: nobody is named who may", id="nobody"),
        pytest.param(
            {"checks": "[owned]", "findings": "[CVE-1]"},
            13,
            "check 'owned' of 'ready' has no evidence",
            id="findings",
        ),
    ],
)
def test_an_exemption_that_cannot_be_active_is_an_error_with_its_line(
    make_workspace: MakeWorkspace, spec: dict[str, str], line: int, message: str
) -> None:
    found = [
        each for each in problems(make_workspace, exemption("one", **spec)) if "no entity" not in each.message
    ]

    assert [(each.path, each.rule, each.severity) for each in found] == [
        (PATH, RULE_EXEMPTION, Severity.ERROR)
    ]
    assert message in found[0].message
    assert found[0].line == line


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        pytest.param(datetime(2026, 10, 31, tzinfo=UTC), 0, id="before it begins"),
        pytest.param(datetime(2026, 11, 1, tzinfo=UTC), 1, id="within thirty days"),
        pytest.param(datetime(2026, 11, 21, tzinfo=UTC), 0, id="once it has ended"),
    ],
)
def test_an_exemption_that_ends_soon_is_a_warning(
    make_workspace: MakeWorkspace, at: datetime, expected: int
) -> None:
    found = problems(make_workspace, exemption("one"), at=at)

    assert [(each.rule, each.severity) for each in found] == [(RULE_ENDS, Severity.WARNING)] * expected


def test_a_renewal_by_the_same_ticket_is_a_warning(make_workspace: MakeWorkspace) -> None:
    later = exemption("two", expires="2026-12-10", **{"from": "2026-11-21"})

    [found] = problems(make_workspace, exemption("one"), later)

    assert (found.message, found.severity) == (
        "it renews 'one' by the same ticket: nobody asked again", Severity.WARNING,
    )  # fmt: skip
    assert problems(make_workspace, exemption("one"), later.replace("t.example/1", "t.example/2")) == []
