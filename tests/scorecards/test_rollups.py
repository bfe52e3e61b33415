from __future__ import annotations

from waypost.scorecards.reading.rollups import Graded, RollUp, roll_up, roll_up_by


def test_a_roll_up_counts_and_takes_the_median() -> None:
    grades = [
        Graded("bronze", 0.2, meets_target=True, tier="a", owner="x"),
        Graded("", 0.4, meets_target=False, tier="a", owner="y"),
        Graded("bronze", 0.9, meets_target=None, tier="b", owner="x"),
        Graded("", None, meets_target=None, tier="b", owner="x"),
    ]

    assert roll_up(["bronze", "silver"], grades) == RollUp(
        levels={"bronze": 2, "silver": 0, "none": 2}, entities=4, met=1, targeted=2, median_score=0.4
    )
    assert {name: one.entities for name, one in roll_up_by([], grades, lambda g: g.owner).items()} == {
        "x": 3,
        "y": 1,
    }


def test_a_roll_up_of_nothing_has_no_score() -> None:
    assert roll_up(["bronze"], []).median_score is None
