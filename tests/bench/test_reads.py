"""How much CPU reads of a large catalog take, beside Flask answering the same bytes in the same run."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, request
from sqlalchemy import Engine

import build
from bench import estate
from waypost.catalog import plugin
from waypost.catalog.load import read_catalog
from waypost.core.database import open_engine, transaction, upgrade
from waypost.core.plugin import Knowledge
from waypost.core.settings import Settings
from waypost.core.web import create_app
from waypost.core.workspace import Workspace

pytestmark = pytest.mark.bench

SIZE = 10_000
ROUNDS = 25
BATCH = 100
API = "/api/catalog"

Ask = Callable[[Any, str], bytes]
NAMES = estate.names(SIZE)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application over a catalog of ten thousand entities."""
    root = tmp_path_factory.mktemp("bench")
    workspace = build.workspace(root, estate.files(SIZE))
    engine = open_engine(f"sqlite:///{root / 'waypost.db'}")
    upgrade(engine, [plugin])
    began = time.process_time()
    ingest(engine, workspace)
    tell(f"ingestion of {SIZE:,}: {time.process_time() - began:.2f} s of CPU")
    yield create_app(Settings(), plugins=[plugin], engine=engine, workspace=workspace)
    engine.dispose()


def ingest(engine: Engine, workspace: Workspace) -> None:
    """Read the workspace's catalog into the database."""
    knowledge = Knowledge()
    loaded = read_catalog(workspace)
    knowledge.put(loaded.value, loaded.problems)
    assert len(loaded.value.written) == SIZE
    with transaction(engine) as connection:
        plugin.jobs[0].run(build.context(connection, knowledge, workspace=workspace))


def tell(text: str) -> None:
    """Show a figure to whoever runs the bench."""
    sys.stdout.write(f"\n{text}")


def ask(app: Flask, address: str) -> bytes:
    """Return the body that *app* answers, by the shortest way in."""
    path, _, query = address.partition("?")
    environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
    }
    told: list[str] = []

    def start(status: str, _headers: object, _error: object = None, /) -> Callable[[bytes], object]:
        told.append(status)
        return bytes

    answer: Iterable[bytes] = app.wsgi_app(environ, start)
    body = b"".join(answer)
    answer.close()  # type: ignore[attr-defined]
    assert told == ["200 OK"], body
    return body


def plain_app(bodies: dict[str, bytes]) -> Flask:
    """Return a Flask application that answers *bodies*, prepared, by their address."""
    app = Flask("plain")

    @app.get(f"{API}/entities/by-name/<kind>/<namespace>/<name>")
    def one(kind: str, namespace: str, name: str) -> Response:
        return Response(bodies[f"{kind}:{namespace}/{name}"], content_type="application/json")

    @app.get(f"{API}/entities/by-query")
    def some() -> Response:
        return Response(bodies[request.environ["QUERY_STRING"]], content_type="application/json")

    @app.get(f"{API}/entity-facets")
    def facets() -> Response:
        return some()

    return app


def key_of(address: str) -> str:
    path, _, query = address.partition("?")
    return query or "{}:{}/{}".format(*path.split("/")[-3:])


def ratio(app: Flask, batches: list[list[str]]) -> float:
    """Return how fast *app* answers, as a share of how fast plain Flask does; the median of the batches."""
    bodies: dict[str, bytes] = {}
    plain = plain_app(bodies)
    found = []
    for batch in batches:
        began = time.process_time()
        answers = [ask(app, address) for address in batch]
        ours = time.process_time() - began
        bodies.clear()
        bodies.update(zip(map(key_of, batch), answers, strict=True))
        began = time.process_time()
        again = [ask(plain, address) for address in batch]
        theirs = time.process_time() - began
        assert again == answers
        found.append(theirs / ours)
    return statistics.median(found)


def lists(of: str) -> list[list[str]]:
    """Return batches of addresses of lists of twenty, each of them asked once."""
    queries = (
        f"{API}/entities/by-query?limit=20&offset={offset}&filter=kind%3D{kind}{of}"
        for offset in range(900)
        for kind in ("component", "api", "resource")
    )
    return [[next(queries) for _ in range(BATCH)] for _ in range(ROUNDS)]


def test_one_entity_costs_little_more_than_flask(app: Flask) -> None:
    addresses = [f"{API}/entities/by-name/component/default/{name}" for name in NAMES["Component"][:BATCH]]

    share = ratio(app, [addresses] * ROUNDS)

    tell(f"one entity: {share:.0%} of Flask")
    assert share >= 0.6


def test_a_list_asked_again_costs_little_more_than_flask(app: Flask) -> None:
    addresses = lists("")[0]
    for address in addresses * 2:
        ask(app, address)

    share = ratio(app, [addresses] * ROUNDS)

    tell(f"a list of 20, kept: {share:.0%} of Flask")
    assert share >= 0.6


def test_a_list_asked_for_the_first_time_costs_less_than_three_times_flask(app: Flask) -> None:
    ask(app, lists("")[0][0])

    share = ratio(app, lists("%2Cspec.type"))

    tell(f"a list of 20, new: {share:.0%} of Flask")
    assert share >= 0.35


def test_facets_cost_less_than_four_times_flask(app: Flask) -> None:
    owners = [f"group%3Adefault%2F{name}" for name in NAMES["Group"]]
    addresses = [
        f"{API}/entity-facets?facet=kind&facet=spec.type&filter=relations.ownedby%3D{owner}"
        for owner in owners
    ]
    for address in addresses:
        ask(app, address)

    share = ratio(
        app,
        [
            [f"{address}%2Ckind%3D{kind}" for address in addresses]
            for kind in ("component", "api", "resource", "system")
        ],
    )

    tell(f"two facets, new: {share:.0%} of Flask")
    assert share >= 0.3


def test_the_estate_is_the_same_each_time(tmp_path: Path) -> None:
    assert list(estate.entities(200)) == list(estate.entities(200))
    assert read_catalog(build.workspace(tmp_path, estate.files(200))).problems == []
