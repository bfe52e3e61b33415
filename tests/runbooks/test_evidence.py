"""Facts about what exercises say of runbooks."""

from __future__ import annotations

from datetime import date

import build
from conftest import MakeWorkspace
from runbooks.conftest import CATALOG, PAGE, page
from waypost.catalog import plugin as catalog
from waypost.core.host import load_knowledge
from waypost.documents import plugin as documents
from waypost.documents.freshness import Freshness, State
from waypost.documents.judging import judgement
from waypost.runbooks import plugin as runbooks

EXERCISE = """\
runbook: edge-down
by: group:default/platform
at: 2026-10-{day}T09:00:00Z
environment: staging
steps: [{{step: Look, result: {result}}}, {{step: Then, result: ok}}]
"""
REVIEWED = "{on: 2026-10-15, method: read}"


def _stand(make_workspace: MakeWorkspace, *exercises: tuple[str, str], **keys: str) -> Freshness:
    records = {
        f"site/runbooks/exercises/2026-10-{day}-edge-down.yaml": EXERCISE.format(day=day, result=result)
        for day, result in exercises
    }
    workspace = make_workspace({"catalog/all.yaml": CATALOG, PAGE: page(**keys), **records})
    knowledge = load_knowledge(workspace, (catalog, documents, runbooks))
    return judgement(knowledge, build.NOON).by_path[PAGE].freshness


def test_an_exercise_makes_a_runbook_fresh(make_workspace: MakeWorkspace) -> None:
    freshness = _stand(make_workspace, ("01", "ok"), exercise_every="P90D")

    assert (freshness.state, freshness.since) == (State.FRESH, date(2026, 10, 1))
    assert freshness.confirmed is not None
    assert freshness.confirmed.sentence == "exercised on 2026-10-01 by group:default/platform in staging"
    assert freshness.confirmed.source == "site/runbooks/exercises/2026-10-01-edge-down.yaml"


def test_a_failed_exercise_is_not_mended_by_reading(make_workspace: MakeWorkspace) -> None:
    freshness = _stand(make_workspace, ("01", "ok"), ("10", "failed"), review=REVIEWED)

    (reason,) = freshness.reasons
    assert (freshness.state, reason.on) == (State.STALE, date(2026, 10, 10))
    assert reason.sentence.endswith("in staging, where the step 'Look' failed")
    assert reason.remedy == "Mend what failed, then `waypost runbook drill edge-down`."


def test_a_failed_exercise_is_mended_by_the_next(make_workspace: MakeWorkspace) -> None:
    assert _stand(make_workspace, ("01", "failed"), ("10", "ok")).state is State.FRESH


def test_a_runbook_that_was_never_exercised_is_not_confirmed_by_reading(
    make_workspace: MakeWorkspace,
) -> None:
    freshness = _stand(make_workspace, review=REVIEWED, exercise_every="P90D")

    assert freshness.state is State.UNKNOWN
    assert [reason.sentence for reason in freshness.reasons] == [
        "it was never exercised, and it asks for one every 90 days"
    ]


def test_an_exercise_counts_until_the_next_is_due(make_workspace: MakeWorkspace) -> None:
    freshness = _stand(make_workspace, ("01", "ok"), exercise_every="P30D")

    (reason,) = freshness.reasons
    assert (freshness.state, freshness.since) == (State.UNKNOWN, date(2026, 10, 31))
    assert reason.rule == "runbooks/exercise-due"
