from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as NotSeenError

from frontend.estate import CHANGED, REGISTERED

if TYPE_CHECKING:
    from frontend.serving import Files
    from frontend.visiting import Visit

pytestmark = pytest.mark.browser

LIGHTHOUSE = "/catalog/default/component/lighthouse"


def register(page: Page, address: str) -> None:
    page.get_by_label("URL").fill(address)
    page.get_by_role("button", name="Analyze").click()
    expect(page.get_by_text("lighthouse").first).to_be_visible()
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_text("The following entities have been added to the catalog:")).to_be_visible()


def wait_for_text(visit: Visit, path: str, text: str) -> Page:
    """Look at *path* again until it shows *text*: what is registered is read a moment later."""
    for _ in range(20):
        page = visit.open(path)
        try:
            page.get_by_text(text).first.wait_for(timeout=1500)
        except NotSeenError:
            continue
        return page
    raise AssertionError(f"{path} never showed: {text}")


def test_a_location_is_registered_refreshed_and_unregistered(visit: Visit, elsewhere: Files) -> None:
    address = f"{elsewhere.address}/catalog-info.yaml"
    elsewhere.texts["/catalog-info.yaml"] = REGISTERED

    register(visit.open("/catalog-import"), address)
    page = wait_for_text(visit, LIGHTHOUSE, "Shines at night.")
    # It is there a moment after it was registered, and the frontend may have asked before.
    visit.forget("404 GET /api/catalog/entities/by-name/component/default/lighthouse")

    elsewhere.texts["/catalog-info.yaml"] = CHANGED
    page.get_by_role("button", name="Schedule entity refresh").click()
    expect(page.get_by_text("Refresh scheduled").first).to_be_visible()
    page = wait_for_text(visit, LIGHTHOUSE, "Shines all day, too.")

    page = visit.open(f"{LIGHTHOUSE}?inspect=")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("tab", name="Ancestry").click()
    expect(dialog.get_by_text("generated-").first).to_be_visible()

    page = visit.open(LIGHTHOUSE)
    page.get_by_role("button", name="more").click()
    page.get_by_role("menuitem", name="Unregister entity").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("This action will unregister the following entities:")).to_be_visible()
    dialog.get_by_role("button", name="Unregister Location").click()
    expect(dialog).to_have_count(0)
    expect(visit.open("/catalog?filters[kind]=component").get_by_text("All Components (26)")).to_be_visible()


def test_a_file_that_cannot_be_registered_is_told_why(visit: Visit, elsewhere: Files) -> None:
    elsewhere.texts["/broken.yaml"] = "kind: Component\n"
    page = visit.open("/catalog-import")

    page.get_by_label("URL").fill(f"{elsewhere.address}/broken.yaml")
    page.get_by_role("button", name="Analyze").click()

    expect(page.get_by_text("InputError").first).to_be_visible()
    visit.forget("400 POST /api/catalog/locations?dryRun=true")
