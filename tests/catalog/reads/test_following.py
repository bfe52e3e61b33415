"""An index that followed every change answers like one that is built anew."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, delete

import build
from waypost.catalog.reads import following
from waypost.catalog.reads.building import GAP, build_index
from waypost.catalog.reads.current import CurrentIndex
from waypost.catalog.reads.cursors import Cursor, FullText, dump_cursor
from waypost.catalog.reads.following import CannotFollowError, follow
from waypost.catalog.reads.index import EntityIndex
from waypost.catalog.reads.listing import list_ordered, list_page
from waypost.catalog.reads.predicates import find
from waypost.catalog.rules.search import search_rows
from waypost.catalog.service import Slice, facets_body, page_body, refs_body
from waypost.catalog.store import KEPT_REVISIONS, REVISION, snapshot
from waypost.catalog.tables import catalog_entity, catalog_removed
from waypost.core.database import bump_revision, open_engine, transaction, upsert

State = Mapping[int, Mapping[str, Any]]

METADATA = st.fixed_dictionaries(
    {},
    optional={
        "title": st.sampled_from(["One", "ONE", "one", "Zwei", "", "ünï"]),
        "tags": st.lists(st.sampled_from(["a", "B", "b c"]), max_size=3),
        "note": st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["x" * 201, "y%"]),
    },
)
STATES = st.dictionaries(st.integers(0, 25), METADATA, max_size=20)
QUERIES: list[dict[str, Any] | None] = [
    None,
    {"metadata.title": "one"},
    {"metadata.tags": {"$in": ["a", "b"]}},
    {"metadata.note": {"$exists": True}},
    {"$not": {"metadata.tags.b": True}},
    {"metadata.title": {"$hasPrefix": "o"}},
]


def document(number: int, metadata: Mapping[str, Any]) -> dict[str, Any]:
    named = {"name": f"n{number}", "namespace": "default", "uid": uid(number), **metadata}
    return {"apiVersion": "a/v1", "kind": "Thing", "metadata": named, "relations": []}


def uid(number: int) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, str(number)))


def put(engine: Engine, state: State, before: State) -> None:
    """Make the database hold *state*, where it held *before*, as a new revision."""
    with transaction(engine) as connection:
        revision = bump_revision(connection, REVISION, uuid.uuid4().hex, build.NOON).number
        for number in before.keys() - state.keys():
            connection.execute(delete(catalog_entity).where(catalog_entity.c.id == number))
            upsert(connection, catalog_removed, [{"uid": uid(number), "revision": revision}], key=["uid"])
        for number in state:
            if number not in before or state[number] != before[number]:
                _put_one(connection, number, document(number, state[number]), revision)


def _put_one(connection: Connection, number: int, held: dict[str, Any], revision: int) -> None:
    row = {
        "id": number, "ref": f"thing:default/n{number}", "uid": uid(number), "etag": "e", "digest": "d",
        "line": 1, "parents": [f"location:default/{number % 3}"], "body": orjson.dumps(held),
        "search": _searched(held, number), "changed": revision,
    }  # fmt: skip
    upsert(connection, catalog_entity, [row], key=["id"])
    connection.execute(delete(catalog_removed).where(catalog_removed.c.uid == uid(number)))


def _searched(held: dict[str, Any], number: int) -> bytes:
    rows = search_rows(held, uid(number))
    return orjson.dumps([list(row[:2]) if row[1] == row[2] else list(row) for row in rows])


def answers(index: EntityIndex) -> Iterator[object]:
    """Give what *index* answers to many questions, with what tells of the inside left out."""
    names = [f"thing:default/n{number}" for number in range(26)]
    yield index.revision
    yield refs_body(index, names, None, ())
    yield [index.find_uid(uid(number)) is None for number in range(26)]
    for query in QUERIES:
        yield [index.body(at) for at in find(index, query)]
        for field in (None, "metadata.title", "metadata.tags", "metadata.note"):
            for is_descending in (False, True):
                yield pages(index, Cursor(query, field, is_descending))
        yield [index.body(at) for at in list_ordered(index, query, [])]
        yield [index.body(at) for at in list_ordered(index, query, [("metadata.title", True)])]
        yield facets_body(index, ["metadata.title", "metadata.tags", "metadata.note", "kind"], query)
    yield pages(index, Cursor(full_text=FullText("n", ("metadata.title", "metadata.note"))))
    yield [index.parents[at] for at in index.everything]
    yield {
        key: [(e.value, e.written, len(e.positions)) for e in c.entries()]
        for key in index.columns
        for c in [index.column(key)]
    }


def pages(index: EntityIndex, cursor: Cursor) -> list[bytes]:
    found = [page_body(index, cursor, (), Slice(3))]
    page = list_page(index, cursor, 3)
    while page.following:
        found.append(page_body(index, page.following, ("metadata.title",), Slice(3)))
        page = list_page(index, page.following, 3)
        if page.previous:
            found.append(dump_cursor(page.previous).encode())
    return found


def read(engine: Engine, make: Callable[[Connection], EntityIndex | None]) -> EntityIndex:
    with snapshot(engine) as connection:
        made = make(connection)
    assert made is not None
    return made


@pytest.fixture
def sqlite(tmp_path: Any, sqlite_template: Any) -> Iterator[Engine]:
    file = tmp_path / "waypost.db"
    file.write_bytes(sqlite_template.read_bytes())
    engine = open_engine(f"sqlite:///{file}")
    yield engine
    engine.dispose()


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(states=st.lists(STATES, min_size=2, max_size=5))
def test_following_gives_what_building_anew_gives(sqlite: Engine, states: list[State]) -> None:
    with transaction(sqlite) as connection:
        connection.execute(delete(catalog_entity))
        connection.execute(delete(catalog_removed))
    before: State = {}
    index: EntityIndex | None = None
    for state in states:
        put(sqlite, state, before)
        before = state
        built = read(sqlite, build_index)
        held = index
        try:
            index = read(sqlite, lambda c, held=held: follow(held, c)) if held else built  # type: ignore[misc]
        except CannotFollowError:  # Too many came between the same two neighbours.
            index = built

        assert list(answers(index)) == list(answers(built))


def test_an_index_that_is_followed_shares_what_did_not_change(sqlite: Engine) -> None:
    before: State = {number: {"title": f"t{number}", "tags": ["a"]} for number in range(200)}
    put(sqlite, before, {})
    index = read(sqlite, build_index)
    found, by_ref = find(index, {"metadata.tags": "a"}), index.by_ref
    put(sqlite, {**before, 7: {"title": "other", "tags": ["a"]}}, before)

    newer = read(sqlite, lambda connection: follow(index, connection))

    other = {key for key in newer.columns if newer.column(key) is not index.column(key)}
    assert other == {"metadata.title"}
    assert find(newer, {"metadata.tags": "a"}) is found
    assert newer.by_ref is by_ref
    assert (
        index.equal("metadata.title", "t7")
        == newer.equal("metadata.title", "other")
        != newer.equal("metadata.title", "t7")
    )


def test_an_old_index_goes_on_with_what_it_held(sqlite: Engine) -> None:
    before: State = {number: {"title": f"t{number}"} for number in range(30)}
    put(sqlite, before, {})
    index = read(sqlite, build_index)
    told = list(answers(index))
    put(sqlite, {number: {"title": "new"} for number in range(10, 40)}, before)

    read(sqlite, lambda connection: follow(index, connection))

    assert list(answers(index)) == told


def test_what_cannot_be_followed_is_said(sqlite: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    before: State = {number: {} for number in range(10)}
    put(sqlite, before, {})
    index = read(sqlite, build_index)
    put(sqlite, {number: {"title": "x"} for number in range(10)}, before)

    monkeypatch.setattr(following, "FEW", 9)
    with pytest.raises(CannotFollowError), snapshot(sqlite) as connection:
        follow(index, connection)

    monkeypatch.undo()
    with transaction(sqlite) as connection:
        for _ in range(KEPT_REVISIONS):
            bump_revision(connection, REVISION, "e", build.NOON)
    with pytest.raises(CannotFollowError), snapshot(sqlite) as connection:
        follow(index, connection)


def test_a_body_that_does_not_tell_its_search_rows_is_not_followed(sqlite: Engine) -> None:
    before: State = {1: {"note": 1}, 2: {}}
    put(sqlite, before, {})
    with transaction(sqlite) as connection:
        connection.execute(catalog_entity.update().values(body=orjson.dumps(document(1, {"note": 2}))))
    index = read(sqlite, build_index)
    put(sqlite, {1: {"note": 3}, 2: {}}, before)

    with pytest.raises(CannotFollowError), snapshot(sqlite) as connection:
        follow(index, connection)


def test_more_than_fit_between_neighbours_are_not_followed(sqlite: Engine) -> None:
    by_uid = sorted(range(1_000), key=uid)
    put(sqlite, {by_uid[0]: {}, by_uid[999]: {}}, {})
    index = read(sqlite, build_index)
    between: State = {number: {} for number in by_uid[1 : GAP + 1]}
    put(sqlite, {by_uid[0]: {}, **between, by_uid[999]: {}}, {by_uid[0]: {}, by_uid[999]: {}})

    with pytest.raises(CannotFollowError), snapshot(sqlite) as connection:
        follow(index, connection)


def test_readers_get_the_old_index_while_a_new_one_is_made(engine: Engine) -> None:
    before: State = {number: {} for number in range(1_200)}
    put(engine, before, {})
    with closing(CurrentIndex(engine)) as current:
        first = current.get()
        put(engine, {number: {"title": "x"} for number in range(1_200)}, before)

        seen = [current.get()]
        deadline = time.monotonic() + 20
        while seen[-1].revision.number == 1 and time.monotonic() < deadline:
            seen.append(current.get())
            time.sleep(0.01)

    assert seen[0] is first
    assert seen[-1].revision.number == 2
    assert {orjson.loads(seen[-1].body(at))["metadata"]["title"] for at in seen[-1].everything} == {"x"}


def test_no_answer_mixes_two_revisions(engine: Engine) -> None:
    before: State = {number: {"title": "t0"} for number in range(50)}
    put(engine, before, {})
    mixed: list[bytes] = []
    done = threading.Event()
    with closing(CurrentIndex(engine)) as current:
        current.get()

        def look() -> None:
            while not done.is_set():
                index = current.get()
                titles = facets_body(index, ["metadata.title"], None)
                if titles != b'{"facets":{"metadata.title":[{"value":"t%d","count":50}]}}' % (
                    index.revision.number - 1
                ):
                    mixed.append(titles)

        readers = [threading.Thread(target=look) for _ in range(3)]
        for reader in readers:
            reader.start()
        for number in range(1, 15):
            state: State = {at: {"title": f"t{number}"} for at in range(50)}
            put(engine, state, before)
            before = state
        done.set()
        for reader in readers:
            reader.join()

    assert mixed == []
