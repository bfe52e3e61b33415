from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import build
from waypost.scorecards.evaluation.grading import GRACE, grade
from waypost.scorecards.model import MET, SCORED, UNKNOWN, Check, Level, Scorecard, State, Target
from waypost.scorecards.results import Grade, Outcome

CHECKS = tuple(
    Check(name, name, "true", level=level, weight=weight)
    for name, level, weight in [("a", "bronze", 1), ("b", "silver", 2), ("c", "gold", 3), ("d", "", 4)]
)
CARD = Scorecard(
    "ready",
    "Ready",
    CHECKS,
    levels=(Level("bronze", "B"), Level("silver", "S"), Level("gold", "G")),
    targets=(Target("tier-1", "gold", date(2027, 1, 1)), Target("*", "bronze", date(2027, 6, 1))),
)
NAMES = ["", "bronze", "silver", "gold"]
states = st.lists(st.sampled_from(list(State)), min_size=4, max_size=4)


def outcomes(found: list[State], unknown_days: float = 0) -> list[Outcome]:
    since = build.NOON - timedelta(days=unknown_days)
    return [
        Outcome(check.id, state, unknown_since=since if state in UNKNOWN else None)
        for check, state in zip(CHECKS, found, strict=True)
    ]


def reached(found: list[State], had: str = "", unknown_days: float = 0) -> str:
    return graded(found, had, unknown_days).level


def graded(found: list[State], had: str = "", unknown_days: float = 0) -> Grade:
    return grade(CARD, "tier-1", outcomes(found, unknown_days), now=build.NOON, had_level=had)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param("pass pass pass fail", "gold", id="a check without a level is in no level's way"),
        pytest.param("pass fail pass pass", "bronze", id="what is above an unmet check does not count"),
        pytest.param("fail pass pass pass", "", id="the lowest is unmet"),
        pytest.param("exempt not-applicable upcoming pass", "gold", id="what is not asked is met"),
        pytest.param("pass insufficient-data pass pass", "bronze", id="too few to judge is not met"),
    ],
)
def test_the_level_is_the_highest_whose_checks_are_all_met(found: str, expected: str) -> None:
    assert reached([State(state) for state in found.split()]) == expected


@pytest.mark.parametrize("unknown", sorted(UNKNOWN))
def test_an_unknown_check_stops_a_rise_at_once_and_causes_a_fall_only_after_the_grace(unknown: State) -> None:
    found = [State.PASS, unknown, State.PASS, State.PASS]

    assert reached(found, had="bronze") == "bronze"
    assert reached(found, had="gold", unknown_days=6.9) == "gold"
    assert reached(found, had="gold", unknown_days=7) == "bronze"


def test_a_failure_during_the_grace_of_another_check_counts_at_once() -> None:
    assert reached([State.PASS, State.NO_DATA, State.FAIL, State.PASS], had="gold") == "silver"


@given(states, st.sampled_from(NAMES), st.floats(0, 20))
def test_a_level_lies_between_what_is_proven_and_what_was_had_or_is_proven(
    found: list[State], had: str, unknown_days: float
) -> None:
    level = NAMES.index(reached(found, had, unknown_days))
    proven = NAMES.index(reached(found))

    assert proven <= level <= max(proven, NAMES.index(had))
    if unknown_days >= GRACE.days:
        assert level == proven


@given(states, st.integers(0, 3))
def test_meeting_one_more_check_never_lowers_level_or_score(found: list[State], place: int) -> None:
    better = [State.PASS if number == place else state for number, state in enumerate(found)]

    assert NAMES.index(reached(better)) >= NAMES.index(reached(found))
    before, after = graded(found).score, graded(better).score
    assert after is not None
    assert after >= (before or 0)


@given(states)
def test_a_level_says_that_every_check_at_or_below_it_is_met(found: list[State]) -> None:
    place = NAMES.index(reached(found))

    assert all(state in MET for state in found[:place])
    assert place == 3 or found[place] not in MET


@given(states)
def test_a_score_is_a_share_and_there_only_when_something_counts(found: list[State]) -> None:
    score = graded(found).score

    assert (score is None) is not any(state in SCORED for state in found)
    assert score is None or 0 <= score <= 1


def test_a_grade_adds_up_results() -> None:
    found = [
        Outcome("a", State.PASS),
        Outcome("b", State.EXEMPT, would=State.FAIL),
        Outcome("c", State.NO_DATA, unknown_since=build.NOON),
        Outcome("d", State.NOT_APPLICABLE),
    ]

    assert grade(CARD, "tier-1", found, now=build.NOON, had_level="") == Grade(
        level="silver",
        score=1 / 4,
        score_without_exemptions=1 / 6,
        evaluated=2,
        applicable=3,
        meets_target=False,
        target_level="gold",
        target_by=date(2027, 1, 1),
    )


def test_a_tier_without_a_target_of_its_own_has_that_of_every_other() -> None:
    found = grade(CARD, "unset", outcomes([State.PASS] * 4), now=build.NOON, had_level="")

    assert (found.target_level, found.meets_target) == ("bronze", True)


@st.composite
def estates(draw: st.DrawFn) -> tuple[Scorecard, list[Outcome], str, str]:
    """A scorecard of any shape, what its checks came to, the tier and the level that was had."""
    names: list[str] = ["low", "middle", "high"][: draw(st.integers(0, 3))]
    shapes = draw(st.lists(st.tuples(st.sampled_from(["", *names]), st.integers(0, 5)), max_size=7))
    checks = tuple(
        Check(f"c{place}", "C", "true", level=level, weight=weight)
        for place, (level, weight) in enumerate(shapes)
    )
    is_targeted = draw(st.booleans())
    aim = draw(st.sampled_from(["", *names]))
    targets = (Target("*", aim, date(2027, 1, 1)),) if aim and is_targeted else ()
    card = Scorecard("r", "R", checks, levels=tuple(Level(name, name) for name in names), targets=targets)
    return card, [draw(results(check.id)) for check in checks], "t", draw(st.sampled_from(["", *names]))


@st.composite
def results(draw: st.DrawFn, check: str) -> Outcome:
    state = draw(st.sampled_from(list(State)))
    hidden = draw(st.sampled_from([one for one in State if one not in {State.EXEMPT, State.UPCOMING}]))
    would = hidden if state in {State.EXEMPT, State.UPCOMING} else None
    days = draw(st.sampled_from([0.0, 6.999, 7.0, 30.0]))
    since = build.NOON - timedelta(days=days) if state in UNKNOWN else None
    return Outcome(check, state, would=would, unknown_since=since)


@given(estates())
def test_a_grade_is_what_the_format_says_word_by_word(
    estate: tuple[Scorecard, list[Outcome], str, str],
) -> None:
    card, found, tier, had = estate

    assert grade(card, tier, found, now=build.NOON, had_level=had) == plain_grade(card, found, had)


def plain_grade(card: Scorecard, found: list[Outcome], had: str) -> Grade:
    """The format's sentences, one after the other, slowly."""
    by_check = {outcome.check: outcome for outcome in found}
    names = [level.name for level in card.levels]

    def holds(level: str, met: set[State], grace: timedelta | None) -> bool:
        # "the highest level such that every check at or below it is ..."
        for check in card.checks:
            if check.level and names.index(check.level) <= names.index(level):
                outcome = by_check[check.id]
                since = outcome.unknown_since
                waits = grace is not None and since is not None and build.NOON - since < grace
                if outcome.state not in met and not waits:
                    return False
        return True

    fine = {State.PASS, State.WARN, State.EXEMPT, State.NOT_APPLICABLE, State.UPCOMING}
    reached = [name for name in names if holds(name, fine, None)]
    # "stop a rise at once and cause a fall only after a grace of seven days"
    kept = (
        [name for name in names[: names.index(had) + 1] if holds(name, fine, timedelta(days=7))]
        if had
        else []
    )
    level = max([*reached, *kept], key=names.index, default="")

    def score(state_of: dict[str, State]) -> float | None:
        counted = {State.PASS, State.WARN, State.FAIL, State.NO_DATA, State.STALE, State.ERROR}
        whole = sum(check.weight for check in card.checks if state_of[check.id] in counted)
        passed = sum(check.weight for check in card.checks if state_of[check.id] in {State.PASS, State.WARN})
        return passed / whole if whole else None

    states_of = {check: outcome.state for check, outcome in by_check.items()}
    bare = {
        check: outcome.would if outcome.state is State.EXEMPT and outcome.would else outcome.state
        for check, outcome in by_check.items()
    }
    target = card.targets[0].level if card.targets else ""
    return Grade(
        level=level,
        score=score(states_of),
        score_without_exemptions=score(bare),
        evaluated=sum(state in {State.PASS, State.WARN, State.FAIL} for state in bare.values()),
        applicable=sum(state not in {State.NOT_APPLICABLE, State.UPCOMING} for state in states_of.values()),
        meets_target=(level != "" and names.index(level) >= names.index(target)) if target else None,
        target_level=target,
        target_by=date(2027, 1, 1) if target else None,
    )
