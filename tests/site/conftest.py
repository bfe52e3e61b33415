"""Real builds of small workspaces."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import build
from site_files import FILES, BuildSite, Built, Lines
from waypost.core.host import open_host
from waypost.site.build import build_site


@pytest.fixture
def build_files(tmp_path: Path) -> BuildSite:
    """Builds the site of a workspace that holds the files it is given."""

    def make(files: Mapping[str, str | bytes] = FILES, *, strict: bool = False, **settings: Any) -> Built:
        workspace = build.workspace(tmp_path / "workspace", files)
        out = tmp_path / "out" / "site"
        lines = Lines()
        with open_host(workspace.root, [f"{name}={value}" for name, value in settings.items()]) as host:
            report = build_site(host, out, strict=strict, progress=lines)
        return Built(out, report, lines.said, lines.tracked)

    return make
