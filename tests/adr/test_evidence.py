"""Facts about the freshness of decisions, and of pages that cite them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

import build
from adr.conftest import COMPONENT, GROUPS, own
from conftest import MakeWorkspace
from waypost.adr import plugin as adr
from waypost.catalog import plugin as catalog
from waypost.core.host import load_knowledge
from waypost.core.workspace import Workspace
from waypost.documents import plugin as documents
from waypost.documents.freshness import State
from waypost.documents.judging import Judgement, judgement

PLUGINS = (catalog, documents, adr)


def _judge(workspace: Workspace, at: datetime = build.NOON) -> Judgement:
    return judgement(load_knowledge(workspace, PLUGINS), at)


def _page(body: str, on: str = "2026-09-20", **keys: str) -> str:
    more = "".join(f"{key}: {value}\n" for key, value in keys.items())
    return f"---\nkind: guide\ntitle: A\nowner: platform\nreview: {{on: {on}}}\n{more}---\n# A\n\n{body}\n"


def _files(**files: str) -> dict[str, str | bytes]:
    return {"catalog/all.yaml": GROUPS + COMPONENT, **files}


@pytest.mark.parametrize(
    ("review_by", "state"),
    [
        ("2026-11-03", State.FRESH),
        ("2026-11-02", State.UNKNOWN),
        ("", State.FRESH),
    ],
)
def test_a_decision_is_confirmed_until_the_day_of_its_review(
    make_workspace: MakeWorkspace, review_by: str, state: State
) -> None:
    judged = _judge(make_workspace(_files(**{"adr/0001-a.md": own(review_by=review_by)})))

    decision = judged.by_path["adr/0001-a.md"]
    assert (decision.freshness.state, decision.subject.owner) == (state, "group:default/board")
    assert decision.freshness.confirmed is not None
    assert decision.freshness.confirmed.on == date(2026, 9, 19)


def test_a_decision_about_what_is_gone_is_out_of_date(make_workspace: MakeWorkspace) -> None:
    judged = _judge(make_workspace(_files(**{"adr/0001-a.md": own(affects="[component:gone]")})))

    freshness = judged.by_path["adr/0001-a.md"].freshness
    assert (freshness.state, [reason.kind for reason in freshness.reasons]) == (State.STALE, ["entity"])


def test_only_decisions_in_force_are_judged(make_workspace: MakeWorkspace) -> None:
    files = {
        "adr/0001-a.md": own(status="proposed", decided=""),
        "adr/0002-b.md": own(uid="b1b2c3d4", status="deprecated"),
        "adr/0003-c.md": "# 3. C\n\nDate: 2020-01-01\n\n## Status\n\nAccepted\n",
    }

    assert _judge(make_workspace(_files(**files))).by_path == {}


@pytest.mark.parametrize(
    "body",
    ["See [[adr:0001]].", "See [it](../adr/0001-a.md#context).", "See [it](decisions/0001-a.md)."],
    ids=["by number", "by file", "by page"],
)
def test_a_page_that_cites_what_was_superseded_is_in_doubt(make_workspace: MakeWorkspace, body: str) -> None:
    files = {
        "adr/0001-a.md": own(),
        "adr/0002-b.md": own(uid="b1b2c3d4", supersedes='["0001"]', decided="2026-10-01"),
        "site/a.md": _page(body),
        "site/later.md": _page(body, on="2026-10-02"),
    }

    judged = _judge(make_workspace(_files(**files)))

    reasons = [
        reason for reason in judged.by_path["site/a.md"].freshness.reasons if reason.kind == "decision"
    ]
    assert [(reason.sentence, reason.on, reason.line) for reason in reasons] == [
        (
            "it cites the decision 0001 'Use one gateway', which is superseded by 0002 on 2026-10-01",
            date(2026, 10, 1),
            9,
        )
    ]
    assert judged.by_path["site/later.md"].freshness.reasons == ()


def test_front_matter_cites_too_and_git_tells_when_a_decision_fell(git_workspace: MakeWorkspace) -> None:
    page = _page("Text.").replace(
        "kind: guide", "kind: reference-architecture\nadrs: ['0001']\nstatus: active"
    )
    workspace = git_workspace(_files(**{"adr/0001-a.md": own(), "site/a.md": page}))
    build.write_files(workspace.root, {"adr/0001-a.md": own(status="deprecated")})
    build.commit(workspace.root, at=build.NOON + timedelta(days=3))

    (reason,) = _judge(workspace, build.NOON + timedelta(days=4)).by_path["site/a.md"].freshness.reasons

    assert (reason.kind, reason.on, reason.line) == ("decision", date(2026, 11, 5), 3)
    assert reason.sentence == "it cites the decision 0001 'Use one gateway', which is deprecated"


def test_decisions_whose_days_were_moved_together_are_not_believed(git_workspace: MakeWorkspace) -> None:
    def files(day: str) -> dict[str, str | bytes]:
        return {f"adr/000{n}-a.md": own(uid=f"a{n}b2c3d4", review_by=day) for n in range(1, 6)}

    workspace = git_workspace(_files() | files("2026-10-01"))
    build.write_files(workspace.root, files("2027-10-01"))
    build.commit(workspace.root)

    freshness = _judge(workspace).by_path["adr/0001-a.md"].freshness

    assert [reason.kind for reason in freshness.reasons] == ["moved"]
