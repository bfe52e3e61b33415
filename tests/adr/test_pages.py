from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest

import build
from adr import records
from adr.conftest import See, Seen, own
from waypost.adr.pages.generate import decision_pages
from waypost.core.plugin import SiteContext, SitePage
from waypost.core.settings import Settings


class NoApi:
    def get(self, path: str, /, **query: str) -> object:
        raise AssertionError((path, query))


def context(seen: Seen, now: datetime = build.NOON, site_url: str = "") -> SiteContext:
    return SiteContext(
        workspace=seen.workspace, settings=Settings(), knowledge=seen.knowledge, api=NoApi(), now=now,
        site_url=site_url,
    )  # fmt: skip


def pages_of(seen: Seen, now: datetime = build.NOON) -> Mapping[str, SitePage]:
    return {page.uri.removeprefix("decisions/"): page for page in decision_pages(context(seen, now))}


def whole(page: SitePage) -> str:
    """Return the text of *page* with its pieces in their places."""
    return re.sub(r'<div data-wp-piece="([\w-]+)"></div>', lambda mark: page.pieces[mark[1]](), page.markdown)


def page_of(seen: Seen, name: str = "0001-a.md", now: datetime = build.NOON) -> str:
    return whole(pages_of(seen, now)[name])


def test_a_workspace_without_decisions_has_no_pages(see: See) -> None:
    assert pages_of(see({})) == {}


def test_decisions_have_a_list_a_timeline_their_relations_data_and_a_feed(see: See) -> None:
    pages = pages_of(see({"adr/0001-a.md": own()}))

    assert list(pages) == [
        "filter.json", "index.md", "timeline.md", "graph.md", "decisions.json", "feed.xml", "0001-a.md",
    ]  # fmt: skip


def test_the_list_groups_decisions_by_state(see: See) -> None:
    files = {
        "adr/0001-a.md": own(),
        "adr/0002-b.md": own(uid="b1b2c3d4", supersedes="[1]", title="Use two | three"),
        "adr/0003-c.md": "# C\n\nStatus: Ongoing\n",
    }

    html = page_of(see(files), "index.md")

    order = [html.index(f">{title}</h2>") for title in ("In force", "Superseded", "Other status")]
    assert order == sorted(order)
    assert '<a href="/decisions/0002-b.md">0002 Use two | three</a>' in html
    assert '<span class="wp-status wp-status--other">ongoing</span>' in html
    assert '<br><small class="wp-clamp">We decided for one gateway.</small>' in html


def test_the_list_counts_states_and_leads_to_each(see: See) -> None:
    files = {"adr/0001-a.md": own(), "adr/0002-b.md": own(uid="b1b2c3d4", status="draft")}

    html = page_of(see(files), "index.md")

    assert '2 decisions: <a href="/decisions/index.md#status=accepted">1 in force</a>, ' in html
    assert '<a href="/decisions/index.md#status=draft">1 in draft</a>.' in html


def test_the_filters_know_what_each_row_of_the_list_says(see: See) -> None:
    system = "apiVersion: backstage.io/v1alpha1\nkind: System\nmetadata: {name: net, title: Network}\nspec: {owner: group:platform}\n"
    part = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: lb}\nspec: {type: service, lifecycle: production, owner: group:platform, system: net}\n"
    files = {
        "catalog/net.yaml": f"{system}---\n{part}",
        "adr/0001-a.md": own(status="proposed", decided=""),
        "adr/0002-b.md": own(
            uid="b1b2c3d4",
            affects="[component:lb]",
            tags="[edge, cost]",
            decision_makers="[group:board, Ada]",
        ),
    }
    pages = pages_of(see(files))

    data = json.loads(pages["filter.json"].markdown)

    rows = re.findall(r'<tr><td><a href="/decisions/(\d+)', whole(pages["index.md"]))
    assert rows == ["0002", "0001"]
    assert data["names"]["owner"] == [["group:default/board", "board"], ["Ada"]]
    assert data["names"]["within"] == [["system:default/net", "Network"]]
    assert data["columns"]["owner"] == [[1, 2], [1]]
    assert data["columns"]["affects"] == [[1], 0]
    assert data["columns"]["within"] == [[1], 0]
    assert data["names"]["tag"] == ["edge", "cost"]
    assert [data["names"]["status"][n[0] - 1] for n in data["columns"]["status"]] == ["accepted", "proposed"]


def test_the_list_tells_which_reviews_are_due(see: See) -> None:
    html = page_of(see({"adr/0001-a.md": own(review_by="2026-10-01")}), "index.md")

    assert (
        '<h2>Review due</h2><ul><li><a href="/decisions/0001-a.md">0001 Use one gateway</a>: since <span class="wp-day">2026-10-01'
        in html
    )


def test_the_filters_know_which_reviews_are_due(see: See) -> None:
    files = {"adr/0001-a.md": own(review_by="2026-10-01"), "adr/0002-b.md": own(uid="b1b2c3d4")}

    data = json.loads(pages_of(see(files))["filter.json"].markdown)

    assert (data["names"]["review"], data["columns"]["review"]) == (["due"], [0, [1]])


def test_the_list_tells_how_long_proposals_have_waited(see: See) -> None:
    files = {
        f"adr/{number:04}-a.md": own(
            uid=f"u{number:07}", status="proposed", decided="", proposed=f"2026-10-{number:02}"
        )
        for number in range(1, 7)
    }

    html = page_of(see(files), "index.md")

    assert (
        '<h2>Waiting to be decided</h2><ul><li><a href="/decisions/0001-a.md">0001 Use one gateway</a>: 32 days'
        in html
    )
    assert '<a href="/decisions/index.md#status=proposed">and 2 more</a>' in html


def test_the_list_tells_how_long_decisions_took_with_how_many_there_are(see: See) -> None:
    html = page_of(
        see({"adr/0001-a.md": own(), "adr/0002-b.md": own(uid="b1b2c3d4", proposed="")}), "index.md"
    )

    assert (
        "<summary>Days from proposed to decided: 18 for half, 18 for 9 in 10, of 1 decision</summary>" in html
    )
    row = '<tr><th scope="row">team</th><td class="wp-number">1</td><td class="wp-number">18</td><td class="wp-number">18</td>'
    assert row in html
    assert "Without both days, and left out: 1." in html


def test_what_took_the_place_of_what_is_listed(see: See) -> None:
    files = {"adr/0001-a.md": own(), "adr/0002-b.md": own(uid="b1b2c3d4", supersedes="[1]")}

    assert "## What took the place of what" in page_of(see(files), "index.md")


def test_what_waits_says_who_decides(see: See) -> None:
    page = page_of(see({"adr/0001-a.md": own(status="proposed", decided="")}), "0001-a.md")

    assert "<dt>Who decides</dt>" in page
    assert "<dt>Decided by</dt>" not in page


def test_a_page_begins_with_its_state(see: See) -> None:
    page = pages_of(see({"adr/0001-a.md": own(affects="[component:edge]")}))["0001-a.md"]

    assert (page.uri, page.title, page.source) == ("decisions/0001-a.md", "Use one gateway", "adr/0001-a.md")
    assert page.markdown.startswith('# Use one gateway\n\n<div class="wp-state wp-state--accepted">')
    for row in (
        "<dt>Status</dt><dd>accepted, in force<br><small>It holds today, and is to be followed.</small></dd>",
        "<dt>Decided</dt><dd>2026-09-19 (44 days ago)</dd>",
        '<dt>Affects</dt><dd><a href="/catalog/component/default/edge.md">The edge</a></dd>',
        '<dt>Decided by</dt><dd><a href="/catalog/group/default/board.md">board</a></dd>',
    ):
        assert row in page.markdown
    assert (
        "\n\n## Context and Problem Statement\n\nTwo gateways are one too many.\n\n## On record\n\n"
        in page.markdown
    )


def test_a_decision_in_force_tells_how_far_it_is_followed(see: See) -> None:
    files = {"adr/0001-a.md": own(), "adr/0002-b.md": own(uid="b1b2c3d4", status="rejected")}
    pages = pages_of(see(files))

    assert '<waypost-adoption adr="0001"></waypost-adoption>' in pages["0001-a.md"].markdown
    assert "waypost-adoption" not in pages["0002-b.md"].markdown


def test_a_page_shows_both_sides_of_supersession(see: See) -> None:
    files = {"adr/0001-a.md": own(), "adr/0002-b.md": own(uid="b1b2c3d4", supersedes="[1]")}
    pages = pages_of(see(files))

    old, new = whole(pages["0001-a.md"]), whole(pages["0002-b.md"])
    assert '<dt>Superseded by</dt><dd><a href="/decisions/0002-b.md">0002 Use one gateway</a>' in old
    assert "superseded (written: accepted)" in old
    assert '<dt>Supersedes</dt><dd><a href="/decisions/0001-a.md">' in new
    assert "Decisions around 0002 Use one gateway" in new


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        pytest.param({"status": "accepted"}, "", id="in force"),
        pytest.param(
            {"status": "rejected"},
            "<strong>Rejected: it was weighed, and decided against.</strong> "
            '<a href="/decisions/index.md#status=accepted">All that is in force</a>.',
            id="rejected",
        ),
        pytest.param(
            {"status": "deprecated", "affects": "[component:edge]"},
            "and nothing takes its place.</strong> "
            '<a href="/decisions/index.md#status=accepted&affects=component:default/edge">What is in force for the same</a>.',
            id="deprecated",
        ),
    ],
)
def test_what_does_not_hold_says_so_and_leads_to_what_does(see: See, keys: dict[str, str], said: str) -> None:
    html = page_of(see({"adr/0001-a.md": own(**keys)}))

    assert ("wp-notice" in html) == bool(said)
    assert said in html.replace("&amp;", "&")


def test_a_superseded_decision_leads_to_the_end_of_the_line(see: See) -> None:
    files = {
        "adr/0001-a.md": own(),
        "adr/0002-b.md": own(uid="b1b2c3d4", supersedes="[1]"),
        "adr/0003-c.md": own(uid="c1b2c3d4", supersedes="[2]", title="Use three"),
    }

    assert 'What holds now: <a href="/decisions/0003-c.md">0003 Use three</a>.' in page_of(see(files))


def test_what_was_superseded_by_what_does_not_hold_says_so(see: See) -> None:
    files = {
        "adr/0001-a.md": own(),
        "adr/0002-b.md": own(uid="b1b2c3d4", supersedes="[1]", status="deprecated"),
    }

    assert "Its place was taken by" in page_of(see(files))
    assert "(deprecated): nothing of it holds now." in page_of(see(files))


def test_what_was_superseded_in_a_circle_says_so(see: See) -> None:
    files = {"adr/0001-a.md": own(supersedes="[2]"), "adr/0002-b.md": own(uid="b1b2c3d4", supersedes="[1]")}

    assert "in a circle: none of them holds." in page_of(see(files))


def test_the_title_is_shown_once(see: See) -> None:
    markdown = pages_of(see({"adr/0007-a.md": records.NYGARD}))["0007-a.md"].markdown

    assert markdown.count("Use one gateway") == 1
    assert "## Context" in markdown


def test_nothing_that_an_author_wrote_becomes_markup(see: See) -> None:
    text = own(
        title='"<script>alert(1)</script>"',
        decision_makers="['<b>Ada</b>']",
        tags="['<i>']",
        summary='"<script>"',
    )
    pages = pages_of(see({"adr/0001-a.md": text, "adr/0002-b.md": own(uid="b1b2c3d4", supersedes="[1]")}))

    for name in ("index.md", "timeline.md", "graph.md", "0001-a.md", "0002-b.md"):
        assert "<script>" not in whole(pages[name]), name
        assert "<b>Ada" not in whole(pages[name]), name
    assert "&lt;b&gt;Ada" in pages["0001-a.md"].markdown


def test_what_is_affected_is_told_with_its_owner(see: See) -> None:
    html = page_of(see({"adr/0001-a.md": own(affects="[component:edge, component:gone]")}))

    assert (
        '<td><a href="/catalog/component/default/edge.md">The edge</a></td><td>Component</td>'
        '<td><a href="/catalog/group/default/platform.md">platform</a></td>' in html
    )
    assert "<td>component:default/gone</td><td>not in the catalog</td><td></td>" in html


def test_pages_that_cite_a_decision_are_linked(see: See) -> None:
    files = {"adr/0001-a.md": own(), "site/how-to/x.md": "# How\n\nAs [[adr:0001]] says.\n"}

    assert 'Pages that cite it:</p>\n<ul><li><a href="/how-to/x.md">How</a>' in page_of(see(files))


def test_a_page_tells_the_history_of_its_file(see: See) -> None:
    seen = see({"adr/0001-a.md": own()})
    build.commit(seen.workspace.root)

    days = re.findall(r'<li><span class="wp-day">(\S+)</span> (.*?)</li>', page_of(seen))

    assert days == [("2026-09-01", "proposed"), ("2026-09-19", "decided"), ("2026-11-02", "committed")]


def test_a_page_tells_when_its_file_last_changed(see: See) -> None:
    seen = see({"adr/0001-a.md": own()})
    build.commit(seen.workspace.root)
    build.write_files(seen.workspace.root, {"adr/0001-a.md": own(tags="[a]")})
    build.commit(seen.workspace.root, at=build.NOON + timedelta(days=3))

    html = page_of(seen)

    assert "2026-11-02</span> first committed" in html
    assert "2026-11-05</span> last changed, by commit 2 of 2" in html


def test_a_review_that_is_due_is_marked(see: See) -> None:
    assert "▲ due" in page_of(see({"adr/0001-a.md": own(review_by="2026-10-01")}))
    assert "▲ due" not in page_of(see({"adr/0001-a.md": own(review_by="2027-10-01")}))


def test_data_has_the_shape_of_the_api(see: See) -> None:
    data = json.loads(pages_of(see({"adr/0001-a.md": own()}))["decisions.json"].markdown)

    assert data["totalItems"] == 1
    assert data["items"][0]["decided"] == "2026-09-19"
    assert "markdown" not in data["items"][0]
    assert data["items"][0]["standing"]["state"] == "not-needed"


def test_the_feed_knows_the_address_of_the_site_and_what_teams_are_called(see: See) -> None:
    files = {
        "adr/0001-a.md": own(decision_makers="[group:default/platform, Ada]"),
        "catalog/b.yaml": "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: sec, title: Security team}\nspec: {type: team, children: []}\n",
        "adr/0002-b.md": own(uid="b1b2c3d4", decision_makers="[group:sec]"),
    }
    pages = {
        page.uri: page for page in decision_pages(context(see(files), site_url="https://docs.example.org/x/"))
    }

    feed = pages["decisions/feed.xml"].markdown

    assert 'href="https://docs.example.org/x/decisions/0001-a/"' in feed
    assert "<name>Security team</name>" in feed
    assert "<name>Ada</name>" in feed


def test_a_decision_that_is_called_as_a_page_of_all_has_one_of_its_own(see: See) -> None:
    pages = pages_of(
        see({"adr/draft-timeline.md": own(status="draft"), "adr/draft-graph.md": own(uid="b1b2c3d4")})
    )

    assert {"timeline.md", "timeline-decision.md", "graph.md", "graph-decision.md"} <= pages.keys()
