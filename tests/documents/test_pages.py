"""Facts about the line of freshness, the list of what wants reading, and the section of a team."""

from __future__ import annotations

from typing import Any

import pytest

import build
from conftest import MakeWorkspace
from waypost.catalog import plugin as catalog
from waypost.catalog.model import EntityRef
from waypost.core.errors import NotFoundError
from waypost.core.host import load_knowledge
from waypost.core.plugin import SiteContext
from waypost.core.settings import Settings
from waypost.documents import plugin as documents
from waypost.documents.freshness_html import freshness_html
from waypost.documents.pages import reading_page, team_reading

ESTATE = """\
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: platform, title: The <platform> team}
spec: {type: team, children: []}
"""
PLATFORM = EntityRef.parse("group:default/platform")


class NoApi:
    """A backend that knows nothing."""

    def get(self, path: str, /, **query: str) -> Any:
        """Know nothing."""
        raise NotFoundError("answer", f"{path} {query}")


def _page(title: str = "A", on: str = "2026-10-10", owner: str = "platform", body: str = "Text.") -> str:
    review = f"review: {{by: platform, on: {on}, method: read, every: P30D}}\n" if on else ""
    return f"---\nkind: guide\ntitle: {title}\nowner: {owner}\n{review}---\n# A\n\n{body}\n"


def _context(make_workspace: MakeWorkspace, **pages: str) -> SiteContext:
    files = {f"site/{name}.md": text for name, text in pages.items()}
    workspace = make_workspace({"catalog/a.yaml": ESTATE, **files})
    knowledge = load_knowledge(workspace, (catalog, documents))
    return SiteContext(
        workspace=workspace, settings=Settings(), knowledge=knowledge, api=NoApi(), now=build.NOON
    )


def test_a_fresh_page_says_what_confirmed_it_and_when_it_is_due(make_workspace: MakeWorkspace) -> None:
    html = freshness_html("site/a.md", _context(make_workspace, a=_page()))

    assert 'fresh">Fresh</strong>: read on 2026-10-10 by The &lt;platform&gt; team</summary>' in html
    assert '<a href="/catalog/' in html
    assert 'To be read again by <time datetime="2026-11-09">' in html
    assert "What speaks against it" not in html


def test_a_page_in_doubt_says_why_where_and_what_to_do(make_workspace: MakeWorkspace) -> None:
    html = freshness_html("site/a.md", _context(make_workspace, a=_page(body="[x](b.md)")))

    assert "In doubt</strong>: the link &#39;b.md&#39; leads to site/b.md" in html
    assert "<small>line 9</small>" in html


def test_a_page_that_is_not_judged_says_nothing(make_workspace: MakeWorkspace) -> None:
    assert freshness_html("site/b.md", _context(make_workspace, b="# B\n")) == ""


def test_somebody_who_is_not_in_the_catalog_is_told_as_written(make_workspace: MakeWorkspace) -> None:
    text = _page().replace("by: platform", "by: nobody")

    assert "by group:default/nobody</summary>" in freshness_html(
        "site/a.md", _context(make_workspace, a=text)
    )


def test_the_list_goes_by_owner_with_those_of_nobody_last(make_workspace: MakeWorkspace) -> None:
    lost = _page("Lost", on="2020-01-01").replace("owner: platform\n", "")
    context = _context(make_workspace, a=_page("Old", on="2025-01-01"), b=lost, c=_page("Calm"))

    (page,) = reading_page(context)

    assert page.uri == "contributing/to-read.md"
    assert "3 pages and decisions are to be kept true: 2 not confirmed, 1 fresh." in page.markdown
    assert [line for line in page.markdown.splitlines() if line.startswith("## ")] == [
        "## [The &lt;platform&gt; team](/catalog/group/default/platform.md) {#group-default-platform}",
        "## Nobody {#nobody}",
    ]
    assert '<a href="/a.md">Old</a> <small>guide</small><br>' in page.markdown
    assert "Calm" not in page.markdown


def test_a_long_list_ends_with_how_to_see_the_rest(make_workspace: MakeWorkspace) -> None:
    context = _context(make_workspace, **{f"p{n}": _page(on="2020-01-01") for n in range(52)})

    (page,) = reading_page(context)

    assert "… and 2 more: `waypost review --all --owner group:default/platform`" in page.markdown


def test_a_workspace_that_promises_nothing_has_no_list(make_workspace: MakeWorkspace) -> None:
    assert list(reading_page(_context(make_workspace, b="# B\n"))) == []


@pytest.mark.parametrize(("number", "more"), [(5, False), (6, True)])
def test_a_team_is_asked_for_five_pages(make_workspace: MakeWorkspace, number: int, *, more: bool) -> None:
    context = _context(make_workspace, **{f"p{n}": _page(on="2020-01-01") for n in range(number)})

    html = team_reading(PLATFORM, context)

    assert html.count("<li>") == 5
    assert ('<a href="/contributing/to-read.md#group-default-platform">1 more</a>' in html) is more


def test_a_team_sees_what_is_due_soon(make_workspace: MakeWorkspace) -> None:
    later = _page("Later", on="2026-11-01").replace("P30D", "P90D")

    html = team_reading(PLATFORM, _context(make_workspace, a=_page("Soon"), b=later))

    assert '<p>Due soon:</p><ul><li><a href="/a.md">Soon</a> <small>by <time datetime="2026-11-09">' in html
    assert "Later" not in html


def test_a_team_without_anything_to_read_is_told_nothing(make_workspace: MakeWorkspace) -> None:
    text = _page().replace("P30D", "P900D")

    assert team_reading(PLATFORM, _context(make_workspace, a=text)) == ""
