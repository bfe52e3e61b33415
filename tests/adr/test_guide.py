from __future__ import annotations

from pathlib import Path

from waypost.adr.checks import CHECKS
from waypost.adr.schemas import FrontMatterSchema

GUIDE = Path(__file__).parents[2] / "site/guide/decisions.md"


def test_the_guide_names_every_key() -> None:
    text = GUIDE.read_text(encoding="utf-8")

    keys = {field.data_key or name for name, field in FrontMatterSchema().fields.items()}
    assert {key for key in keys if f"`{key}`" not in text} == set()


def test_the_guide_names_every_rule() -> None:
    text = GUIDE.read_text(encoding="utf-8")

    assert [check.rule for check in CHECKS if f"`{check.rule}`" not in text] == []
