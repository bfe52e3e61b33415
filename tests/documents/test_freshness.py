"""Facts about the judge of freshness: evidence first, age last."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from waypost.core.evidence import Bearing, Evidence, Subject
from waypost.documents.freshness import Freshness, State, judge
from waypost.documents.judging import points_of

TODAY = date(2026, 11, 2)
PAGE = Subject(path="site/a.md", title="A", uri="a.md", kind="guide", every=timedelta(days=180))


def _piece(kind: str, bearing: Bearing, on: str = "", *, lasts: bool = False, line: int = 1) -> Evidence:
    day = date.fromisoformat(on) if on else None
    return Evidence(
        path="site/a.md", kind=kind, sentence=kind, bearing=bearing, on=day, lasts=lasts, line=line
    )


READ = _piece("review", Bearing.CONFIRMS, "2026-10-01")


def _judge(*evidence: Evidence, subject: Subject = PAGE) -> Freshness:
    return judge(subject, evidence, TODAY)


@pytest.mark.parametrize(
    ("evidence", "state", "since"),
    [
        pytest.param([READ], State.FRESH, "2026-10-01", id="a review makes it fresh"),
        pytest.param([], State.UNKNOWN, None, id="nothing on record is not known"),
        pytest.param(
            [READ, _piece("watched", Bearing.DOUBTS, "2026-10-15")],
            State.DOUBTFUL,
            "2026-10-15",
            id="a change after the review is a doubt",
        ),
        pytest.param(
            [READ, _piece("watched", Bearing.DOUBTS, "2026-10-01")],
            State.FRESH,
            "2026-10-01",
            id="a review of the same day settles it",
        ),
        pytest.param(
            [
                READ,
                _piece("watched", Bearing.DOUBTS, "2026-10-15"),
                _piece("exercise", Bearing.CONFIRMS, "2026-10-20"),
            ],
            State.FRESH,
            "2026-10-20",
            id="a later exercise settles a doubt as a review does",
        ),
        pytest.param(
            [_piece("exercise", Bearing.REFUTES, "2026-09-15"), READ],
            State.STALE,
            "2026-09-15",
            id="reading does not settle a failed exercise",
        ),
        pytest.param(
            [
                _piece("exercise", Bearing.REFUTES, "2026-09-15"),
                _piece("exercise", Bearing.CONFIRMS, "2026-09-20"),
            ],
            State.FRESH,
            "2026-09-20",
            id="a later exercise settles a failed one",
        ),
        pytest.param(
            [READ, _piece("link", Bearing.DOUBTS, lasts=True)],
            State.DOUBTFUL,
            None,
            id="a dead link lasts whatever was read",
        ),
        pytest.param(
            [READ, _piece("version", Bearing.REFUTES, "2026-12-01", lasts=True)],
            State.FRESH,
            "2026-10-01",
            id="what is still to come says nothing yet",
        ),
        pytest.param(
            [READ, _piece("decision", Bearing.DOUBTS)],
            State.FRESH,
            "2026-10-01",
            id="a doubt of no known day is settled by any review",
        ),
        pytest.param(
            [_piece("review", Bearing.CONFIRMS, "2026-01-01")],
            State.UNKNOWN,
            "2026-06-30",
            id="age alone makes it unknown, never doubtful",
        ),
    ],
)
def test_a_state_follows_from_evidence(evidence: list[Evidence], state: State, since: str | None) -> None:
    freshness = _judge(*evidence)

    assert (freshness.state, freshness.since) == (state, since and date.fromisoformat(since))


def test_reasons_stand_by_weight() -> None:
    old = _piece("review", Bearing.CONFIRMS, "2026-01-01")
    link = _piece("link", Bearing.DOUBTS, lasts=True)
    watched = _piece("watched", Bearing.DOUBTS, "2026-10-15")
    snippet = _piece("snippet", Bearing.REFUTES, lasts=True)

    freshness = _judge(old, link, watched, snippet)

    assert [reason.kind for reason in freshness.reasons] == ["snippet", "watched", "link", "age"]
    assert (freshness.confirmed, freshness.others) == (old, (old,))


def test_an_exercise_is_a_reading_too() -> None:
    freshness = _judge(
        _piece("review", Bearing.CONFIRMS, "2026-01-01"), _piece("exercise", Bearing.CONFIRMS, "2026-09-01")
    )

    assert (freshness.state, freshness.due_on) == (State.FRESH, date(2027, 2, 28))


@pytest.mark.parametrize(
    ("due", "state"),
    [("2026-11-02", State.UNKNOWN), ("2026-11-03", State.FRESH)],
)
def test_a_written_day_counts_from_itself(due: str, state: State) -> None:
    subject = Subject(
        path="adr/0001-a.md", title="A", uri="a.md", kind="decision", due_on=date.fromisoformat(due)
    )

    assert _judge(_piece("decided", Bearing.CONFIRMS, "2025-11-02"), subject=subject).state is state


def test_an_interval_beyond_the_calendar_is_never_due() -> None:
    subject = Subject(path="a", title="A", uri="a", kind="guide", every=timedelta(weeks=999_999))

    freshness = judge(subject, [READ], TODAY)

    assert (freshness.state, freshness.due_on) == (State.FRESH, date.max)


def test_points_weigh_evidence_then_purpose_then_age() -> None:
    watched = _piece("watched", Bearing.DOUBTS, "2026-08-02")
    review = _piece("review", Bearing.CONFIRMS, "2026-08-01")
    runbook = Subject(
        path="a",
        title="A",
        uri="a",
        kind="runbook",
        tier="tier-1",
        severity="page",
        every=timedelta(days=400),
    )
    guide = Subject(path="a", title="A", uri="a", kind="guide")

    doubt = judge(runbook, [review, watched], TODAY)
    wrong = judge(guide, [review, _piece("snippet", Bearing.REFUTES, lasts=True), watched], TODAY)

    assert points_of(runbook, doubt, TODAY) == 20 + 20 + 10 + 10 + 3
    assert points_of(guide, wrong, TODAY) == 40 + 5
    assert points_of(guide, judge(guide, [review], TODAY), TODAY) == 0
