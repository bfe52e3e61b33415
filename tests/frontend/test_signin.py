from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from frontend.visiting import Visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Dialog

    from frontend.serving import Portal

pytestmark = pytest.mark.browser

BOOKING = "/catalog/default/component/booking"


def test_a_guest_signs_in_and_stays_so(visit: Visit) -> None:
    page = visit.open("/catalog")
    expect(page.get_by_text("Waypost Catalog")).to_be_visible()

    page.reload()

    expect(page.get_by_text("Waypost Catalog")).to_be_visible()
    expect(page.get_by_role("button", name="Enter")).to_have_count(0)


def test_a_guest_may_unregister(visit: Visit) -> None:
    page = visit.open(BOOKING)

    page.get_by_role("button", name="More").click()

    expect(page.get_by_role("menuitem", name="Unregister entity")).to_be_enabled()


def test_where_no_guests_are_taken_one_may_read_as_nobody(browser: Browser, guestless: Portal) -> None:
    nobody = Visit.begin(browser, guestless)
    asked: list[str] = []

    def accept(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.accept()

    nobody.page.on("dialog", accept)
    page = nobody.open("/catalog")

    expect(page.get_by_role("link", name="Booking Desk")).to_be_visible()
    assert ["legacy guest token" in text for text in asked] == [True]
    nobody.open(BOOKING).get_by_role("button", name="More").click()
    expect(page.get_by_role("menuitem", name="Unregister entity")).to_be_disabled()
    nobody.forget("404 GET /api/auth/guest/refresh")
    assert nobody.failures == []
    assert nobody.errors == []
    page.context.close()
