"""The catalog's page: filters with the state in the address, on screens, paper and without a script."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from statistics import median
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

pytestmark = pytest.mark.browser

VisitAs = Callable[..., Any]
SCREENS = [
    pytest.param(1280, 800, "light", id="laptop, light"),
    pytest.param(1280, 800, "dark", id="laptop, dark"),
    pytest.param(390, 800, "light", id="phone, light"),
    pytest.param(390, 800, "dark", id="phone, dark"),
]
PAGES = (
    "/catalog/",
    "/catalog/#kind=Component&owner=group:default/checkout&q=order",
    "/catalog/#q=nothing-is-called-so",
    "/catalog/component/default/checkout/",
    "/catalog/resource/default/event-bus/",
    "/catalog/group/default/platform/",
    "/catalog/api/default/orders-api/",
    "/catalog/api/default/order-events/",
)


def _told(page: Page) -> str:
    return page.locator(".wp-catalog__told").text_content() or ""


def _tells(page: Page, told: str | re.Pattern[str]) -> None:
    """Wait until the page says how many entities there are in the words *told*."""
    expect(page.locator(".wp-catalog__told")).to_have_text(told)


def _rows(page: Page) -> int:
    return page.locator(".wp-entities--live tbody tr").count()


@pytest.mark.parametrize(("width", "height", "scheme"), SCREENS)
def test_everybody_can_use_the_catalog(visit: VisitAs, width: int, height: int, scheme: str) -> None:
    reader = visit(width=width, height=height, scheme=scheme)

    assert reader.hurdles(PAGES) == []


def test_typing_and_choosing_narrow_the_rows_and_say_how_many(visit: VisitAs) -> None:
    reader = visit()
    page = reader.page
    reader.open("/catalog/")
    whole = _told(page)

    page.get_by_label("Filter by any word").fill("checkout")
    typed = _told(page)
    page.get_by_role("checkbox", name=re.compile("^Component")).check()

    assert re.fullmatch(r"\d+ entities", whole)
    assert re.fullmatch(r"\d+ of \d+ entities", typed)
    assert 0 < _rows(page) < int(typed.split()[0])
    assert _told(page).startswith(f"{_rows(page)} of ")
    assert page.locator(".wp-catalog__told").get_attribute("aria-live") == "polite"
    assert page.url.endswith("/catalog/#q=checkout&kind=Component")


def test_counts_tell_what_choosing_a_value_would_give(visit: VisitAs) -> None:
    reader = visit()
    page = reader.page
    reader.open("/catalog/#kind=Component")
    value = page.locator(".wp-facet", has=page.locator("summary", has_text="Lifecycle"))
    value.locator("summary").click()
    count = int(value.locator("li .wp-facet__count").first.text_content() or "0")

    value.get_by_role("checkbox").first.check()

    assert _told(page).startswith(f"{count} of ")


def test_the_back_button_takes_filters_back_a_word_at_once(visit: VisitAs) -> None:
    reader = visit()
    page = reader.page
    reader.open("/catalog/")
    page.get_by_label("Filter by any word").press_sequentially("order")
    page.get_by_label("Filter by any word").blur()
    page.get_by_role("checkbox", name=re.compile("^API")).check()
    chosen = _told(page)

    page.go_back()
    expect(page.locator(".wp-catalog__told")).not_to_have_text(chosen)
    typed = _told(page)
    page.go_back()
    _tells(page, re.compile(r"^\d+ entities$"))
    page.go_forward()
    _tells(page, typed)

    assert " of " in typed
    assert page.get_by_label("Filter by any word").input_value() == "order"


def test_a_filtered_view_can_be_linked_by_relation_too(visit: VisitAs) -> None:
    reader = visit()
    page = reader.page

    reader.open("/catalog/#dependsOn=resource%3Adefault%2Fevent-bus&kind=component")

    expect(page.get_by_role("button", name="Remove the filter that depend on Event bus")).to_be_visible()
    expect(page.get_by_role("link", name="Order events publisher")).to_be_visible()
    page.get_by_role("button", name="Clear all").click()
    _tells(page, re.compile(r"^\d+ entities$"))


def test_a_kind_above_the_table_filters_by_it(visit: VisitAs) -> None:
    reader = visit()
    page = reader.page
    reader.open("/catalog/#owner=group:default/checkout")

    page.locator(".wp-counts a", has_text="APIs").click()

    expect(page).to_have_url(re.compile("#kind=API$"))
    expect(page.get_by_role("checkbox", name=re.compile("^API"))).to_be_checked()
    _tells(page, re.compile(f"^{_rows(page)} of "))


def test_a_keyboard_is_enough(visit: VisitAs) -> None:
    reader = visit()
    page = reader.page
    reader.open("/catalog/")
    page.get_by_label("Filter by any word").focus()

    page.keyboard.press("Tab")  # The first facet's head.
    page.keyboard.press("Tab")
    page.keyboard.press("Space")

    assert page.evaluate("document.activeElement.type") == "checkbox"
    assert page.evaluate("document.activeElement.checked")
    assert " of " in _told(page)
    page.get_by_role("button", name=re.compile("Remove the filter Kind")).press("Enter")
    assert page.evaluate("document.activeElement.type") == "search"


def test_more_rows_come_when_asked_for_and_all_on_paper(visit: VisitAs) -> None:
    reader = visit()
    page = reader.page
    reader.open("/catalog/")
    first = _rows(page)

    page.get_by_role("button", name="Show 50 more").click()

    assert (first, _rows(page)) == (50, 100)
    assert page.evaluate("document.activeElement.localName") == "a"
    count = "window.printed = document.querySelectorAll('.wp-entities--live tbody tr').length"
    page.evaluate(f"addEventListener('beforeprint', () => {{ {count} }})")
    page.pdf()
    assert _told(page) == f"{page.evaluate('window.printed')} entities"


def test_on_a_phone_the_filters_fold_and_the_table_fits(visit: VisitAs) -> None:
    reader = visit(width=390, height=800)
    page = reader.page
    reader.open("/catalog/")

    expect(page.get_by_role("checkbox")).to_have_count(0)
    page.locator(".wp-facets > summary").click()
    page.locator(".wp-facet > summary", has_text="Kind").click()
    expect(page.get_by_role("checkbox", name=re.compile("^Component"))).to_be_visible()
    expect(page.locator(".wp-entities--live th:visible")).to_have_count(3)


def test_the_whole_table_by_kind_is_there_without_a_script(browser: Browser, server: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()

    page.goto(f"{server}/catalog/#kind=API")

    assert page.locator("table.wp-entities tbody tr").count() > 100
    expect(page.get_by_role("heading", name="APIs")).to_be_visible()
    context.close()


def test_the_tables_stay_when_the_data_cannot_be_read(visit: VisitAs) -> None:
    reader = visit()
    reader.page.route("**/entities.json*", lambda route: route.abort())

    reader.open("/catalog/")

    assert reader.page.locator("table.wp-entities tbody tr").count() > 100
    reader.errors.clear()  # The browser itself tells of a request that failed.


def test_the_picture_leads_on_and_the_table_names_the_same(visit: VisitAs) -> None:
    reader = visit()
    page = reader.page
    reader.open("/catalog/component/default/checkout/")
    drawn = {
        each.split("\n")[0] for each in page.locator(".wp-graph__box text:first-of-type").all_text_contents()
    }
    named = set(page.locator(".wp-relations a").all_text_contents())

    assert drawn
    assert drawn <= named
    page.get_by_role("link", name=re.compile(r"^Event bus \(")).click()
    page.wait_for_url("**/catalog/resource/default/event-bus/")


def test_on_a_phone_the_picture_begins_with_the_entity(visit: VisitAs) -> None:
    reader = visit(width=390, height=800)
    reader.open("/catalog/component/default/checkout/")

    box = reader.page.locator(".wp-graph__centre").bounding_box()

    assert box is not None
    assert 0 < box["x"] < 390 - box["width"] + 1


def test_an_operation_can_be_linked_and_a_schema_unfolds(visit: VisitAs) -> None:
    reader = visit()
    page = reader.page

    reader.open("/catalog/api/default/orders-api/#operation-getOrder")

    expect(page.locator("#operation-getOrder")).to_be_in_viewport()
    page.locator("#operation-getOrder").get_by_role("link", name="Order", exact=True).first.click()
    expect(page.locator("#schema-Order ul").first).to_be_visible()


@pytest.mark.bench
def test_ten_thousand_entities_filter_within_fifty_milliseconds(visit: VisitAs) -> None:
    reader = visit()
    page = reader.page
    page.route("**/entities.json*", _many)
    page.route(
        "**/texts.json*", lambda route: route.fulfill(json=["takes orders and tells of them"] * 10_000)
    )
    reader.open("/catalog/")

    times = page.evaluate(
        """() => {
          const field = document.querySelector(".wp-catalog__form input[type=search]");
          return "service 12 owner-3 kotlin x".split("").map((_, at, all) => {
            const began = performance.now();
            field.value = all.slice(0, at + 1).join("");
            field.dispatchEvent(new Event("input", { bubbles: true }));
            document.body.offsetHeight;
            return performance.now() - began;
          });
        }"""
    )

    assert median(times) <= 50


def _many(route: Route) -> None:
    count = 10_000
    numbers = range(count)
    names: dict[str, list[Any]] = {
        "kind": ["Component", "API", "Resource"],
        "namespace": ["default"],
        "type": ["service", "openapi", "database"],
        "owner": [[f"group:default/owner-{number}", f"Owner {number}"] for number in range(300)],
        "system": [[f"system:default/system-{number}", f"System {number}"] for number in range(500)],
        "lifecycle": ["production", "experimental"],
        "tier": ["tier-1", "tier-2"],
        "tag": [f"tag-{number}" for number in range(40)],
    }
    columns: dict[str, list[Any]] = {
        name: [1 + at % len(values) for at in numbers] for name, values in names.items() if name != "tag"
    }
    columns["tag"] = [[1 + at % 40, 1 + at % 7] for at in numbers]
    columns["name"] = [f"service-{at:05}" for at in numbers]
    columns["title"] = [0] * count
    route.fulfill(body=json.dumps({"names": names, "columns": columns}), content_type="application/json")
