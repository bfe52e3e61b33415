from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest

from waypost.catalog.model import Catalog, Entity
from waypost.catalog.refs import EntityRef
from waypost.site.filled import filled_element, missing_element, time_html
from waypost.site.head import head_html

NOON = datetime(2026, 11, 2, 12, 5, tzinfo=UTC)
TEAM = Entity(
    EntityRef("group", "default", "a"), {"kind": "Group", "metadata": {"name": "a", "title": "Team A"}}
)
CATALOG = Catalog({"group:default/a": TEAM})


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize(
    ("front", "text"),
    [
        pytest.param({}, "", id="nothing is known"),
        pytest.param({"kind": "golden-path", "status": "active"}, "Golden path Active", id="kind and status"),
        pytest.param({"owner": "group:default/a"}, "Owned by Team A", id="an owner by its title"),
        pytest.param({"owner": "a"}, "Owned by Team A", id="an owner without its kind"),
        pytest.param({"owner": "b"}, "Owned by b (not in the catalog)", id="an owner that nobody knows"),
        pytest.param({"owner": ":"}, "Owner: :", id="an owner that is no reference"),
        pytest.param(
            {"owner": 7, "status": [], "review": "x", "kind": 3}, "", id="what is no text is not shown"
        ),
        pytest.param(
            {"status": "retired", "replaced_by": "b.md"},
            "Retired: do not follow it Instead: b.md .",
            id="retired",
        ),
        pytest.param({"status": "frozen"}, "Frozen", id="a status of one's own"),
        pytest.param({"review": {"on": "2026-11-02"}}, "Reviewed 2 Nov 2026", id="a review"),
        pytest.param(
            {"review": {"on": date(2026, 1, 31), "method": "drill"}},
            "Reviewed 31 Jan 2026 (drill)",
            id="how it was done",
        ),
        pytest.param({"review": {"on": "soon"}}, "", id="no day"),
    ],
)
def test_the_head_says_what_is_known(front: dict[str, Any], text: str) -> None:
    assert text_of(head_html(front, CATALOG)) == text


def test_the_head_of_an_entity_tells_its_lifecycle_and_tier() -> None:
    head = head_html({"kind": "Component", "status": "production", "tier": "tier-1"}, CATALOG)

    assert text_of(head) == "Component Production tier-1"
    assert "wp-status--production" in head


def test_a_kind_keeps_its_capitals() -> None:
    assert text_of(head_html({"kind": "API"}, CATALOG)) == "API"


def test_a_value_in_a_sentence_says_when_it_was_read() -> None:
    html = filled_element("waypost-level", {"entity": 'a"b', "class": "x"}, "Gold", NOON)

    assert html == (
        '<waypost-level class="wp-embed" data-at="2026-11-02T12:05:00+00:00" entity="a&#34;b">'
        '<span class="wp-value">Gold</span> <small class="wp-when">as of '
        '<time datetime="2026-11-02T12:05:00+00:00">2 Nov 2026, 12:05 UTC</time></small></waypost-level>'
    )


def test_a_table_is_a_block() -> None:
    html = filled_element("waypost-scorecard", {}, "<table></table>", NOON)

    assert html.startswith('<waypost-scorecard class="wp-embed wp-block"')
    assert '<div class="wp-value"><table></table></div>' in html


def test_what_git_says_needs_no_time_in_sight() -> None:
    assert "as of" not in filled_element("waypost-owner", {}, "A", NOON)


def test_a_missing_value_says_why() -> None:
    assert "No value: nobody &lt;there&gt;." in missing_element("waypost-level", {}, "nobody <there>")


def test_times_are_for_people_and_machines() -> None:
    assert time_html(NOON) == '<time datetime="2026-11-02T12:05:00+00:00">2 Nov 2026, 12:05 UTC</time>'


def test_a_retired_page_leads_to_the_one_that_took_its_place() -> None:
    html = head_html({"status": "retired", "replaced_by": "../b.md"}, CATALOG, "old/a.md")

    assert '<a href="/b.md">../b.md</a>' in html
