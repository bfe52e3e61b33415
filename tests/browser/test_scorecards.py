"""The pages about scorecards: of a scorecard, a check, an entity, a team and a page that mends, on every screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

import build
from browser.estates import evaluate_on, serve_built

pytestmark = pytest.mark.browser

VisitAs = Callable[..., Any]
CARD = "/scorecards/ready/"
CHECK = "/scorecards/ready/described/"
ENTITY = "/catalog/component/default/ledger/"
TEAM = "/catalog/group/default/pay/"
MENDS = "/how-to/describe/"
PAGES = (CARD, CHECK, ENTITY, TEAM, MENDS)
# Colours are the same on a page that is narrow, and what is narrow is so in any colours.
SCREENS = [
    pytest.param(1280, "light", PAGES, id="laptop, light"),
    pytest.param(390, "dark", PAGES, id="phone, dark"),
    pytest.param(1280, "dark", (CARD,), id="laptop, dark"),
    pytest.param(390, "light", ("/scorecards/", "/scorecards/ready/measured/"), id="phone, light"),
]
HEAD = "apiVersion: backstage.io/v1alpha1\n"
GROUPS = "---\n".join(
    f"{HEAD}kind: Group\nmetadata: {{name: {name}, title: {title}}}\nspec: {{type: team, children: []}}\n"
    for name, title in (("pay", "Payments"), ("shop", "Shop"))
)
SYSTEMS = "---\n".join(
    f"{HEAD}kind: System\nmetadata: {{name: {name}, title: {title}}}\nspec: {{owner: group:pay}}\n"
    for name, title in (("money", "Money"), ("goods", "Goods"))
)
SOURCES = """\
apiVersion: waypost.dev/v1alpha1
kind: FactSource
metadata: {name: catalog, title: Catalog entries}
spec:
  collector: catalog
  ttl: P2D
  facts:
    catalog.entity: {type: object, description: How it is described.}
    catalog.ownership: {type: object, description: Who owns it.}
---
apiVersion: waypost.dev/v1alpha1
kind: FactSource
metadata: {name: meter, title: Meter}
spec:
  collector: meter
  facts:
    slo.target: {type: number, unit: percent}
"""
SCORECARD = """\
apiVersion: waypost.dev/v1alpha1
kind: Scorecard
metadata: {name: ready, title: Ready, description: Can it be run?, owner: group:default/pay}
spec:
  appliesTo: {kinds: [Component], types: [service]}
  tier: "entity.metadata.labels['tier']"
  levels: [{name: bronze, title: Operable}, {name: silver, title: Reliable}]
  targets:
    - {tier: tier-1, level: silver, by: "2027-03-31"}
    - {tier: "*", level: bronze, by: "2027-06-30"}
  checks:
    - id: owned
      title: Owned
      level: bronze
      rule: facts.catalog.ownership.ownerExists
      fix: {doc: how-to/describe.md, effort: S}
    - id: described
      title: Described
      description: Whether a stranger learns from its entry what it does.
      level: silver
      weight: 3
      because: adr:0001
      counterMetrics: [lead-time-for-changes]
      params: {least: {tier-1: 40, "*": 20}}
      rule: facts.catalog.entity.descriptionLength >= params.least
      evidence: facts.catalog.entity.descriptionLength
      message: "${facts.catalog.entity.descriptionLength} of ${params.least} characters, of which a reader who does not know it needs every one"
      fix: {doc: how-to/describe.md, effort: S}
    - id: measured
      title: Measured
      level: silver
      notBefore: "2099-01-01"
      rule: facts.slo.target >= 99.0
    - id: watched
      title: Watched
      rule: facts.slo.target >= 95.0
"""
SHADOW = SCORECARD.replace("name: ready", "name: later").replace("title: Ready", "title: Later", 1)
SHADOW = SHADOW.replace("spec:\n", "spec:\n  lifecycle: shadow\n", 1)
DECISION = "---\ntitle: Describe what runs\nstatus: accepted\ndecided: 2026-01-20\n---\n# Describe what runs\n\nWe will.\n"
PAGE = "---\nkind: guide\ntitle: Describe it\nowner: group:default/pay\nstatus: active\n---\n# Describe it\n\nDo so.\n"


def _components(described: int) -> str:
    """Return five services, the first *described* of them in a sentence."""
    names = ("till", "ledger", "refunds", "basket", "search")
    return "---\n".join(
        f"{HEAD}kind: Component\n"
        f"metadata: {{name: {name}, title: {name.title()}, labels: {{tier: tier-{1 + number % 2}}}, "
        f"description: {'It takes the money and gives a receipt for it.' if number < described else 'It.'}}}\n"
        f"spec: {{type: service, lifecycle: production, owner: group:{'pay' if number < 3 else 'shop'}, "
        f"system: {'money' if number < 3 else 'goods'}}}\n"
        for number, name in enumerate(names)
    )


def _exemption(now: datetime) -> str:
    return (
        "apiVersion: waypost.dev/v1alpha1\nkind: Exemption\nmetadata: {name: later, title: After the move}\n"
        "spec: {scorecard: ready, checks: [described], entities: [component:refunds], reason: It moves.,\n"
        f"  from: {now - timedelta(days=5):%Y-%m-%d}, expires: {now + timedelta(days=10):%Y-%m-%d}}}\n"
    )


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The backend and the site of five services, evaluated on three days; on the last one more is described."""
    folder, now = tmp_path_factory.mktemp("scorecards"), datetime.now(UTC)
    files = {
        "waypost.toml": "",
        "catalog/groups.yaml": GROUPS,
        "catalog/systems.yaml": SYSTEMS,
        "catalog/components.yaml": _components(1),
        "catalog/facts.yaml": SOURCES,
        "catalog/ready.yaml": SCORECARD,
        "catalog/later.yaml": SHADOW,
        "catalog/exemption.yaml": _exemption(now),
        "adr/0001-describe.md": DECISION,
        "site/how-to/describe.md": PAGE,
    }
    workspace = build.workspace(folder / "workspace", files)
    evaluate_on(workspace, folder, [now - timedelta(days=4), now - timedelta(days=2)])
    build.write_files(workspace.root, {"catalog/components.yaml": _components(2)})
    evaluate_on(workspace, folder, [datetime.now(UTC)])
    with serve_built(workspace, folder, "workspace.url=https://git.example.org") as address:
        yield address


@pytest.mark.parametrize(("width", "scheme", "pages"), SCREENS)
def test_everybody_can_use_the_pages(visit: VisitAs, width: int, scheme: str, pages: tuple[str, ...]) -> None:
    reader = visit(width=width, scheme=scheme)

    assert reader.hurdles(pages) == []


def test_a_scorecard_tells_how_it_stands_and_leads_to_its_checks(visit: VisitAs) -> None:
    reader = visit()
    page = reader.page
    reader.open(CARD)

    expect(page.get_by_role("img", name="Entities by level, of 5")).to_be_visible()
    targets = page.get_by_role("table", name="Targets by tier").locator("tbody tr")
    expect(targets.first).to_contain_text("2027-03-31")
    expect(targets.first).to_contain_text("Described (1)")
    expect(page.get_by_role("table", name="Checks, worst first").locator("tbody tr").first).to_contain_text(
        "2 fail, 2 pass, 1 exempt"
    )
    expect(page.get_by_role("table", name="Checks met, by team").locator("tbody tr")).to_have_count(2)
    expect(page.get_by_role("img", name="Share that meets its target")).to_be_visible()
    points = page.get_by_role("table", name="Share that meets its target").locator("tbody tr")
    expect(points.last).to_contain_text("4 of 5 (80%)")
    page.get_by_role("table", name="Checks, worst first").get_by_role("link", name="Described").first.click()

    expect(page.get_by_role("heading", name="Described", level=1)).to_be_visible()


def test_a_check_tells_who_fails_why_and_what_mends_it(visit: VisitAs) -> None:
    reader = visit()
    page = reader.page
    reader.open(CHECK)

    expect(page.get_by_text("2 of 4 (50%) pass")).to_be_visible()
    expect(page.get_by_role("link", name="Describe it").first).to_be_visible()
    expect(page.get_by_role("link", name="0001 Describe what runs")).to_be_visible()
    failing = page.get_by_role("table", name="Who does not meet it").locator("tbody tr")
    expect(failing).to_have_count(2)
    expect(failing.first).to_contain_text("3 of 20 characters")
    exempt = page.get_by_role("table", name="Who is exempt").locator("tbody tr")
    expect(exempt).to_contain_text("Refunds")
    expect(page.get_by_role("table", name="Parameters").locator("tbody tr")).to_contain_text("40")


def test_an_entity_tells_what_is_next_and_what_changed(visit: VisitAs) -> None:
    reader = visit()
    page = reader.page
    reader.open(ENTITY)

    expect(page.get_by_role("heading", name="Ready")).to_be_visible()
    expect(page.get_by_role("heading", name="Later")).to_have_count(0)
    expect(page.get_by_role("table", name="Checks of Ready")).to_contain_text("counts from 2099-01-01")
    page.get_by_text("What changed in 90 days").click()
    changed = page.get_by_role("table", name="What changed").locator("tbody tr")
    expect(changed.first).to_contain_text("bronze → silver")
    expect(changed.first).to_contain_text("the data changed")


def test_a_team_tells_what_helps_most_and_what_ends_soon(visit: VisitAs) -> None:
    reader = visit(width=390)
    page = reader.page
    reader.open(TEAM)

    expect(page.get_by_role("img", name="Ready: entities by level, of 3")).to_be_visible()
    expect(page.get_by_text("Exemptions that end soon")).to_be_visible()
    expect(page.get_by_role("heading", name="Later")).to_have_count(0)
    page.locator("summary", has_text="Over time").first.press("Enter")
    expect(page.get_by_role("img", name="Entities by level silver")).to_be_visible()


def test_a_page_tells_how_many_fail_what_it_mends(visit: VisitAs) -> None:
    reader = visit(width=390)
    page = reader.page
    reader.open(MENDS)

    summary = page.locator(".wp-fixes > summary")
    expect(summary).to_have_text("This page mends 2 checks. 2 entities fail one or more of them now.")
    summary.focus()
    page.keyboard.press("Enter")
    link = page.locator(".wp-fixes").get_by_role("link", name="Described")
    expect(link).to_be_visible()
    link.click()

    expect(page.get_by_role("heading", name="Described", level=1)).to_be_visible()


def test_on_a_phone_no_table_of_a_scorecard_scrolls_aside(visit: VisitAs) -> None:
    reader = visit(width=390)
    page = reader.page
    for path in (CARD, CHECK, ENTITY, TEAM):
        reader.open(path)
        wide = page.evaluate(
            "[...document.querySelectorAll('table.wp-blocks, .wp-heat')].filter((each) => each.checkVisibility()"
            " && each.scrollWidth > each.clientWidth + 1).map((each) => each.getAttribute('aria-label'))"
        )

        assert wide == [], path


def test_the_pages_are_whole_without_a_script(browser: Browser, server: str) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(server + CARD)

    expect(page.get_by_role("table", name="Entities", exact=True).locator("tbody tr")).to_have_count(5)
    expect(page.get_by_role("img", name="Entities by level, of 5")).to_be_visible()
    page.goto(server + CHECK)
    expect(page.get_by_role("table", name="Who does not meet it").locator("tbody tr")).to_have_count(2)
    page.context.close()


def test_paper_cuts_no_table_and_opens_what_is_folded(visit: VisitAs) -> None:
    reader = visit(width=720)
    page = reader.page
    for path in (CARD, CHECK, ENTITY, TEAM):
        reader.open(path)
        page.emulate_media(media="print")
        cut = page.evaluate(
            "[...document.querySelectorAll('article table')].filter((each) => each.checkVisibility()"
            " && each.getBoundingClientRect().right > document.documentElement.clientWidth + 1)"
            ".map((each) => each.getAttribute('aria-label'))"
        )
        page.emulate_media(media="screen")

        assert cut == [], path
