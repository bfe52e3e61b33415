"""Somebody who looks at the frontend, and notes what the backend answered meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Response

from frontend.serving import Portal

WAIT_MS = 20_000


@dataclass
class Visit:
    """A browser at the frontend of *portal*; every request to the backend, and everything that went wrong."""

    page: Page
    portal: Portal
    asked: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @classmethod
    def begin(cls, browser: Browser, portal: Portal) -> Visit:
        """Open a browser without any history, at no page yet."""
        page = browser.new_page(viewport={"width": 1500, "height": 1100}, reduced_motion="reduce")
        page.set_default_timeout(WAIT_MS)
        visit = cls(page, portal)
        page.on("console", visit._console)
        page.on("pageerror", lambda error: visit.errors.append(str(error)))
        page.on("response", visit._response)
        return visit

    def open(self, path: str) -> Page:
        """Go to *path*, as a guest."""
        self.page.goto(self.portal.address + path)
        if not self.asked:
            self.page.get_by_role("button", name="Enter").click()
        return self.page

    def forget(self, beginning: str) -> None:
        """Take no offence at the failures that begin with *beginning*, nor at what the browser says of them."""
        self.failures = [each for each in self.failures if not each.startswith(beginning)]
        if not self.failures:
            self.errors = [each for each in self.errors if "Failed to load resource" not in each]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{self.page.url}: {message.text}")

    def _response(self, response: Response) -> None:
        address = urlsplit(response.url)
        if address.path.startswith("/api/"):
            query = f"?{unquote(address.query)}" if address.query else ""
            told = f"{response.request.method} {address.path}{query}"
            self.asked.append(told)
            if response.status >= 400:
                self.failures.append(f"{response.status} {told}: {response.text()[:300]}")
