"""The guide says everything that pages may hold and everything that checks tell."""

from __future__ import annotations

from pathlib import Path

from waypost.documents.checks import CHECKS
from waypost.documents.kinds import KINDS
from waypost.documents.schemas import SCHEMAS

GUIDE = Path(__file__).parents[2] / "site/guide/documents.md"


def test_the_guide_names_every_key_of_every_kind() -> None:
    text = GUIDE.read_text(encoding="utf-8")

    keys = {key for schema in SCHEMAS.values() for key in schema.fields} | set(KINDS)
    assert {key for key in keys if f"`{key}`" not in text} == set()


def test_the_guide_lists_the_sections_in_order() -> None:
    text = GUIDE.read_text(encoding="utf-8")

    rows = [f"| `{kind.name}` | {' · '.join(kind.sections)} |" for kind in KINDS.values() if kind.sections]
    assert [row for row in rows if row not in text] == []


def test_the_guide_names_every_rule() -> None:
    text = GUIDE.read_text(encoding="utf-8")

    assert [check.rule for check in CHECKS if f"`{check.rule}`" not in text] == []
