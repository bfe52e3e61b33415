from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from frontend.estate import PARTS

if TYPE_CHECKING:
    from frontend.visiting import Visit

pytestmark = pytest.mark.browser


def test_the_list_shows_a_page_at_a_time(visit: Visit) -> None:
    page = visit.open("/catalog")

    expect(page.get_by_text(f"All Components ({PARTS + 2})")).to_be_visible()
    expect(page.get_by_role("link", name="Booking Desk")).to_be_visible()
    expect(page.get_by_role("link", name="part-20", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Next Page").click()
    expect(page.get_by_role("link", name="part-20", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Quay Website")).to_be_visible()
    page.get_by_role("button", name="Previous Page").click()
    expect(page.get_by_role("link", name="Booking Desk")).to_be_visible()


def test_the_list_follows_what_is_typed(visit: Visit) -> None:
    page = visit.open("/catalog")

    page.get_by_placeholder("Search").fill("quay")

    expect(page.get_by_text("All Components (1)")).to_be_visible()
    expect(page.get_by_role("link", name="Quay Website")).to_be_visible()
    expect(page.get_by_role("link", name="Booking Desk")).to_have_count(0)


def test_the_list_shows_another_kind(visit: Visit) -> None:
    page = visit.open("/catalog")
    expect(page.get_by_role("link", name="Booking Desk")).to_be_visible()

    page.get_by_label("Kind").click()
    page.get_by_role("option", name="Group").click()

    expect(page.get_by_text("All Groups (2)")).to_be_visible()
    expect(page.get_by_role("link", name="Harbour Office")).to_be_visible()


def test_the_list_is_filtered_by_owner_type_tag_and_lifecycle(visit: Visit) -> None:
    page = visit.open(
        "/catalog?filters[kind]=component&filters[type]=service&filters[tags]=java"
        "&filters[owners]=group:default/harbour&filters[lifecycles]=production"
    )

    expect(page.get_by_text("All service Components (1)")).to_be_visible()
    expect(page.get_by_role("link", name="Booking Desk")).to_be_visible()


def test_the_page_of_an_entity_tells_what_it_is_and_what_it_stands_on(visit: Visit) -> None:
    page = visit.open("/catalog/default/component/booking")

    expect(page.get_by_role("heading", name="Booking Desk")).to_be_visible()
    expect(page.get_by_text("Takes the bookings of ships.")).to_be_visible()
    expect(page.get_by_role("link", name="Harbour Office").first).to_be_visible()
    expect(page.get_by_role("link", name="Berth Booking").first).to_be_visible()
    expect(page.get_by_role("link", name="berth-api").first).to_be_visible()
    expect(page.get_by_role("link", name="tides-db").first).to_be_visible()
    expect(page.get_by_role("link", name="part-01").first).to_be_visible()


def test_an_entity_is_inspected_with_its_ancestry(visit: Visit) -> None:
    page = visit.open("/catalog/default/component/booking?inspect=")

    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("component:default/booking")).to_be_visible()
    dialog.get_by_role("tab", name="Ancestry").click()
    expect(dialog.get_by_text("Booking Desk").first).to_be_visible()
    dialog.get_by_role("tab", name="Raw YAML").click()
    expect(dialog.get_by_text("apiVersion").first).to_be_visible()


@pytest.mark.parametrize(
    ("path", "seen"),
    [
        pytest.param(
            "/catalog/default/system/berths", ["tides-db", "Quay Website", "berth-api"], id="system"
        ),
        pytest.param("/catalog/default/domain/port", ["Berth Booking"], id="domain"),
        pytest.param("/catalog/default/resource/tides-db", ["Booking Desk"], id="resource"),
        pytest.param("/catalog/default/api/berth-api", ["Booking Desk", "Quay Website"], id="api"),
        pytest.param("/catalog/default/group/harbour", ["Ada Keel"], id="group"),
        pytest.param("/catalog/default/user/ada", ["Harbour Office"], id="user"),
    ],
)
def test_the_page_of_every_kind_shows_its_relations(visit: Visit, path: str, seen: list[str]) -> None:
    page = visit.open(path)

    for name in seen:
        expect(page.get_by_text(name).first).to_be_visible()


def test_the_graph_draws_entities_and_their_relations(visit: Visit) -> None:
    page = visit.open("/catalog-graph?rootEntityRefs[]=component:default/booking&maxDepth=2")

    graph = page.locator("svg#dependency-graph")
    for name in ("Booking Desk", "Harbour Office", "Berth Booking", "berth-api", "tides-db", "Quay Website"):
        expect(graph.locator("text").get_by_text(name, exact=True)).to_be_visible()
    expect(graph.get_by_text(re.compile("ownerOf|ownedBy")).first).to_be_visible()


def test_the_apis_are_listed_and_shown(visit: Visit) -> None:
    page = visit.open("/api-docs")

    page.get_by_role("link", name="berth-api").click()
    page.get_by_role("link", name="Definition").or_(page.get_by_role("tab", name="Definition")).click()
    expect(page).to_have_url(re.compile("/definition$"))

    expect(page.get_by_text("List the free berths")).to_be_visible()


def test_the_settings_name_who_is_signed_in(visit: Visit) -> None:
    page = visit.open("/settings")

    expect(page.get_by_text("guest").first).to_be_visible()
