from __future__ import annotations

import pytest

from adr.conftest import See, own
from adr.test_pages import page_of
from waypost.adr.approved_text import text_hash

RIGHTS = (
    "scopes:\n  independent: {approvals: 0}\n  team: {from: [group:default/board], approvals: 1}\n"
    "triggers: {breaking-change: team}\n"
)


@pytest.fixture
def hashed(see: See) -> str:
    """The hash of the text that ``own`` gives."""
    seen = see({"adr/0001-a.md": own(decision_makers="[group:platform]")})
    return text_hash(seen.only, seen.decisions)


def shown(see: See, **keys: str) -> str:
    text = own(**{"decision_makers": "[group:platform]", **keys})
    return page_of(see({"adr/decision-rights.yaml": RIGHTS, "adr/0001-a.md": text}))


def test_an_approval_of_the_text_as_it_is_holds(see: See, hashed: str) -> None:
    html = shown(see, approvals=f"[{{by: group:board, on: 2026-09-19, text: {hashed}}}]")

    assert "<dt>Approvals</dt><dd>1 of 1: complete</dd>" in html
    assert 'class="wp-result--pass"><span aria-hidden="true">✓</span> holds</span></td>' in html
    assert "Missing" not in html


def test_an_approval_of_another_text_has_lapsed_and_is_missing(see: See) -> None:
    html = shown(see, approvals=f"[{{by: group:board, on: 2026-09-19, text: {'ab' * 32}}}]")

    assert "<dt>Approvals</dt><dd>0 of 1: 1 missing, 1 lapsed</dd>" in html
    assert "lapsed</span>: text changed since 2026-09-19" in html
    assert (
        '<p class="wp-missing">Missing: 1 approval of <a href="/catalog/group/default/board.md">board</a>.</p>'
        in html
    )


def test_what_demands_the_scope_is_told(see: See) -> None:
    html = shown(see, triggers="[breaking-change]")

    assert (
        "<p>Scope <strong>team</strong>, which breaking-change demands, takes 1 approval of "
        '<a href="/catalog/group/default/board.md">board</a>.</p>' in html
    )


def test_where_nobody_need_approve_nothing_is_missing(see: See) -> None:
    html = shown(see, scope="independent")

    assert "<dt>Approvals</dt><dd>none needed</dd>" in html
    assert "### Approvals" not in html


def test_nothing_is_missing_of_what_was_rejected(see: See) -> None:
    html = shown(see, status="rejected")

    assert "<dt>Approvals</dt><dd>0 of 1</dd>" in html
    assert "wp-missing" not in html


def test_an_approval_of_somebody_who_may_not_does_not_count(see: See, hashed: str) -> None:
    html = shown(see, approvals=f"[{{by: group:platform, on: 2026-09-19, text: {hashed}}}]")

    assert 'class="wp-result--fail"><span aria-hidden="true">✗</span> does not count</span>' in html
