"""A stock Backstage frontend, built once for each version of its sources, a real backend, and somebody who looks."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser

import build
from frontend import building
from frontend.estate import FILES
from frontend.serving import Files, Portal, free_port, open_server, wait_for
from frontend.visiting import Visit


@pytest.fixture(scope="session")
def frontend_files() -> Path:
    """The built frontend; tests are skipped where it cannot be built."""
    try:
        return building.build_frontend()
    except building.CannotBuildError as error:
        pytest.skip(f"no Backstage frontend: {error}")


@pytest.fixture(scope="session")
def elsewhere() -> Iterator[Files]:
    """A web server of somebody else's, whose files are registered and change."""
    with open_server(Files()) as files:
        yield files


@pytest.fixture(scope="session")
def frontend(
    frontend_files: Path, elsewhere: Files, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Portal]:
    """The frontend, which asks a backend that takes guests."""
    with _portal(frontend_files, tmp_path_factory.mktemp("guests"), elsewhere, guests=True) as portal:
        yield portal


@pytest.fixture(scope="session")
def guestless(
    frontend_files: Path, elsewhere: Files, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Portal]:
    """The frontend, which asks a backend that takes none."""
    with _portal(frontend_files, tmp_path_factory.mktemp("guestless"), elsewhere, guests=False) as portal:
        yield portal


@contextmanager
def _portal(files: Path, folder: Path, elsewhere: Files, *, guests: bool) -> Iterator[Portal]:
    port = free_port()
    with open_server(Files(folder=files)) as served:
        page = (files / "index.html").read_text(encoding="utf-8")
        page = page.replace(building.APP_URL, served.address)
        served.page = page.replace(building.BACKEND_URL, f"http://localhost:{port}")
        settings = [
            f"auth.guest={str(guests).lower()}",
            f"server.cors_origins={served.address}",
            "server.cors_credentials=true",
            f"fetch.allow={elsewhere.address.removeprefix('http://')}",
            "fetch.private=127.0.0.1,::1",
        ]
        with _backend(folder, port, settings):
            yield Portal(served.address, f"http://localhost:{port}")


@contextmanager
def _backend(folder: Path, port: int, settings: list[str]) -> Iterator[None]:
    workspace = build.workspace(folder, FILES)
    command = [sys.executable, "-m", "waypost", *(part for each in settings for part in ("--set", each))]
    command += ["serve", "--port", str(port)]
    log = (folder / "serve.log").open("wb")
    with (
        log,
        subprocess.Popen(
            command, cwd=workspace.root, env=build.clean_environment(), stdout=log, stderr=log
        ) as process,
    ):
        try:
            wait_for(f"http://localhost:{port}/readyz", process, folder / "serve.log")
            yield
        finally:
            process.terminate()


@pytest.fixture
def visit(browser: Browser, frontend: Portal) -> Iterator[Visit]:
    """A guest at the frontend; at the end nothing may have gone wrong."""
    guest = Visit.begin(browser, frontend)
    yield guest
    guest.page.context.close()
    assert guest.failures == []
    assert guest.errors == []
