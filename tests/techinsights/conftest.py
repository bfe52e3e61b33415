"""What tests of Tech Insights share: the tiny estate of scorecards' tests, evaluated, and a client of it."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

import build
from conftest import MakeWorkspace
from scorecards.estate import FILES, LEDGER, TILL, Estate
from waypost.core.settings import Settings
from waypost.core.web import create_app
from waypost.runbooks.settings import SITE


@pytest.fixture
def estate(make_workspace: MakeWorkspace, engine: Engine) -> Estate:
    """The tiny estate at noon: the till passes, the ledger's target is not precise."""
    estate = Estate(make_workspace(FILES), engine, build.NOON)
    estate.run((TILL, "slo.target", 99.95), (LEDGER, "slo.target", 95.0), (LEDGER, "slo.events", 7))
    return estate


@pytest.fixture
def client(estate: Estate) -> FlaskClient:
    """Asks the application, whose site is elsewhere."""
    settings = Settings({SITE.name: "https://docs.example.org/kb/"})
    app = create_app(settings, engine=estate.engine, workspace=estate.workspace, clock=lambda: estate.now)
    return app.test_client()
