"""How much CPU reads of a large catalog take, beside Flask answering the same bytes in the same run."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import orjson
import pytest
from flask import Flask, Response, request
from sqlalchemy import Engine

import build
from bench import estate
from waypost.catalog import plugin
from waypost.catalog.ingestion.sync import sync_catalog
from waypost.catalog.load import read_catalog
from waypost.catalog.reads.building import build_index
from waypost.catalog.reads.following import follow
from waypost.catalog.store import REVISION, snapshot
from waypost.catalog.tables import catalog_entity
from waypost.core.database import bump_revision, open_engine, transaction, upgrade
from waypost.core.settings import Settings
from waypost.core.web import create_app
from waypost.core.workspace import Workspace

pytestmark = pytest.mark.bench

SIZE = 10_000
ROUNDS = 25
BATCH = 100
API = "/api/catalog"
# What the big comparison is asked for by: it takes minutes.
BIG = os.environ.get("WAYPOST_BENCH_BIG")

NAMES = estate.names(SIZE)


@dataclass(frozen=True, slots=True)
class Ask:
    """One request."""

    address: str
    body: bytes = b""
    tag: str = ""

    @property
    def key(self) -> tuple[str, bytes]:
        """What tells it from others."""
        return self.address, self.body


@contextmanager
def serving(root: Path, size: int) -> Iterator[Flask]:
    """Give the application over a catalog of *size* entities."""
    workspace = build.workspace(root, estate.files(size))
    engine = open_engine(f"sqlite:///{root / 'waypost.db'}")
    upgrade(engine, [plugin])
    began = time.process_time()
    ingest(engine, workspace)
    tell(f"ingestion of {size:,}: {time.process_time() - began:.2f} s of CPU")
    yield create_app(Settings(), plugins=[plugin], engine=engine, workspace=workspace)
    engine.dispose()


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application over a catalog of ten thousand entities."""
    with serving(tmp_path_factory.mktemp("bench"), SIZE) as made:
        yield made


def ingest(engine: Engine, workspace: Workspace) -> None:
    """Read the workspace's catalog into the database."""
    with transaction(engine) as connection:
        sync_catalog(build.context(connection, workspace=workspace))


def tell(text: str) -> None:
    """Show a figure to whoever runs the bench."""
    sys.stdout.write(f"\n{text}")


def ask(app: Flask, what: Ask) -> bytes:
    """Return the body that *app* answers, by the shortest way in; the status where there is none."""
    path, _, query = what.address.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST" if what.body else "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
    }
    if what.body:
        environ |= {
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(what.body)),
            "wsgi.input": BytesIO(what.body),
        }
    if what.tag:
        environ["HTTP_IF_NONE_MATCH"] = what.tag
    told: list[str] = []

    def start(status: str, _headers: object, _error: object = None, /) -> Callable[[bytes], object]:
        told.append(status)
        return bytes

    answer: Iterable[bytes] = app.wsgi_app(environ, start)
    body = b"".join(answer)
    if hasattr(answer, "close"):
        answer.close()
    assert told == ["304 NOT MODIFIED" if what.tag else "200 OK"], body
    return body


def plain_app(bodies: dict[tuple[str, bytes], bytes]) -> Flask:
    """Return a Flask application that answers *bodies*, prepared, by what is asked."""
    app = Flask("plain")

    def prepared() -> Response:
        query = request.environ["QUERY_STRING"]
        address = f"{request.path}?{query}" if query else request.path
        given = request.get_data() if request.method == "POST" else b""
        if request.headers.get("If-None-Match"):
            return Response(status=304)
        return Response(bodies[address, given], content_type="application/json")

    @app.get(f"{API}/entities/by-name/<kind>/<namespace>/<name>")
    def one(kind: str, namespace: str, name: str) -> Response:
        del kind, namespace, name
        return prepared()

    @app.get(f"{API}/entities/by-query")
    def some() -> Response:
        return prepared()

    @app.post(f"{API}/entities/by-refs")
    def named() -> Response:
        return prepared()

    @app.get(f"{API}/entity-facets")
    def facets() -> Response:
        return prepared()

    return app


def spent(app: Flask, batch: Sequence[Ask]) -> tuple[float, list[bytes]]:
    """Return how much CPU *app* took to answer *batch*, in seconds, and what it answered."""
    began = time.process_time()
    answers = [ask(app, what) for what in batch]
    return time.process_time() - began, answers


def ratio(app: Flask, batches: Sequence[Sequence[Ask]]) -> float:
    """Return how fast *app* answers, as a share of how fast plain Flask does; the median of the batches."""
    bodies: dict[tuple[str, bytes], bytes] = {}
    plain = plain_app(bodies)
    found = []
    for batch in batches:
        ours, answers = spent(app, batch)
        bodies.clear()
        bodies.update(zip((what.key for what in batch), answers, strict=True))
        theirs, again = spent(plain, batch)
        assert again == answers
        found.append(theirs / ours)
    return statistics.median(found)


def asks(addresses: Iterable[str]) -> list[Ask]:
    return [Ask(address) for address in addresses]


def entities(size: int = SIZE) -> list[Ask]:
    """Return questions for a hundred entities."""
    names = estate.names(size)["Component"][:BATCH]
    return asks(f"{API}/entities/by-name/component/default/{name}" for name in names)


def lists(of: str) -> list[list[Ask]]:
    """Return batches of questions for lists of twenty, each of them asked once."""
    queries = (
        f"{API}/entities/by-query?limit=20&offset={offset}&filter=kind%3D{kind}{of}"
        for offset in range(900)
        for kind in ("component", "api", "resource")
    )
    return [asks(next(queries) for _ in range(BATCH)) for _ in range(ROUNDS)]


def references(size: int = SIZE) -> list[list[Ask]]:
    """Return batches of questions for fifty entities by their references."""
    names = [f"component:default/{name}" for name in estate.names(size)["Component"]]
    places = (at % (len(names) - 50) for at in range(ROUNDS * BATCH))
    bodies = (orjson.dumps({"entityRefs": names[at : at + 50]}) for at in places)
    return [[Ask(f"{API}/entities/by-refs", next(bodies)) for _ in range(BATCH)] for _ in range(ROUNDS)]


def facets(size: int = SIZE) -> list[list[Ask]]:
    """Return batches of questions for two facets of what each group owns."""
    names = estate.names(size)["Group"][:BATCH]
    base = f"{API}/entity-facets?facet=kind&facet=spec.type&filter=relations.ownedby%3Dgroup%3Adefault%2F"
    kinds = ("", "%2Ckind%3Dcomponent", "%2Ckind%3Dapi", "%2Ckind%3Dresource", "%2Ckind%3Dsystem")
    return [asks(f"{base}{names[at % len(names)]}{kind}" for at in range(BATCH)) for kind in kinds]


def test_one_entity_costs_less_than_a_plain_answer_of_flask(app: Flask) -> None:
    share = ratio(app, [entities()] * ROUNDS)

    tell(f"one entity: {share:.0%} of Flask")
    assert share >= 2


def test_a_list_asked_again_costs_less_than_a_plain_answer_of_flask(app: Flask) -> None:
    asked = lists("")[0]
    for what in asked * 2:
        ask(app, what)

    share = ratio(app, [asked] * ROUNDS)

    tell(f"a list of 20, kept: {share:.0%} of Flask")
    assert share >= 2


def test_a_list_asked_for_the_first_time_costs_hardly_more_than_flask(app: Flask) -> None:
    spent(app, lists("")[0][:1])

    share = ratio(app, lists("%2Cspec.type"))

    tell(f"a list of 20, new: {share:.0%} of Flask")
    assert share >= 0.8


def test_facets_cost_hardly_more_than_flask(app: Flask) -> None:
    first, *rest = facets()
    spent(app, first)

    share = ratio(app, rest)

    tell(f"two facets, new: {share:.0%} of Flask")
    assert share >= 0.8


def test_fifty_references_cost_hardly_more_than_flask(app: Flask) -> None:
    share = ratio(app, references())

    tell(f"fifty references: {share:.0%} of Flask")
    assert share >= 0.8


def test_telling_that_nothing_changed_costs_less_than_flask(app: Flask) -> None:
    asked = lists("")[0]
    with snapshot(app.extensions["waypost"].engine) as connection:
        index = build_index(connection)
    assert index is not None
    told = [Ask(what.address, tag=f'W/"{index.revision.etag}"') for what in asked]
    for what in asked * 2:
        ask(app, what)

    share = ratio(app, [told] * ROUNDS)

    tell(f"304: {share:.0%} of Flask")
    assert share >= 2


def test_one_changed_file_is_followed_in_milliseconds(app: Flask) -> None:
    engine = app.extensions["waypost"].engine
    with snapshot(engine) as connection:
        index = build_index(connection)
    assert index is not None
    found = []
    for number in range(15):
        with transaction(engine) as connection:
            revision = bump_revision(connection, REVISION, f"b{number}", build.NOON).number
            table = catalog_entity
            one = table.c.ref.in_([f"api:default/{name}" for name in NAMES["API"][number * 10 :][:10]])
            connection.execute(table.update().where(one).values(changed=revision))
        began = time.process_time()
        with snapshot(engine) as connection:
            index = follow(index, connection)
        found.append(time.process_time() - began)

    tell(f"following ten changed entities: {statistics.median(found) * 1000:.1f} ms")
    assert statistics.median(found) < 0.01


def growth(small: Flask, large: Flask, sizes: tuple[int, int]) -> dict[str, float]:
    """Return how much more CPU each read takes of *large* than of *small*; medians of interleaved rounds."""
    reads: dict[str, Callable[[int], list[list[Ask]]]] = {
        "one entity": lambda size: [entities(size)] * ROUNDS,
        "a list": lambda _: components(),
        "full text and order": lambda _: full_texts(),
        "fifty references": references,
        "facets": facets,
    }
    found = {}
    for name, make in reads.items():
        asked = [make(size) for size in sizes]
        for app, batches in zip((small, large), asked, strict=True):
            spent(app, batches[0])
        times = [(spent(small, few)[0], spent(large, many)[0]) for few, many in zip(*asked, strict=True)]
        found[name] = statistics.median(many / few for few, many in times)
    return found


def components() -> list[list[Ask]]:
    """Return batches of questions for lists of twenty components."""
    base = f"{API}/entities/by-query?limit=20&filter=kind%3Dcomponent&offset="
    return [asks(f"{base}{at * 10 + number}" for at in range(BATCH)) for number in range(ROUNDS)]


def full_texts() -> list[list[Ask]]:
    base = f"{API}/entities/by-query?limit=20&filter=kind%3Dcomponent&orderField=metadata.name&fullTextFilterTerm="
    terms = [f"{area}-{part}" for area in estate.AREAS for part in estate.PARTS]
    return [asks(f"{base}{term}" for term in terms)] * ROUNDS


def test_reads_cost_no_more_where_the_catalog_is_ten_times_as_large(tmp_path: Path) -> None:
    sizes = (10_000, 100_000) if BIG else (2_000, 20_000)
    with serving(tmp_path / "small", sizes[0]) as small, serving(tmp_path / "large", sizes[1]) as large:
        found = growth(small, large, sizes)

    for name, times in found.items():
        tell(f"{name}, {sizes[1]:,} against {sizes[0]:,}: {times:.2f} times")
    assert max(found.values()) <= 1.5


@pytest.mark.parametrize(("size", "most_mb"), [(10_000, 150), *([(100_000, 400)] if BIG else ())])
def test_a_worker_stays_small(tmp_path: Path, size: int, most_mb: int) -> None:
    with serving(tmp_path, size):
        pass
    asked = [what.address for what in (*entities(size), *lists("")[0], *facets(size)[0], *full_texts()[0])]
    worker = Path(__file__).with_name("worker.py")

    done = subprocess.run(
        [sys.executable, worker, tmp_path],
        input="\n".join(asked),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )

    peak_mb = int(done.stdout)
    tell(f"peak memory of a worker with {size:,}: {peak_mb} MB")
    assert peak_mb <= most_mb


def test_the_estate_is_the_same_each_time(tmp_path: Path) -> None:
    assert list(estate.entities(200)) == list(estate.entities(200))
    assert read_catalog(build.workspace(tmp_path, estate.files(200))).problems == []
