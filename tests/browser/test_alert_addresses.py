from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.conftest import Visit, VisitAs

RUNBOOK = "API server error budget burn"
PAGE = "/runbooks/api-server-error-budget-burn/"
LAPTOP, PHONE = (1280, 800), (390, 844)


class _Static(SimpleHTTPRequestHandler):
    """A web server for files, as hosts of static sites are: folders have an index, and there is a page for 404."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        if code != 404:
            super().send_error(code, message, explain)
            return
        body = (Path(self.directory) / "404.html").read_bytes()
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def static(built_site: Path) -> Iterator[str]:
    """The address of the built site on a server that knows nothing of Waypost."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Static, directory=str(built_site)))
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@dataclass(frozen=True)
class Reader:
    """Somebody with the name of an alert."""

    page: Page
    base: str
    errors: list[str]

    def open(self, path: str) -> None:
        self.page.goto(self.base + path)


@contextmanager
def reading(browser: Browser, base: str, size: tuple[int, int], *, script: bool = True) -> Iterator[Reader]:
    """Open *base* for a reader; nothing may break, or be asked of another host."""
    errors: list[str] = []
    with browser.new_context(
        viewport={"width": size[0], "height": size[1]}, java_script_enabled=script, reduced_motion="reduce"
    ) as context:
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("request", lambda asked: errors.append(asked.url) if not asked.url.startswith(base) else None)
        yield Reader(page, base, errors)
    assert errors == []


@pytest.fixture(params=["static", "server"])
def base(request: pytest.FixtureRequest) -> str:
    """The site, built and served by another, or by ``waypost serve``."""
    address: str = request.getfixturevalue(request.param)
    return address


@pytest.mark.browser
@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
@pytest.mark.parametrize(
    "name",
    ["KubeAPIErrorBudgetBurn", "kubeapierrorbudgetburn", "KUBEAPIERRORBUDGETBURN", "KubeApiErrorBudgetBurn/"],
)
def test_an_alert_in_any_case_leads_to_its_runbook(
    browser: Browser, base: str, size: tuple[int, int], name: str
) -> None:
    with reading(browser, base, size) as reader:
        reader.open(f"/r/{name}?node=cp-1&severity=page")

        expect(reader.page).to_have_url(re.compile(re.escape(PAGE) + r"\?severity=page#NODE=cp-1$"))
        expect(reader.page.get_by_role("heading", level=1)).to_contain_text(RUNBOOK)
        expect(reader.page.get_by_label("NODE").first).to_have_value("cp-1")


@pytest.mark.browser
@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_a_name_that_nobody_knows_is_shown_what_it_may_have_meant(
    browser: Browser, base: str, size: tuple[int, int]
) -> None:
    with reading(browser, base, size) as reader:
        reader.open("/r/KubeApiErrorBudgetBurnt%3Cb%3E")

        expect(reader.page.get_by_role("heading", level=1)).to_have_text(
            "No runbook answers KubeApiErrorBudgetBurnt<b>"
        )
        expect(reader.page.get_by_text("spelt almost the same: 2 letters off")).to_be_visible()
        expect(reader.page.get_by_text("CertificateExpiringSoon")).not_to_have_count(0)
        assert reader.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        reader.page.get_by_role("link", name="KubeAPIErrorBudgetBurn").first.click()
        expect(reader.page).to_have_url(re.compile(re.escape(PAGE)))


@pytest.mark.browser
def test_a_name_like_no_other_is_shown_every_alert(browser: Browser, base: str) -> None:
    with reading(browser, base, PHONE) as reader:
        reader.open("/r/zzzz")

        expect(reader.page.get_by_text("No alert is called anything like it")).to_be_visible()
        expect(reader.page.get_by_role("link", name="PostgresDiskFilling").first).to_be_visible()


@pytest.mark.browser
@pytest.mark.parametrize("name", ["KubeAPIErrorBudgetBurn", "kubeapierrorbudgetburn"])
def test_without_javascript_an_alert_leads_to_its_runbook(browser: Browser, base: str, name: str) -> None:
    with reading(browser, base, PHONE, script=False) as reader:
        reader.open(f"/r/{name}/")

        expect(reader.page).to_have_url(re.compile(re.escape(PAGE)))


@pytest.mark.browser
def test_without_javascript_an_unknown_name_has_the_whole_list(browser: Browser, static: str) -> None:
    with reading(browser, static, PHONE, script=False) as reader:
        reader.open("/r/KUBEAPIERRORBUDGETBURN")

        reader.page.get_by_role("link", name="KubeAPIErrorBudgetBurn").click()
        expect(reader.page).to_have_url(re.compile(re.escape(PAGE)))


@pytest.mark.browser
def test_text_in_another_case_leads_to_the_text(browser: Browser, static: str) -> None:
    with reading(browser, static, LAPTOP) as reader:
        reader.open("/r/KUBEapiErrorBudgetBurn.TXT")

        expect(reader.page).to_have_url(re.compile(r"/r/KubeAPIErrorBudgetBurn\.txt$"))
        expect(reader.page.get_by_text("Escalate")).to_be_visible()


@pytest.mark.parametrize("name", ["KubeAPIErrorBudgetBurn", "kubeapierrorbudgetburn"])
def test_a_terminal_gets_text_and_the_same_from_both(static: str, server: str, name: str) -> None:
    texts = []
    for base in (static, server):
        with urlopen(f"{base}/r/{name}.txt", timeout=30) as answer:
            texts.append(answer.read().decode())
            assert answer.headers["Content-Type"].startswith("text/plain")

    assert texts[0] == texts[1]
    assert texts[0].startswith(RUNBOOK)


@pytest.mark.browser
def test_an_address_elsewhere_is_only_not_found(browser: Browser, static: str) -> None:
    with reading(browser, static, LAPTOP) as reader:
        reader.open("/gone/KubeAPIErrorBudgetBurn")

        expect(reader.page.get_by_role("heading", level=1)).to_have_text("Not found")
        expect(reader.page.get_by_role("heading", name="Runbooks by alert")).to_be_visible()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_accessible(visit: VisitAs, scheme: str) -> None:
    reader: Visit = visit(width=390, scheme=scheme)

    violations = []
    for path in ("/r/", "/pack/", "/pack/tiers/tier-1.html", "/404.html"):
        reader.open(path)
        violations += reader.violations()
    assert violations == []


@pytest.mark.browser
def test_the_pack_is_offered_among_the_runbooks(visit: VisitAs) -> None:
    reader: Visit = visit()
    reader.open("/runbooks/")

    with reader.page.expect_download() as download:
        reader.page.get_by_role("link", name="the incident pack").click()

    assert download.value.suggested_filename == "incident-pack.zip"
