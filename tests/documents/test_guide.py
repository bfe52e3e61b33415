"""The guide says everything that pages may hold and everything that checks tell."""

from __future__ import annotations

from pathlib import Path

from waypost.documents import judging
from waypost.documents.checks import CHECKS
from waypost.documents.freshness import STATE_WORDS
from waypost.documents.kinds import KINDS
from waypost.documents.schemas import SCHEMAS
from waypost.documents.stale_checks import CHECKS as FRESHNESS_CHECKS

FRESHNESS = Path(__file__).parents[2] / "site/guide/freshness.md"
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


def test_the_guide_to_freshness_names_every_rule_and_state() -> None:
    text = FRESHNESS.read_text(encoding="utf-8")

    assert [check.rule for check in FRESHNESS_CHECKS if f"`{check.rule}`" not in text] == []
    assert [state for state in STATE_WORDS if f"| `{state}` |" not in text] == []


def test_the_guide_to_freshness_tells_the_points_as_they_are() -> None:
    text = FRESHNESS.read_text(encoding="utf-8")

    weights = judging.OF_EVIDENCE
    assert "known wrong {}, in doubt {}, only aged {}".format(*weights.values()) in text
    assert f"runbook {judging.OF_KIND['runbook']}, playbook {judging.OF_KIND['playbook']}," in text
    assert f"tier-1 {judging.OF_TIER['tier-1']}, tier-2 {judging.OF_TIER['tier-2']}" in text
