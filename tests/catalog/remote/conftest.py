"""What tests of sources from elsewhere share: a web server, and what refreshes from it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from catalog.refresher import Refresher
from catalog.sites import COMPONENT, LEADING, Site, serve_files


@pytest.fixture
def site() -> Iterator[Site]:
    """A web server with two components and a Location that leads to both."""
    leading = LEADING % ("both", "./one.yaml, ./two.yaml")
    files = {"one.yaml": COMPONENT % "one", "two.yaml": COMPONENT % "two", "both.yaml": leading}
    with serve_files(files) as serving:
        yield serving


@pytest.fixture
def refresher(engine: Engine, site: Site) -> Refresher:
    """What refreshes from the site."""
    return Refresher(engine, site)
