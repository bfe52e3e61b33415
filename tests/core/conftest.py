"""A small plugin of the tests' own, and an application that serves it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint, Flask, abort
from flask.testing import FlaskClient
from marshmallow import fields
from sqlalchemy import Engine, text
from sqlalchemy.exc import DataError

import build
from waypost.core import web
from waypost.core.database import open_engine
from waypost.core.errors import ConflictError, NotFoundError
from waypost.core.plugin import Plugin
from waypost.core.schemas import WireSchema
from waypost.core.settings import Settings
from waypost.core.workspace import Workspace


class NoteSchema(WireSchema):
    """A note."""

    name = fields.String(required=True)
    made_at = fields.AwareDateTime(metadata={"description": "When it was made."})


class NoteQuerySchema(WireSchema):
    """Which notes."""

    sort_by = fields.String(load_default="name")
    tag = fields.List(fields.String(), load_default=list)
    limit = fields.Integer(load_default=20)


@web.answers(NoteSchema(), query=NoteQuerySchema(), many=True)
def list_notes(query: dict[str, Any]) -> list[dict[str, Any]]:
    """List notes.

    They come sorted.
    """
    names = [query["sort_by"], *query["tag"], str(query["limit"])]
    return [{"name": name, "made_at": web.now()} for name in names]


@web.answers(NoteSchema(), errors=[NotFoundError])
def get_note(name: str) -> dict[str, Any] | web.Versioned:
    """Return one note."""
    if name == "missing":
        raise NotFoundError("note", name)
    if name == "versioned":
        return web.Versioned({"name": name}, "abc")
    return {"name": name}


@web.answers(NoteSchema(), body=NoteSchema(), writes=True, status=201)
def add_note(body: dict[str, Any]) -> dict[str, Any]:
    """Add a note."""
    return body


@web.answers(writes=True, status=204)
def remove_note(name: str) -> None:
    """Remove a note."""
    assert name


@web.answers(raw=True, media_type="text/plain")
def get_bytes() -> web.Reply:
    """Return bytes that are ready."""
    return web.Reply(b"ready", "v1", (("X-Kind", "bytes"),), content_type="text/plain")


@web.answers()
def fail(how: str) -> None:
    """Fail."""
    match how:
        case "conflict":
            raise ConflictError("it is there already")
        case "abort":
            abort(403)
        case "data":
            raise DataError("SELECT", {}, ValueError("no null bytes"))
        case "database":
            with web.reading() as connection:
                connection.execute(text("SELECT * FROM nothing_of_that_name"))
        case _:
            raise RuntimeError("the inside")


def make_routes() -> Blueprint:
    """Return the blueprint of notes."""
    routes = Blueprint("notes", __name__)
    routes.get("")(list_notes)
    routes.post("")(add_note)
    routes.get("/<name>")(get_note)
    routes.delete("/<name>")(remove_note)
    routes.get("/bytes/ready")(get_bytes)
    routes.get("/fail/<how>")(fail)
    return routes


@pytest.fixture
def empty_engine(empty_database_url: str) -> Iterator[Engine]:
    """The open database of ``empty_database_url``."""
    engine = open_engine(empty_database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A built site."""
    root = tmp_path / "built"
    build.write_files(
        root,
        {
            "index.html": "<h1>Home</h1>",
            "404.html": "<h1>Lost</h1>",
            "how-to/index.html": "<h1>How to</h1>",
            "assets/main.0a1b2c3d.min.css": "a{}",
            "assets/font.woff2": b"\0",
            "api/secret.html": "never",
        },
    )
    build.write_files(tmp_path, {"secret.txt": "never"})
    (root / "link.txt").symlink_to(tmp_path / "secret.txt")
    return root


@pytest.fixture
def notes() -> Plugin:
    """The plugin of notes."""
    return Plugin(name="notes", summary="Notes for tests.", routes=make_routes)


@pytest.fixture
def app(engine: Engine, site: Path, notes: Plugin) -> Flask:
    """An application with the plugin of notes, and a site."""
    return web.create_app(
        Settings(),
        plugins=[notes],
        engine=engine,
        workspace=Workspace(site),
        site=site,
        clock=lambda: build.NOON,
    )


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client of the application."""
    return app.test_client()
