"""Bringing the database up to date with the workspace's files, change by change."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

import build
from catalog.conftest import Sync
from catalog.texts import GROUP
from conftest import MakeWorkspace
from waypost.catalog.load import read_catalog
from waypost.catalog.store import REVISION, list_entities, snapshot
from waypost.catalog.sync import sync_catalog
from waypost.catalog.tables import TABLES, catalog_relation, catalog_source
from waypost.core.database import open_engine, reading, revision_of, transaction
from waypost.core.workspace import Workspace

NAMES = ("a", "b", "c", "d")
PATHS = ("catalog/a.yaml", "catalog/b.yaml", "catalog/c.yaml", "catalog/sub/d.yaml", "other/e.yaml")
TARGETS = ("./a.yaml", "./b.yaml", "./sub/d.yaml", "../other/e.yaml", "./*.yaml", "./nope.yaml", "https://example.org/x.yaml")


def component(name: str, uses: list[str], title: str) -> str:
    depends = ", ".join(f'"component:{other}"' for other in uses)
    return (
        "apiVersion: backstage.io/v1alpha1\nkind: Component\n"
        f"metadata: {{name: {name}, title: {title}}}\n"
        f"spec: {{type: t, lifecycle: l, owner: {uses[0] if uses else 'x'}, dependsOn: [{depends}]}}\n"
    )


def location(name: str, targets: list[str]) -> str:
    return (
        f"apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {{name: {name}}}\n"
        f"spec: {{type: file, targets: [{', '.join(targets)}]}}\n"
    )


def including(name: str) -> str:
    return component(name, [], "t").replace("type: t", "type: t, mine: {$text: ./note.txt}")


names = st.sampled_from(NAMES)
documents = st.one_of(
    st.builds(component, names, st.lists(names, max_size=3), st.sampled_from(["one", "two"])),
    st.builds(location, st.sampled_from(["l", "m"]), st.lists(st.sampled_from(TARGETS), max_size=3)),
    st.builds(including, names),
    st.just("apiVersion: waypost.dev/v1alpha1\nkind: Scorecard\nmetadata: {name: s}\n"),
)
bad = st.sampled_from(["a: [", "kind: X\n", component("a b", [], "t"), "- 1\n", component("a", ["::"], "t")])
good_files = st.lists(documents, min_size=1, max_size=3).map("---\n".join)
files = st.one_of(good_files, good_files, st.lists(st.one_of(documents, bad), min_size=1, max_size=3).map("---\n".join))
steps = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(PATHS), files),
    st.tuples(st.just("remove"), st.sampled_from(PATHS), st.just("")),
    st.tuples(st.just("rename"), st.sampled_from(PATHS), st.sampled_from(PATHS)),
    st.tuples(st.just("write"), st.just("catalog/note.txt"), st.sampled_from(["n", "m"])),
)
Step = tuple[str, str, str]


def take(root: Path, step: Step) -> None:
    what, path, more = step
    file = root / path
    if what == "write":
        build.write_files(root, {path: more})
    elif file.exists() and what == "rename":
        (root / more).parent.mkdir(parents=True, exist_ok=True)
        file.replace(root / more)
    elif file.exists():
        file.unlink()


def mend(root: Path) -> None:
    """Make every file right that is not, as its author would."""
    for path in PATHS:
        file = root / path
        if file.exists():
            documents = file.read_text().split("---\n")
            right = [text for text in documents if text not in BAD]
            file.write_text("---\n".join(right))


BAD = {"a: [", "kind: X\n", component("a b", [], "t"), "- 1\n", component("a", ["::"], "t")}


def run(engine: Engine, root: Path) -> str:
    with transaction(engine) as connection:
        return sync_catalog(build.context(connection, workspace=Workspace(root)))


def kept(engine: Engine) -> dict[str, tuple[dict[str, Any], list[str], list[Any]]]:
    """Return the document, the parents and the search rows of every entity."""
    with snapshot(engine) as connection:
        return {
            entity.ref: (orjson.loads(entity.body), entity.parents, sorted(orjson.loads(entity.search), key=repr))
            for entity in list_entities(connection)
        }


def without_catalogs(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return *document* without uid, etag and status, which a file does not say."""
    metadata = {name: value for name, value in document["metadata"].items() if name not in ("uid", "etag")}
    return {name: value for name, value in document.items() if name != "status"} | {"metadata": metadata}


def read(root: Path) -> dict[str, tuple[dict[str, Any], list[str]]]:
    found = read_catalog(Workspace(root)).value.entities
    return {ref: (without_catalogs(entity.document), list(entity.parents)) for ref, entity in found.items()}


def empty(engine: Engine) -> None:
    with transaction(engine) as connection:
        for table in TABLES:
            connection.execute(table.delete())


def relations(engine: Engine) -> set[tuple[str, str, str]]:
    from waypost.catalog.tables import catalog_entity

    query = select(catalog_entity.c.ref, catalog_relation.c.type, catalog_relation.c.target)
    query = query.join(catalog_entity, catalog_entity.c.id == catalog_relation.c.origin)
    with reading(engine) as connection:
        return {tuple(row) for row in connection.execute(query)}


def check_changes(engine: Engine, folder: Path, changes: list[Step]) -> None:
    """Sync after each of *changes*; what is kept is then what a fresh sync, and the files alone, give."""
    root = folder / "workspace"
    (root / "catalog").mkdir(parents=True)
    empty(engine)
    for change in changes:
        take(root, change)
        run(engine, root)
        said = kept(engine)
        for ref, (document, _) in read(root).items():
            assert ref in said
            del document
    mend(root)
    run(engine, root)
    said, declared = kept(engine), relations(engine)
    assert {ref: (without_catalogs(d), parents) for ref, (d, parents, _) in said.items()} == read(root)
    empty(engine)
    run(engine, root)
    assert kept(engine) == said
    assert relations(engine) == declared
    assert run(engine, root).endswith(" 0 written, 0 removed")
    shutil.rmtree(root)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_changes_lead_where_a_fresh_sync_does(engine: Engine) -> None:
    @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(steps, min_size=1, max_size=7))
    def check(changes: list[Step]) -> None:
        with TemporaryDirectory() as folder:
            check_changes(engine, Path(folder), changes)

    check()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_changes_lead_where_a_fresh_sync_does_on_postgresql(engine: Engine) -> None:
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(steps, min_size=1, max_size=5))
    def check(changes: list[Step]) -> None:
        with TemporaryDirectory() as folder:
            check_changes(engine, Path(folder), changes)

    check()
