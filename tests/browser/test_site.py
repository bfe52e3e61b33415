from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Route

pytestmark = pytest.mark.browser

SCREENS = [
    pytest.param(1280, 800, "light", id="laptop, light"),
    pytest.param(1280, 800, "dark", id="laptop, dark"),
    pytest.param(390, 800, "light", id="phone, light"),
    pytest.param(390, 800, "dark", id="phone, dark"),
]
PAGES = [
    "/",
    "/catalog/",
    "/catalog/component/default/checkout/",
    "/catalog/group/default/checkout/",
    "/scorecards/production-readiness/",
    "/runbooks/api-server-error-budget-burn/",
    "/decisions/0007-rules-in-cel/",
    "/guide/embedding/",
    "/golden-paths/web-service/",
    "/reference/api/",
]

VisitAs = Callable[..., Any]


@pytest.mark.parametrize(("width", "height", "scheme"), SCREENS)
def test_everybody_can_read_every_kind_of_page(visit: VisitAs, width: int, height: int, scheme: str) -> None:
    reader = visit(width=width, height=height, scheme=scheme)
    found = []

    for path in PAGES:
        reader.open(path)
        found += reader.violations()
        assert reader.page.locator("h1").count() == 1, path
        wide = reader.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{path} is wider than the screen by {wide}px"

    assert found == []


@pytest.mark.parametrize(("width", "height", "scheme"), SCREENS[::2])
def test_a_reader_clicks_from_page_to_page(visit: VisitAs, width: int, height: int, scheme: str) -> None:
    reader = visit(width=width, height=height, scheme=scheme)
    page = reader.page
    reader.open("/")

    page.get_by_role("searchbox", name="alert").fill("apierror")
    assert page.locator(".wp-alerts li:visible").count() == 1
    page.keyboard.press("Enter")
    page.wait_for_url("**/runbooks/api-server-error-budget-burn/")
    page.locator(".wp-runbook-header").get_by_role("link", name="Kubernetes API server").click()
    page.wait_for_url("**/catalog/component/default/kube-apiserver/")
    page.locator("small a, p a").filter(has_text="Production readiness").first.click()
    page.wait_for_url("**/scorecards/production-readiness/")
    page.locator("article a[href*='/decisions/0']").first.click()
    page.wait_for_url(re.compile(r".*/decisions/\d{4}-.*/"))
    assert page.locator("h1").is_visible()


def test_the_first_safe_action_is_in_sight_on_a_phone(visit: VisitAs) -> None:
    reader = visit(width=390, height=800)

    reader.open("/runbooks/api-server-error-budget-burn/")

    first = reader.page.locator("article h2").first.bounding_box()
    assert first is not None
    assert first["y"] < 520


def test_an_embed_becomes_live(visit: VisitAs) -> None:
    reader = visit()
    reader.open("/guide/embedding/")
    card = reader.page.locator("waypost-scorecard")

    reader.page.wait_for_selector("waypost-scorecard[data-live]")

    assert "live, as of" in (card.locator(".wp-when").text_content() or "")
    assert card.locator("table tbody tr").count() > 0
    link = reader.page.locator("waypost-owner a")
    assert link.get_attribute("href") == "/catalog/group/default/platform/"


def test_an_embed_keeps_its_dated_values_when_the_backend_is_away(visit: VisitAs) -> None:
    reader = visit()
    asked: list[str] = []

    def refuse(route: Route) -> None:
        asked.append(route.request.url)
        route.abort()

    reader.page.route("**/api/**", refuse)

    reader.open("/guide/embedding/")

    card = reader.page.locator("waypost-scorecard")
    assert card.locator("table tbody tr").count() > 0
    assert re.search(r"as of \d+ \w+ \d{4}, \d\d:\d\d UTC", card.locator(".wp-when").text_content() or "")
    assert len(asked) == 1
    reader.errors.clear()  # The browser itself tells of a request that failed.


def test_everything_is_there_without_javascript(browser: Any, server: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()

    page.goto(f"{server}/catalog/")

    assert page.locator("table.wp-table tbody tr").count() > 50
    context.close()
