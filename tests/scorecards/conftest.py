"""What tests of scorecards share: the tiny estate, its database, and the application over it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

import build
from conftest import MakeWorkspace
from scorecards.estate import FILES, Estate
from waypost.core.settings import Settings
from waypost.core.web import create_app

MakeEstate = Callable[[Mapping[str, str]], Estate]


@pytest.fixture
def make_estate(make_workspace: MakeWorkspace, engine: Engine) -> MakeEstate:
    """Makes the tiny estate with some files more, or others of the same name, at noon."""
    return lambda files: Estate(make_workspace({**FILES, **files}), engine, build.NOON)


@pytest.fixture
def estate(make_estate: MakeEstate) -> Estate:
    """The tiny estate at noon."""
    return make_estate({})


@pytest.fixture
def client(estate: Estate) -> FlaskClient:
    """Asks the application over the tiny estate."""
    app = create_app(Settings(), engine=estate.engine, workspace=estate.workspace, clock=lambda: estate.now)
    return app.test_client()
