"""Bringing the database up to date with the workspace's files, change by change."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

import build
from catalog.texts import GROUP
from conftest import MakeWorkspace
from waypost.catalog.ingestion.sync import sync_catalog
from waypost.catalog.load import read_catalog
from waypost.catalog.loading import load_catalog
from waypost.catalog.model import Catalog
from waypost.catalog.store import REVISION, list_entities, snapshot
from waypost.catalog.tables import TABLES, catalog_entity, catalog_relation, catalog_source
from waypost.core.database import reading, revision_of, transaction
from waypost.core.plugin import Knowledge, Loaded, Stored
from waypost.core.settings import Settings
from waypost.core.workspace import Workspace

NAMES = ("a", "b", "c", "d")
PATHS = ("catalog/a.yaml", "catalog/b.yaml", "catalog/c.yaml", "catalog/sub/d.yaml", "other/e.yaml")
TARGETS = (
    "./a.yaml",
    "./b.yaml",
    "./sub/d.yaml",
    "../other/e.yaml",
    "./*.yaml",
    "./nope.yaml",
    "https://example.org/x.yaml",
)


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
files = st.one_of(
    good_files, good_files, st.lists(st.one_of(documents, bad), min_size=1, max_size=3).map("---\n".join)
)
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
            note = file.with_name("note.txt")
            if not note.exists():
                note.write_text("n")


BAD = {"a: [", "kind: X\n", component("a b", [], "t"), "- 1\n", component("a", ["::"], "t")}


def run(engine: Engine, root: Path, now: datetime = build.NOON) -> str:
    with transaction(engine) as connection:
        return sync_catalog(build.context(connection, workspace=Workspace(root), now=now))


def kept(engine: Engine) -> dict[str, tuple[dict[str, Any], list[str], list[Any]]]:
    """Return the document, the parents and the search rows of every entity."""
    with snapshot(engine) as connection:
        return {
            entity.ref: (
                orjson.loads(entity.body),
                entity.parents,
                sorted(orjson.loads(entity.search), key=repr),
            )
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
        assert {ref for ref in read(root) if not ref.startswith("location:default/generated-")} <= kept(
            engine
        ).keys()
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
    @example([("write", PATHS[0], component("a", [], "one")), ("write", PATHS[0], including("a"))]).via(
        "a note that is missing"
    )
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


def stored(engine: Engine, root: Path) -> Loaded[Catalog]:
    knowledge = Knowledge()
    knowledge.put(Stored(engine, is_synced=True))
    return load_catalog(Workspace(root), knowledge)


def statuses(engine: Engine) -> dict[str, list[str]]:
    """Return what the status of each entity says that is not well."""
    return {
        ref: [item["message"] for item in document["status"]["items"]]
        for ref, (document, *_) in kept(engine).items()
        if "status" in document
    }


FILES = {
    "catalog/a.yaml": f"{location('l', ['./sub/d.yaml'])}---\n{component('a', ['b'], 'one')}",
    "catalog/b.yaml": f"{component('b', ['c'], 'one')}---\n{GROUP}",
    "catalog/sub/d.yaml": component("d", ["a"], "one"),
}


def test_a_stored_catalog_is_the_one_that_the_files_make(
    engine: Engine, make_workspace: MakeWorkspace
) -> None:
    card = "---\napiVersion: waypost.dev/v1alpha1\nkind: Scorecard\nmetadata: {name: s}\nspec: {}\n"
    more = {
        "catalog/e.yaml": component("a", [], "two") + card,
        "catalog/f.yaml": location("m", ["./nope.yaml"]) + "---\na: [",
    }
    workspace = make_workspace(FILES | more)
    run(engine, workspace.root)

    found, wanted = stored(engine, workspace.root), read_catalog(workspace)

    assert found.problems == wanted.problems
    assert list(found.value.entities) == list(wanted.value.entities)
    for ref, entity in wanted.value.entities.items():
        again = found.value.get(ref)
        assert (again.path, again.line, again.parents) == (entity.path, entity.line, entity.parents)
        assert without_catalogs(again.document) == without_catalogs(entity.document)
        assert again.line_of("spec", "owner") == entity.line_of("spec", "owner")
    ours, theirs = found.value.definitions[0], wanted.value.definitions[0]
    assert (ours, ours.line_of("spec")) == (theirs, theirs.line_of("spec"))
    assert found.value.get("component:a").title == "one"
    (workspace.root / "catalog/a.yaml").unlink()
    assert stored(engine, workspace.root).value.get("component:a").line_of("spec") == 6


def test_a_broken_file_keeps_what_it_had_and_says_so(engine: Engine, make_workspace: MakeWorkspace) -> None:
    root = make_workspace(FILES).root
    run(engine, root)

    build.write_files(root, {"catalog/b.yaml": "a: ["})
    said = run(engine, root)

    assert said.endswith(" 0 removed")
    told = "InputError: catalog/b.yaml:2: the end cannot begin a value; put the value in quotes"
    made = next(ref for ref in kept(engine) if "generated" in ref and ref in statuses(engine))
    assert statuses(engine) == {"component:default/b": [told], "group:default/payments": [told], made: [told]}
    build.write_files(root, {"catalog/b.yaml": FILES["catalog/b.yaml"]})
    run(engine, root)
    assert statuses(engine) == {}


def test_one_wrong_entity_stays_as_it_was_and_others_are_taken(
    engine: Engine, make_workspace: MakeWorkspace
) -> None:
    root = make_workspace(FILES).root
    run(engine, root)
    wrong = component("b", ["c"], "two").replace("lifecycle: l", "lifecycle: 1")

    build.write_files(root, {"catalog/b.yaml": f"{wrong}---\n{component('c', [], 'one')}"})
    run(engine, root)

    assert kept(engine)["component:default/b"][0]["metadata"]["title"] == "one"
    assert list(statuses(engine)) == ["component:default/b"]
    assert "component:default/c" in kept(engine)
    assert "group:default/payments" not in kept(engine)


def test_a_location_that_is_wrong_now_leads_where_it_led(
    engine: Engine, make_workspace: MakeWorkspace
) -> None:
    root = make_workspace(FILES).root
    run(engine, root)

    build.write_files(root, {"catalog/a.yaml": FILES["catalog/a.yaml"].replace("type: file", "type: 1")})
    run(engine, root)

    assert kept(engine)["component:default/d"][1] == ["location:default/l"]
    assert list(statuses(engine)) == ["location:default/l"]


def test_a_missing_target_is_told_by_the_location(engine: Engine, make_workspace: MakeWorkspace) -> None:
    root = make_workspace({"catalog/a.yaml": location("l", ["./b.yaml"])}).root

    run(engine, root)

    assert statuses(engine) == {
        "location:default/l": ["NotFoundError: the target './b.yaml' does not exist in this workspace"]
    }
    build.write_files(root, {"catalog/b.yaml": GROUP})
    run(engine, root)
    assert statuses(engine) == {}
    assert kept(engine)["group:default/payments"][1] == ["location:default/l"]


def test_a_file_that_did_not_change_is_not_read(engine: Engine, make_workspace: MakeWorkspace) -> None:
    root = make_workspace(FILES).root
    later = datetime.now(UTC) + timedelta(hours=1)
    run(engine, root, later)

    def stamps() -> list[str]:
        with reading(engine) as connection:
            return list(connection.scalars(select(catalog_source.c.stamp).order_by(catalog_source.c.path)))

    before = stamps()
    assert all(before)
    assert run(engine, root, later) == "7 entities, 0 written, 0 removed"
    build.write_files(root, {"catalog/b.yaml": f"{FILES['catalog/b.yaml']}# More.\n"})
    assert run(engine, root, later) == "7 entities, 0 written, 0 removed"
    assert [one == other for one, other in zip(before, stamps(), strict=True)] == [True, False, True]


def test_a_change_of_one_file_writes_what_it_changes(engine: Engine, make_workspace: MakeWorkspace) -> None:
    root = make_workspace(FILES).root
    run(engine, root)
    with snapshot(engine) as connection:
        first = revision_of(connection, REVISION)
    assert first is not None

    build.write_files(root, {"catalog/sub/d.yaml": component("d", ["b"], "one")})
    said = run(engine, root)

    assert said == "7 entities, 3 written, 0 removed"
    with snapshot(engine) as connection:
        changed = {entity.ref for entity in list_entities(connection, first.number)}
        assert revision_of(connection, REVISION) != first
    assert changed == {f"component:default/{name}" for name in "abd"}


def test_a_new_web_address_is_told_by_every_entity(engine: Engine, make_workspace: MakeWorkspace) -> None:
    workspace = make_workspace(FILES)
    run(engine, workspace.root)

    with transaction(engine) as connection:
        context = build.context(connection, workspace=workspace)
        sync_catalog(replace(context, settings=Settings({"workspace.url": "https://example.org/"})))

    notes = kept(engine)["component:default/d"][0]["metadata"]["annotations"]
    assert notes["backstage.io/managed-by-location"] == "url:https://example.org/catalog/sub/d.yaml"
    assert notes["backstage.io/managed-by-origin-location"] == "url:https://example.org/catalog/a.yaml"
    assert len(kept(engine)) == 7
