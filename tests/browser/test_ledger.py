"""The ledger of exemptions and the pages of campaigns: on every screen, without scripts, and on paper."""

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
NOW = datetime.now(UTC)
LEDGER = "/scorecards/exemptions/"
OVER = "/scorecards/campaigns/over/"
PAGES = (LEDGER, "/scorecards/campaigns/", OVER, "/scorecards/campaigns/running/")
SCREENS = [
    pytest.param(1280, "light", id="laptop, light"),
    pytest.param(390, "dark", id="phone, dark"),
]
OWN = "apiVersion: waypost.dev/v1alpha1\n"
HEAD = "apiVersion: backstage.io/v1alpha1\n"
CATALOG = "---\n".join(
    [
        f"{HEAD}kind: Group\nmetadata: {{name: {name}, title: {title}}}\nspec: {{type: team, children: []}}\n"
        for name, title in (("pay", "Payments"), ("board", "Review board"))
    ]
    + [
        f"{HEAD}kind: Component\nmetadata: {{name: {name}, labels: {{tier: {tier}}}}}\n"
        "spec: {type: service, lifecycle: production, owner: group:pay}\n"
        for name, tier in (("till", "tier-1"), ("ledger", "tier-2"), ("wharf", "tier-2"))
    ]
)
SCORECARD = f"""{OWN}kind: Scorecard
metadata: {{name: ready, title: Ready, owner: group:default/pay}}
spec:
  appliesTo: {{kinds: [Component]}}
  tier: "entity.metadata.labels['tier']"
  levels: [{{name: bronze, title: Operable}}]
  exemptions: {{maxDuration: {{tier-1: P60D, "*": P90D}}, approvers: [group:default/board]}}
  checks:
    - id: owned
      title: Owned
      level: bronze
      rule: "true"
      fix: {{doc: how-to/mend.md, effort: S}}
    - id: mended
      title: Mended
      level: bronze
      weight: 3
      rule: "entity.metadata.name == 'wharf' && now > timestamp('{NOW - timedelta(days=15):%Y-%m-%dT00:00:00Z}')"
      fix: {{doc: how-to/mend.md, effort: S}}
"""


def _day(days: int) -> str:
    return f"{NOW + timedelta(days=days):%Y-%m-%d}"


def _exemption(name: str, entity: str, first: int, last: int, **spec: str) -> str:
    keys = {"checks": "[mended]", "approvers": "[group:default/board]", "risk": "low"} | spec
    lines = "".join(f"  {key}: {value}\n" for key, value in keys.items())
    return (
        f"{OWN}kind: Exemption\nmetadata: {{name: {name}, title: The {name} one}}\nspec:\n  scorecard: ready\n"
        f"  entities: [component:default/{entity}]\n  reason: It leaves.\n  from: {_day(first)}\n"
        f"  expires: {_day(last)}\n  ticket: https://tickets.example.com/{name}\n{lines}"
    )


def _campaign(name: str, first: int, last: int, deed: str) -> str:
    return (
        f"{OWN}kind: Campaign\nmetadata: {{name: {name}, title: The campaign {name}, owner: group:default/pay}}\n"
        f"spec:\n  scorecard: ready\n  checks: [mended]\n  start: {_day(first)}\n  deadline: {_day(last)}\n"
        f"  ramp: [{{date: {_day(first + 2)}, percent: 50}}]\n  onDeadline: {deed}\n"
    )


FILES = {
    "waypost.toml": "",
    "catalog/all.yaml": CATALOG,
    "catalog/ready.yaml": SCORECARD,
    "catalog/exemptions.yaml": "---\n".join(
        [
            _exemption("first", "till", -40, -11),
            _exemption("renewing", "till", -10, 20),
            _exemption("needless", "wharf", -10, 60),
            _exemption("coming", "ledger", 10, 60),
            _exemption("unapproved", "ledger", -10, 60, approvers="[group:default/pay]"),
        ]
    ),
    "catalog/campaigns.yaml": "---\n".join(
        [_campaign("over", -20, -2, "block"), _campaign("running", -18, 30, "report")]
    ),
    "site/how-to/mend.md": "---\nkind: guide\ntitle: Mend it\nowner: group:default/pay\nstatus: active\n---\n"
    "# Mend it\n\nDo so.\n",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The backend and the site about five exemptions and two campaigns, evaluated on two days."""
    folder = tmp_path_factory.mktemp("ledger")
    workspace = build.workspace(folder / "workspace", FILES)
    build.commit(workspace.root)
    evaluate_on(workspace, folder, (NOW - timedelta(days=19), NOW))
    with serve_built(workspace, folder) as address:
        yield address


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_everybody_can_use_the_pages(visit: VisitAs, width: int, scheme: str) -> None:
    reader = visit(width=width, scheme=scheme)

    assert reader.hurdles(PAGES) == []


def test_the_ledger_tells_every_stage_and_its_csv_the_same(visit: VisitAs) -> None:
    reader = visit()
    page = reader.page
    reader.open(LEDGER)

    for label, told in (
        ("Ending within 30 days", "The renewing one"),
        ("Unused", "it would pass"),
        ("Renewed", "renewed once"),
        ("Refused", "approved by none of group:default/board"),
        ("Announced", "The coming one"),
        ("Ended", "The first one"),
    ):
        expect(page.get_by_role("table", name=label, exact=True)).to_contain_text(told)
    expect(page.get_by_role("table", name="Risk carried by team")).to_contain_text("Payments")
    with page.expect_download() as download:
        page.get_by_role("link", name="as CSV").click()
    assert len(download.value.path().read_text(encoding="utf-8").splitlines()) == 1 + 5


def test_a_campaign_shows_its_course_and_leads_to_what_mends(visit: VisitAs) -> None:
    reader = visit()
    page = reader.page
    reader.open(OVER)

    expect(page.get_by_role("img", name="Entities that are left, by day")).to_be_visible()
    expect(page.locator("article")).to_contain_text("Over, and not all are done: 1 of 2 (50%) done")
    expect(page.get_by_role("table", name="Teams that are not done")).to_contain_text("Payments")
    expect(page.get_by_role("table", name="Entities that are not done")).to_contain_text("fail since")
    page.get_by_role("table", name="Checks of the campaign").get_by_role("link", name="Mend it").click()

    expect(page.get_by_role("heading", name="Mend it", level=1)).to_be_visible()


@pytest.mark.parametrize("path", ["/catalog/component/default/ledger/", "/catalog/group/default/pay/"])
def test_a_deadline_that_is_over_warns_on_the_pages_of_entity_and_team(visit: VisitAs, path: str) -> None:
    reader = visit()
    reader.open(path)

    told = reader.page.locator("li", has_text="The deadline is over, and gates are closed.")
    expect(told.get_by_role("link", name="The campaign over")).to_be_visible()


def test_without_scripts_and_on_paper_everything_is_there(browser: Browser, server: str) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.emulate_media(media="print")
    try:
        page.goto(server + LEDGER)
        expect(page.get_by_role("table", name="Active exemptions")).to_contain_text("The renewing one")
        page.goto(server + OVER)
        expect(page.get_by_role("img", name="Entities that are left, by day")).to_be_visible()
    finally:
        page.context.close()
