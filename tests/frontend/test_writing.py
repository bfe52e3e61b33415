from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Locator, Page, expect

from frontend.estate import CHANGED, REGISTERED
from frontend.serving import wait_for_text

if TYPE_CHECKING:
    from frontend.serving import Files
    from frontend.visiting import Visit

pytestmark = pytest.mark.browser

LIST = "/catalog?filters[kind]=component"
PAGE = "/catalog/default/component/{}"
BY_NAME = "/api/catalog/entities/by-name/component/default/{}"
LIGHTHOUSE = PAGE.format("lighthouse")


def register(page: Page, address: str, name: str) -> None:
    page.get_by_label("URL").fill(address)
    page.get_by_role("button", name="Analyze").click()
    expect(page.get_by_text(name).first).to_be_visible()
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_text("The following entities have been added to the catalog:")).to_be_visible()


def open_unregister_dialog(visit: Visit, name: str) -> Locator:
    page = visit.open(PAGE.format(name))
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Unregister entity").click()
    return page.get_by_role("dialog")


def test_a_location_is_registered_refreshed_and_unregistered(visit: Visit, elsewhere: Files) -> None:
    address = f"{elsewhere.address}/catalog-info.yaml"
    elsewhere.texts["/catalog-info.yaml"] = REGISTERED

    register(visit.open("/catalog-import"), address, "lighthouse")
    wait_for_text(visit.portal.backend + BY_NAME.format("lighthouse"), "Shines at night.")
    page = visit.open(LIGHTHOUSE)
    expect(page.get_by_text("Shines at night.")).to_be_visible()

    elsewhere.texts["/catalog-info.yaml"] = CHANGED
    page.get_by_role("button", name="Refresh").click()
    expect(page.get_by_text("Refresh scheduled").first).to_be_visible()
    wait_for_text(visit.portal.backend + BY_NAME.format("lighthouse"), "Shines all day.")
    expect(visit.open(LIGHTHOUSE).get_by_text("Shines all day.")).to_be_visible()

    page = visit.open(f"{LIGHTHOUSE}?inspect=")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("tab", name="Ancestry").click()
    expect(dialog.get_by_text("generated-").first).to_be_visible()

    dialog = open_unregister_dialog(visit, "lighthouse")
    expect(dialog.get_by_text("This action will unregister the following entities:")).to_be_visible()
    dialog.get_by_role("button", name="Unregister Location").click()
    expect(dialog).to_have_count(0)
    expect(visit.open(LIST).get_by_text("All Components (26)")).to_be_visible()


def test_one_entity_is_deleted(visit: Visit, elsewhere: Files) -> None:
    elsewhere.texts["/buoy.yaml"] = REGISTERED.replace("lighthouse", "buoy")
    register(visit.open("/catalog-import"), f"{elsewhere.address}/buoy.yaml", "buoy")
    wait_for_text(visit.portal.backend + BY_NAME.format("buoy"), "Shines")

    dialog = open_unregister_dialog(visit, "buoy")
    dialog.get_by_role("button", name="Advanced Options").click()
    dialog.get_by_role("button", name="Delete Entity").click()

    expect(visit.page.get_by_text("Removed entity buoy")).to_be_visible()
    expect(visit.open(LIST).get_by_text("All Components (26)")).to_be_visible()


def test_a_file_that_cannot_be_registered_is_told_why(visit: Visit, elsewhere: Files) -> None:
    elsewhere.texts["/broken.yaml"] = "kind: Component\n"
    page = visit.open("/catalog-import")

    page.get_by_label("URL").fill(f"{elsewhere.address}/broken.yaml")
    page.get_by_role("button", name="Analyze").click()

    expect(page.get_by_text("must have required property 'apiVersion'")).to_be_visible()
    visit.forget("400 POST /api/catalog/locations?dryRun=true")
