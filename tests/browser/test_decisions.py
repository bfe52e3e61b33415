"""The pages about decisions: filters with the state in the address, timeline, relations and a page each, on every screen."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

import build
from browser.estates import evaluate_on, serve_built

pytestmark = pytest.mark.browser

VisitAs = Callable[..., Any]
SCREENS = [
    pytest.param(1280, 800, "light", id="laptop, light"),
    pytest.param(1280, 800, "dark", id="laptop, dark"),
    pytest.param(390, 800, "light", id="phone, light"),
    pytest.param(390, 800, "dark", id="phone, dark"),
]
PAGES = (
    "/decisions/",
    "/decisions/#status=superseded&q=traffic",
    "/decisions/#q=nothing-is-called-so",
    "/decisions/timeline/",
    "/decisions/graph/",
    "/decisions/0001-use-two/",
    "/decisions/0003-use-one/",
    "/decisions/0005-use-none/",
)
CATALOG = """apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: platform, title: Platform}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: board, title: Review board}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: edge, title: The edge}
spec: {owner: group:platform}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: gateway, title: The gateway}
spec: {type: service, lifecycle: production, owner: group:platform, system: edge}
"""
RIGHTS = (
    "scopes:\n  independent: {approvals: 0}\n  team: {from: [group:default/board], approvals: 1}\n"
    "triggers: {breaking-change: team}\n"
)
SCORECARD = """apiVersion: waypost.dev/v1alpha1
kind: Scorecard
metadata: {name: ready, title: Ready, owner: group:default/platform}
spec:
  appliesTo: {kinds: [Component]}
  levels: [{name: bronze, title: Operable}]
  checks:
    - id: one-gateway
      title: One gateway
      level: bronze
      rule: "now > timestamp('2026-11-10T00:00:00Z')"
      because: adr:0003
"""


def _decision(number: int, title: str, **keys: str) -> str:
    front = {
        "uid": f"u{number:07}", "title": title, "status": "accepted", "scope": "team",
        "summary": f"In the context of traffic, we decided to {title.lower()}.",
        "proposed": f"2024-0{number}-01", "decided": f"2024-0{number}-20",
        "decision-makers": "[group:default/platform]", "affects": "[component:default/gateway]",
    }  # fmt: skip
    front |= {name.replace("_", "-"): value for name, value in keys.items()}
    lines = "".join(f"{name}: {value}\n" for name, value in front.items() if value)
    return f"---\n{lines}---\n\n# {title}\n\n## Context and Problem Statement\n\nAs ADR-0004 says.\n"


FILES = {
    "waypost.toml": "",
    "catalog/all.yaml": CATALOG,
    "catalog/ready.yaml": SCORECARD,
    "adr/decision-rights.yaml": RIGHTS,
    "adr/0001-use-two.md": _decision(1, "Use two gateways", scope="independent"),
    "adr/0002-use-three.md": _decision(2, "Use three gateways", supersedes="[1]", tags="[cost]"),
    "adr/0003-use-one.md": _decision(
        3, "Use one gateway", supersedes="[2]", review_by="2025-03-20", triggers="[breaking-change]",
        approvals=f"[{{by: group:default/board, on: 2024-03-20, text: {'ab' * 32}}}]",
    ),
    "adr/0004-name-it.md": _decision(4, "Name it", affects="[system:default/edge]"),
    "adr/0005-use-none.md": _decision(5, "Use none", status="rejected", decision_makers="[group:default/board]"),
    "adr/0006-use-four.md": _decision(6, "Use four gateways", status="proposed", decided=""),
}  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The backend and the site about six decisions, evaluated on two days."""
    folder = tmp_path_factory.mktemp("decisions")
    workspace = build.workspace(folder / "workspace", FILES)
    build.commit(workspace.root)
    evaluate_on(workspace, folder, (build.NOON, build.NOON + timedelta(days=14)))
    with serve_built(workspace, folder) as address:
        yield address


def _tells(page: Page, told: str | re.Pattern[str]) -> None:
    """Wait until the page says how many decisions there are in the words *told*."""
    expect(page.locator(".wp-catalog__told")).to_have_text(told)


def _shown(page: Page) -> list[str]:
    return page.locator(".wp-decisions tbody tr:visible td:first-child a").all_text_contents()


@pytest.mark.parametrize(("width", "height", "scheme"), SCREENS)
def test_everybody_can_use_the_pages(visit: VisitAs, width: int, height: int, scheme: str) -> None:
    reader = visit(width=width, height=height, scheme=scheme)

    assert reader.hurdles(PAGES) == []


def test_choosing_and_typing_narrow_the_list_and_the_address_says_so(visit: VisitAs) -> None:
    reader = visit()
    page = reader.page
    reader.open("/decisions/")
    _tells(page, "6 decisions")

    page.get_by_role("checkbox", name="superseded").check()
    _tells(page, "2 of 6 decisions")
    page.get_by_label("Filter by any word").fill("three")
    _tells(page, "1 of 6 decisions")

    assert _shown(page) == ["0002 Use three gateways"]
    expect(page).to_have_url(re.compile(r"#q=three&status=superseded$"))
    expect(page.get_by_role("heading", name="In force", exact=True)).to_be_hidden()


def test_back_undoes_a_filter_and_a_link_brings_it_back(visit: VisitAs) -> None:
    reader = visit()
    page = reader.page
    reader.open("/decisions/")
    page.get_by_role("checkbox", name="Review board").check()
    _tells(page, "1 of 6 decisions")

    page.go_back()
    _tells(page, "6 decisions")
    reader.page.goto("about:blank")
    reader.open("/decisions/#within=system:default/edge&status=accepted")

    _tells(page, "2 of 6 decisions")
    expect(page.get_by_role("button", name="Remove the filter System or domain: The edge")).to_be_visible()


def test_what_a_decision_affects_narrows_the_list(visit: VisitAs) -> None:
    reader = visit()
    page = reader.page
    reader.open("/decisions/#affects=system:default/edge")

    _tells(page, "1 of 6 decisions")

    assert _shown(page) == ["0004 Name it"]


def test_nothing_that_fits_is_said(visit: VisitAs) -> None:
    reader = visit()
    reader.open("/decisions/#q=nothing-is-called-so")

    expect(reader.page.get_by_text("Nothing fits.")).to_be_visible()


def test_a_count_on_the_page_leads_to_the_list_of_that_state(visit: VisitAs) -> None:
    reader = visit()
    reader.open("/decisions/")

    reader.page.get_by_role("link", name="2 superseded").click()

    _tells(reader.page, "2 of 6 decisions")


def test_on_a_phone_filters_fold(visit: VisitAs) -> None:
    reader = visit(width=390)
    page = reader.page
    reader.open("/decisions/")
    _tells(page, "6 decisions")
    expect(page.get_by_role("checkbox", name="proposed")).to_be_hidden()

    page.locator(".wp-facets > summary").click()
    page.locator(".wp-facet > summary", has_text="Status").click()
    page.get_by_role("checkbox", name="proposed").check()

    _tells(page, "1 of 6 decisions")


def test_the_list_is_whole_without_a_script(browser: Browser, server: str) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{server}/decisions/")

    expect(page.locator(".wp-decisions tbody tr")).to_have_count(6)
    expect(page.get_by_role("heading", name="Superseded", exact=True)).to_be_visible()
    page.context.close()


@pytest.mark.parametrize("width", [1280, 390])
def test_each_row_of_the_timeline_leads_to_its_decision(visit: VisitAs, width: int) -> None:
    reader = visit(width=width)
    reader.open("/decisions/timeline/")
    expect(reader.page.locator(".wp-timeline__row")).to_have_count(6)

    reader.page.locator(".wp-timeline__row", has_text="0003 Use one gateway").first.click()

    expect(reader.page.get_by_role("heading", name="Use one gateway", level=1)).to_be_visible()


def test_on_a_phone_the_timeline_begins_with_its_newest_decision(visit: VisitAs) -> None:
    reader = visit(width=390)
    reader.open("/decisions/timeline/")

    expect(reader.page.locator(".wp-timeline__row .wp-mark").first).to_be_in_viewport()


@pytest.mark.parametrize("width", [1280, 390])
def test_boxes_of_the_graph_lead_to_their_decisions(visit: VisitAs, width: int) -> None:
    reader = visit(width=width)
    reader.open("/decisions/graph/")

    reader.page.locator("a.wp-graph__box", has_text="Name it").first.click()

    expect(reader.page.get_by_role("heading", name="Name it", level=1)).to_be_visible()


def test_a_decision_tells_where_it_stands(visit: VisitAs) -> None:
    reader = visit()
    page = reader.page
    reader.open("/decisions/0003-use-one/")

    expect(page.get_by_text("0 of 1: 1 missing, 1 lapsed")).to_be_visible()
    expect(page.get_by_text("▲ due")).to_be_visible()
    expect(page.get_by_role("table", name="Approvals")).to_contain_text("text changed since 2024-03-20")
    expect(page.get_by_role("table", name="What it affects")).to_contain_text("Platform")
    expect(page.get_by_role("table", name="Related decisions")).to_contain_text("0002 Use three gateways")


def test_a_decision_tells_how_far_it_is_followed_over_time(visit: VisitAs) -> None:
    reader = visit()
    page = reader.page
    reader.open("/decisions/0003-use-one/")

    expect(page.get_by_text("1 of 1 (100%) of the entities pass every check")).to_be_visible()
    expect(page.get_by_role("img", name="Share of entities that follow decision 0003")).to_be_visible()
    rows = page.get_by_role("table", name="Share of entities that follow decision 0003").locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.last).to_contain_text("0 of 1 (0%)")

    reader.open("/decisions/0004-name-it/")

    expect(page.get_by_text("No check asks whether decision 0004 is followed.")).to_be_visible()


def test_what_no_longer_holds_leads_to_what_does(visit: VisitAs) -> None:
    reader = visit(width=390)
    reader.open("/decisions/0001-use-two/")
    warning = reader.page.locator(".wp-notice")
    expect(warning).to_contain_text("Superseded: do not follow it.")

    warning.get_by_role("link", name="0003 Use one gateway").click()

    expect(reader.page.get_by_role("heading", name="Use one gateway", level=1)).to_be_visible()


def test_an_entity_and_a_team_tell_of_their_decisions(visit: VisitAs) -> None:
    reader = visit()
    page = reader.page
    reader.open("/catalog/component/default/gateway/")
    expect(page.get_by_role("heading", name="Decisions in force")).to_be_visible()
    expect(page.get_by_text("which it is part of:")).to_be_visible()
    expect(page.get_by_role("heading", name="Decisions proposed")).to_be_visible()

    reader.open("/catalog/group/default/platform/")

    expect(page.get_by_role("heading", name="To read again")).to_be_visible()
    expect(page.get_by_text("▲ review due")).to_be_visible()


def test_every_page_says_where_the_feed_is(visit: VisitAs) -> None:
    reader = visit()
    reader.open("/decisions/0001-use-two/")

    link = reader.page.locator('link[type="application/atom+xml"]')

    expect(link).to_have_attribute("href", "../feed.xml")


def test_paper_holds_the_tables_of_the_timeline(visit: VisitAs) -> None:
    reader = visit()
    reader.open("/decisions/timeline/")

    reader.page.emulate_media(media="print")

    expect(reader.page.get_by_role("table", name="Decisions of 2024")).to_be_visible()
