"""How fresh a page is, as readers see it: the line at its head, the team's page, and the list of what wants reading."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

import build
from waypost.core.host import open_host
from waypost.core.progress import SilentProgress
from waypost.site.build import build_site

pytestmark = pytest.mark.browser

SCREENS = [
    pytest.param((1280, 800, "light"), id="laptop, light"),
    pytest.param((1280, 800, "dark"), id="laptop, dark"),
    pytest.param((390, 844, "light"), id="phone, light"),
    pytest.param((390, 844, "dark"), id="phone, dark"),
]
ESTATE = """\
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: platform, title: The platform team}
spec: {type: team, children: []}
"""
NOW = datetime.now(UTC)
READ = (NOW - timedelta(days=20)).date()
CHANGED = NOW - timedelta(days=10)


def _page(title: str, body: str = "Text.", **keys: str) -> str:
    more = "".join(f"{key}: {value}\n" for key, value in keys.items())
    review = f"review: {{by: platform, on: {READ}, method: read, every: P180D}}\n"
    return f"---\nkind: guide\ntitle: {title}\nowner: platform\n{review}{more}---\n# {title}\n\n{body}\n"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site whose pages stand in different ways."""
    root = tmp_path_factory.mktemp("fresh")
    files = {
        "catalog/a.yaml": ESTATE,
        "site/index.md": "# Home\n",
        "site/guide/calm.md": _page("A calm page"),
        "site/guide/doubt.md": _page("A page in doubt", watches="[infra/a.tf]"),
        "site/guide/wrong.md": _page("A page that is wrong", "```json\n{,\n```"),
        "infra/a.tf": "1",
    }
    build.write_files(root, files)
    build.commit(root, at=NOW - timedelta(days=30))
    build.write_files(root, {"infra/a.tf": "2"})
    build.commit(root, at=CHANGED)
    out = root / "built"
    with open_host(root, [f"database.url=sqlite:///{root / 'none.db'}"]) as host:
        build_site(host, out, strict=False, progress=SilentProgress())
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(out))) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join(10)


@pytest.fixture
def reader(browser: Browser) -> Iterator[Page]:
    """A reader on a laptop whose browser runs no scripts."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


def test_a_page_says_why_it_is_in_doubt_and_unfolds_all_evidence_without_scripts(
    reader: Page, address: str
) -> None:
    reader.goto(f"{address}/guide/doubt/")
    line = reader.locator("details.wp-fresh")

    expect(line.locator("summary")).to_contain_text(
        f"In doubt since {CHANGED.date()}: infra/a.tf changed on {CHANGED.date()}"
    )
    expect(line.get_by_text("waypost review done site/guide/doubt.md")).to_be_hidden()
    line.locator("summary").focus()
    reader.keyboard.press("Enter")
    expect(line.get_by_text("waypost review done site/guide/doubt.md")).to_be_visible()
    expect(line.get_by_text(f"read on {READ} by The platform team")).to_be_visible()


def test_a_fresh_page_says_what_confirms_it(reader: Page, address: str) -> None:
    reader.goto(f"{address}/guide/calm/")

    summary = reader.locator("details.wp-fresh > summary")

    expect(summary).to_contain_text(f"Fresh: read on {READ} by The platform team")


def test_a_team_reads_what_is_wrong_before_what_is_in_doubt(reader: Page, address: str) -> None:
    reader.goto(f"{address}/catalog/group/default/platform/")
    expect(reader.get_by_role("heading", name="To read again")).to_be_visible()
    links = reader.locator(".wp-reading > ol > li > a:first-child")

    expect(links).to_have_text(["A page that is wrong", "A page in doubt"])
    links.last.click()
    expect(reader).to_have_url(f"{address}/guide/doubt/")


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize(
    "path", ["/guide/wrong/", "/catalog/group/default/platform/", "/contributing/to-read/"]
)
def test_every_screen_shows_it_well(
    browser: Browser, address: str, path: str, screen: tuple[int, int, str]
) -> None:
    width, height, scheme = screen
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(address + path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    for folded in page.locator("details.wp-fresh > summary").all():
        folded.click()

    violations = [
        f"{each['id']}: {node['html'][:160]}"
        for each in Axe().run(page).response["violations"]
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]

    assert violations == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_on_a_phone_the_line_is_one_line(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{address}/guide/doubt/")
    summary = page.locator("details.wp-fresh > summary")
    expect(summary).to_be_visible()

    box = summary.bounding_box()

    assert box is not None
    assert box["height"] < 40
    context.close()


def test_on_paper_the_line_stands_too(browser: Browser, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/guide/wrong/")
    page.emulate_media(media="print")

    expect(page.locator("details.wp-fresh > summary")).to_be_visible()
    expect(page.locator("details.wp-fresh > summary")).to_contain_text("Out of date")
    context.close()
