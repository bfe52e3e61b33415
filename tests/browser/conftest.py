"""The real server on this repository's own content, and a browser that tells what it met."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from waypost.core.host import open_host
from waypost.core.progress import SilentProgress
from waypost.site.build import build_site

ROOT = Path(__file__).parents[2]
START_WAIT_S = 60
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="session")
def built_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of this repository, built for real."""
    folder = tmp_path_factory.mktemp("browser")
    with open_host(ROOT, [f"database.url=sqlite:///{folder / 'none.db'}"]) as host:
        build_site(host, folder / "site", strict=False, progress=SilentProgress())
    return folder / "site"


@pytest.fixture(scope="session")
def server(built_site: Path) -> Iterator[str]:
    """The address of a real ``waypost serve``."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    database = f"database.url=sqlite:///{built_site.parent / 'served.db'}"
    command = [sys.executable, "-m", "waypost", "--workspace", str(ROOT), "--set", database]
    command += ["serve", "--port", str(port), "--site", str(built_site)]
    with subprocess.Popen(command, env=os.environ, stderr=subprocess.DEVNULL) as process:
        try:
            _await(process, f"http://127.0.0.1:{port}/healthz")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _await(process: subprocess.Popen[bytes], address: str) -> None:
    deadline = time.monotonic() + START_WAIT_S
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urlopen(address, timeout=5):  # Our own server.
                return
        except (URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"the server did not start: exit code {process.poll()}")


@dataclass
class Visit:
    """A reader at a page, and everything that went wrong meanwhile."""

    page: Page
    base: str
    errors: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", self._request)

    def open(self, path: str) -> None:
        """Go to *path*, and wait until it is at rest."""
        self.page.goto(self.base + path)
        self.page.wait_for_load_state("networkidle")

    def hurdles(self, paths: Iterable[str]) -> list[str]:
        """Return what keeps somebody from using each page of *paths*, all that is folded opened, by WCAG 2.2 AA.

        A page that is wider than the screen is one, too.
        """
        found = []
        for path in paths:
            self.page.goto("about:blank")
            self.open(path)
            self.page.evaluate(
                "document.querySelectorAll('article details').forEach((each) => (each.open = true))"
            )
            violations = Axe().run(self.page, options=WCAG).response["violations"]
            found += [
                f"{path}: {each['id']}: {node['html'][:200]}" for each in violations for node in each["nodes"]
            ]
            wide = self.page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            found += [f"{path} is wider than the screen by {wide}px"] if wide > 0 else []
        return found

    def violations(self) -> list[str]:
        """Return what axe finds here of impact serious or critical, each with where."""
        found = Axe().run(self.page).response["violations"]
        return [
            f"{self.page.url}: {each['id']}: {node['html'][:160]} {node['any'][:1]}"
            for each in found
            if each["impact"] in ("serious", "critical")
            for node in each["nodes"]
        ]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{self.page.url}: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.base, "data:", "blob:")):
            self.strangers.append(request.url)


VisitAs = Callable[..., Visit]


@pytest.fixture
def visit(browser: Browser, server: str) -> Iterator[VisitAs]:
    """Opens the site as a reader with a screen and a scheme; at the end nothing may have gone wrong."""
    visits = []

    def open_as(*, width: int = 1280, height: int = 800, scheme: str = "light") -> Visit:
        page = browser.new_page(
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
        )
        visits.append(Visit(page, server))
        return visits[-1]

    yield open_as
    for each in visits:
        each.page.context.close()
    assert [error for each in visits for error in each.errors] == []
    assert [url for each in visits for url in each.strangers] == []
