"""The web: one application over a workspace's database, with every plugin's routes and the built site."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from flask import Flask, Request, current_app
from flask.sessions import NullSession, SessionInterface
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from waypost.core.answers import BODY_LIMIT_BYTES, Reply, Versioned, answers, is_current, respond
from waypost.core.auth import require_token
from waypost.core.backstage import mount_backstage
from waypost.core.clock import utc_now
from waypost.core.cors import read_cors
from waypost.core.database import database_url, is_upgraded, open_engine
from waypost.core.edge import EXTENSION, Edge, edge, now, reading, writing
from waypost.core.errors import ServiceUnavailableError
from waypost.core.failures import handle_failures
from waypost.core.gate import Gate
from waypost.core.host import find_plugins
from waypost.core.loopback import refuse_beyond_loopback
from waypost.core.plugin import Plugin
from waypost.core.reply import tag_of
from waypost.core.revisions import revision_of
from waypost.core.roots import mount_roots
from waypost.core.settings import SERVER_HOST, Settings
from waypost.core.static import serve_site
from waypost.core.workspace import Workspace

__all__ = [
    "Edge", "Reply", "Versioned", "answers", "create_app", "edge", "is_current", "now", "reading",
    "reply_from", "require_token", "respond", "writing",
]  # fmt: skip


def create_app(
    settings: Settings,
    *,
    plugins: Iterable[Plugin] | None = None,
    engine: Engine | None = None,
    workspace: Workspace | None = None,
    site: Path | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> Flask:
    """Return the application: the routes of *plugins* below ``/api/<name>``, their roots, and *site* at ``/``.

    Args:
        plugins: By default every one that is installed.
        engine: The database; whoever gives one disposes of it. By default the one that the settings name,
            closed with the application.
        workspace: By default the current folder.
        site: The folder of the built site. It need not be there yet.
        clock: Gives the time, aware.

    Raises:
        SettingError: Other machines reach the server, and a setting would let anybody write; or what is said
            of other origins cannot be.
    """
    app = Flask("waypost", static_folder=None)
    refuse_beyond_loopback(settings, settings[SERVER_HOST])
    plugins = tuple(find_plugins() if plugins is None else plugins)
    workspace = workspace or Workspace(Path.cwd())
    is_own = engine is None
    engine = engine or open_engine(database_url(settings, workspace.root))
    cors = read_cors(settings)
    app.extensions[EXTENSION] = this = Edge(
        settings=settings, workspace=workspace, plugins=plugins, engine=engine, clock=clock, site=site
    )
    if is_own:
        this.ending.callback(engine.dispose)
    weakref.finalize(app, this.ending.close)
    app.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT_BYTES
    app.url_map.merge_slashes = False
    app.session_interface = _NoSessions()
    handle_failures(app)
    _mount(app, plugins)
    if site is not None:
        serve_site(app, site)
    app.wsgi_app = Gate(app, cors)  # type: ignore[method-assign, assignment]
    return app


def reply_from(revision: str, read: Callable[[Connection], Any]) -> Reply:
    """Answer with what *read* gives, as JSON, under the ETag of the data called *revision*.

    Raises whatever *read* does.
    """
    with reading() as connection:
        # Read before the data: should a sync end in between, the answer is newer than its ETag says, and is
        # fetched once more; the other way round, old data would pass for new.
        known = revision_of(connection, revision)
        return Reply(orjson.dumps(read(connection)), known.etag if known else "")


def _mount(app: Flask, plugins: Iterable[Plugin]) -> None:
    app.add_url_rule("/healthz", "healthz", get_health)
    app.add_url_rule("/readyz", "readyz", get_readiness)
    app.add_url_rule("/openapi.json", "openapi", get_description)
    # Where Backstage's own probes ask.
    app.add_url_rule("/.backstage/health/v1/liveness", "backstage_liveness", get_health)
    app.add_url_rule("/.backstage/health/v1/readiness", "backstage_readiness", get_readiness)
    mount_backstage(app)
    for plugin in plugins:
        if plugin.routes is not None:
            app.register_blueprint(plugin.routes(), url_prefix=f"/api/{plugin.name}", name=plugin.name)
            _mount_description(app, plugin.name)
    mount_roots(app, plugins)


def _mount_description(app: Flask, name: str) -> None:
    """Describe a plugin's part of the API below its own path, where tools look that know only that part."""
    below = f"/api/{name}"

    def describe(this: Edge) -> Reply:
        return _description(this, below)

    @answers(raw=True)
    def get_part() -> Reply:
        """Describe this part of the API, as OpenAPI 3.1."""
        return edge().once(describe)

    app.add_url_rule(f"{below}/openapi.json", f"{name}.openapi", get_part)


class _NoSessions(SessionInterface):
    """Keeps nothing between requests, and sets no cookie."""

    def open_session(self, app: Flask, request: Request) -> NullSession:
        """Return a session that cannot be written."""
        del app, request
        return NullSession()

    def save_session(self, *_: Any) -> None:
        """Keep nothing."""


@answers()
def get_health() -> dict[str, str]:
    """Tell that the process answers."""
    return {"status": "ok"}


@answers(errors=[ServiceUnavailableError])
def get_readiness() -> dict[str, str]:
    """Tell that the database can be reached and is up to date."""
    this = edge()
    try:
        with reading() as connection:
            ready = is_upgraded(connection, this.plugins)
    except SQLAlchemyError as error:
        raise ServiceUnavailableError("the database cannot be reached") from error
    if not ready:
        raise ServiceUnavailableError("the database is not up to date; run 'waypost db upgrade'")
    return {"status": "ready"}


@answers(raw=True)
def get_description() -> Reply:
    """Describe the API, as OpenAPI 3.1."""
    return edge().once(_description)


def _description(this: Edge, below: str = "") -> Reply:
    from waypost.core.openapi import describe_api  # noqa: PLC0415 - few ask, and it is slow to import

    body = orjson.dumps(describe_api(current_app, this.plugins, below=below))
    return Reply(body, tag_of(body))
