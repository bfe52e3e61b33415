"""A server of one long list and one short answer, at the port that it is told."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from flask import Blueprint, Flask

from waypost.cli.serve import run_server
from waypost.core import web
from waypost.core.database import open_engine
from waypost.core.direct import Call
from waypost.core.plugin import Plugin
from waypost.core.reply import Parts
from waypost.core.settings import Settings
from waypost.core.workspace import Workspace

ITEMS = 20_000
ITEM = b'"%s"' % (b"x" * 998)


@web.answers(raw=True, direct=True)
def show_long(_call: Call) -> web.Reply:
    """Show twenty megabytes, which are the same few bytes again and again."""
    return web.Reply(Parts([ITEM] * ITEMS), "v1")


@web.answers(raw=True, direct=True)
def show_short(_call: Call) -> web.Reply:
    """Show a word."""
    return web.Reply(b'"short"')


def make_routes() -> Blueprint:
    """Return the two addresses."""
    routes = Blueprint("lists", __name__)
    routes.get("/long")(show_long)
    routes.get("/short")(show_short)
    return routes


def load() -> Flask:
    """Return the application of a worker."""
    root = Path(tempfile.gettempdir())
    plugin = Plugin(name="lists", summary="Gives lists.", routes=make_routes)
    engine = open_engine("sqlite://")
    return web.create_app(Settings(), plugins=[plugin], engine=engine, workspace=Workspace(root))


if __name__ == "__main__":
    run_server(load, address="127.0.0.1", port=int(sys.argv[1]), workers=1)
