from __future__ import annotations

from pathlib import Path

from waypost.runbooks.checks import CHECKS
from waypost.runbooks.model import Effect
from waypost.runbooks.schemas import ExerciseSchema

GUIDE = Path(__file__).parents[2] / "site/guide/runbooks.md"


def test_the_guide_names_every_key_of_an_exercise_and_every_effect() -> None:
    text = GUIDE.read_text(encoding="utf-8")

    assert [key for key in ExerciseSchema().fields if f"{key}:" not in text] == []
    assert [effect for effect in Effect if f"| `{effect}` |" not in text] == []


def test_the_guide_names_every_rule() -> None:
    text = GUIDE.read_text(encoding="utf-8")

    assert [check.rule for check in CHECKS if f"`{check.rule}`" not in text] == []
