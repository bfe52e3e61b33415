from __future__ import annotations

from datetime import datetime, timedelta

import build
from adr import records
from adr.conftest import See, Seen, own
from waypost.adr.pages.generate import decision_pages
from waypost.core.plugin import SiteContext, SitePage
from waypost.core.settings import Settings


class NoApi:
    def get(self, path: str, /, **query: str) -> object:
        raise AssertionError((path, query))


def pages_of(seen: Seen, now: datetime = build.NOON) -> list[SitePage]:
    context = SiteContext(
        workspace=seen.workspace, settings=Settings(), knowledge=seen.knowledge, api=NoApi(), now=now
    )
    return list(decision_pages(context))


def test_a_workspace_without_decisions_has_no_pages(see: See) -> None:
    assert pages_of(see({})) == []


def test_the_index_groups_decisions_by_state(see: See) -> None:
    files = {
        "adr/0001-a.md": own(),
        "adr/0002-b.md": own(uid="b1b2c3d4", supersedes="[1]", title="Use two | three"),
        "adr/0003-c.md": "# C\n\nStatus: Ongoing\n",
    }
    index = pages_of(see(files))[0]

    assert index.uri == "decisions/index.md"
    order = [index.markdown.index(f"## {title}") for title in ("In force", "Superseded", "Other status")]
    assert order == sorted(order)
    assert "[0002 Use two &#124; three](0002-b.md)" in index.markdown
    assert "| ongoing |" in index.markdown
    assert '<br><small class="wp-clamp">We decided for one gateway.</small> |' in index.markdown


def test_the_index_tells_which_reviews_are_due(see: See) -> None:
    index = pages_of(see({"adr/0001-a.md": own(review_by="2026-10-01")}))[0]

    assert "## Review due\n\n- [0001 Use one gateway](0001-a.md): since 2026-10-01" in index.markdown


def test_a_page_begins_with_its_state(see: See) -> None:
    page = pages_of(see({"adr/0001-a.md": own(affects="[component:edge]")}))[1]

    assert (page.uri, page.title, page.source) == ("decisions/0001-a.md", "Use one gateway", "adr/0001-a.md")
    assert page.markdown.startswith('# Use one gateway\n\n<div class="wp-state wp-state--accepted">')
    for row in (
        "<dt>Status</dt><dd>accepted, in force</dd>",
        "<dt>Decided</dt><dd>2026-09-19 (44 days ago)</dd>",
        '<dt>Affects</dt><dd><a href="/catalog/component/default/edge.md">The edge</a></dd>',
        '<dt>Decided by</dt><dd><a href="/catalog/group/default/board.md">board</a></dd>',
    ):
        assert row in page.markdown
    assert page.markdown.endswith("## Context and Problem Statement\n\nTwo gateways are one too many.\n")


def test_a_page_shows_both_sides_of_supersession(see: See) -> None:
    files = {"adr/0001-a.md": own(), "adr/0002-b.md": own(uid="b1b2c3d4", supersedes="[1]")}
    _, old, new = pages_of(see(files))

    assert '<dt>Superseded by</dt><dd><a href="/decisions/0002-b.md">0002 Use one gateway</a>' in old.markdown
    assert "superseded (written: accepted)" in old.markdown
    assert '<dt>Supersedes</dt><dd><a href="/decisions/0001-a.md">' in new.markdown


def test_the_title_is_shown_once(see: See) -> None:
    page = pages_of(see({"adr/0007-a.md": records.NYGARD}))[1]

    assert page.markdown.count("Use one gateway") == 1
    assert "## Context" in page.markdown


def test_nothing_that_an_author_wrote_becomes_markup(see: See) -> None:
    text = own(title='"<script>alert(1)</script>"', decision_makers="['<b>Ada</b>']")
    page = pages_of(see({"adr/0001-a.md": text}))[1]

    assert "<script>" not in page.markdown
    assert "&lt;b&gt;Ada" in page.markdown


def test_a_page_tells_the_history_of_its_file(see: See) -> None:
    seen = see({"adr/0001-a.md": own()})
    build.commit(seen.workspace.root)

    assert "<dt>History</dt><dd>committed on 2026-11-02</dd>" in pages_of(seen)[1].markdown


def test_a_page_tells_when_its_file_last_changed(see: See) -> None:
    seen = see({"adr/0001-a.md": own()})
    build.commit(seen.workspace.root)
    build.write_files(seen.workspace.root, {"adr/0001-a.md": own(tags="[a]")})
    build.commit(seen.workspace.root, at=build.NOON + timedelta(days=3))

    told = "first committed on 2026-11-02, last changed on 2026-11-05, 2 commits"
    assert told in pages_of(seen)[1].markdown


def test_a_page_names_who_approved(see: See) -> None:
    text = own(approvals="[{by: group:board, on: 2026-09-19}, {by: group:platform}]", decided="2026-11-20")
    page = pages_of(see({"adr/0001-a.md": text}))[1].markdown

    assert '">board</a> on 2026-09-19, <a href="/catalog/group/default/platform.md">platform</a></dd>' in page
    assert "<dt>Decided</dt><dd>2026-11-20</dd>" in page
