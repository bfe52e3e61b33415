"""Keeping the database's entities the same as the workspace's."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
from sqlalchemy import Engine

from catalog.conftest import ESTATE, Sync
from conftest import MakeWorkspace
from waypost.catalog.reads.current import CurrentIndex
from waypost.catalog.store import REVISION, list_entities, snapshot
from waypost.core.database import reading, revision_of


def kept(engine: Engine) -> dict[str, tuple[str, str]]:
    with snapshot(engine) as connection:
        return {entity.ref: (entity.uid, entity.etag) for entity in list_entities(connection)}


def revisions(engine: Engine) -> Sequence[int]:
    with reading(engine) as connection:
        found = revision_of(connection, REVISION)
    return [found.number] if found else []


def test_only_what_changed_is_written(engine: Engine, sync: Sync, make_workspace: MakeWorkspace) -> None:
    first = sync(make_workspace({"catalog/estate.yaml": ESTATE}))
    before = kept(engine)

    again = sync(make_workspace({"catalog/estate.yaml": ESTATE}))
    changed = sync(make_workspace({"catalog/estate.yaml": ESTATE.replace("title: Web", "title: Shop")}))

    assert (first, again, changed) == (
        "7 entities, 7 written, 0 removed",
        "7 entities, 0 written, 0 removed",
        "7 entities, 1 written, 0 removed",
    )
    after = kept(engine)
    assert [ref for ref in after if after[ref] != before[ref]] == ["component:default/web"]
    assert after["component:default/web"][0] == before["component:default/web"][0]
    assert revisions(engine) == [2]


def test_what_is_gone_is_removed_with_its_relations(
    engine: Engine, sync: Sync, make_workspace: MakeWorkspace
) -> None:
    sync(make_workspace({"catalog/estate.yaml": ESTATE}))
    without = "---\n".join(part for part in ESTATE.split("---\n") if "name: web," not in part)

    said = sync(make_workspace({"catalog/estate.yaml": without}))

    assert said == "6 entities, 4 written, 1 removed"
    assert "component:default/web" not in kept(engine)


def test_an_index_is_made_anew_when_the_catalog_changes(
    engine: Engine, sync: Sync, make_workspace: MakeWorkspace
) -> None:
    sync(make_workspace({"catalog/estate.yaml": ESTATE}))
    current = CurrentIndex(engine)
    first = current.get()

    assert current.get() is first
    sync(make_workspace({"catalog/estate.yaml": ESTATE.replace("title: Web", "title: Shop")}))

    second = current.get()
    current.close()
    position = second.position_by_ref["component:default/web"]
    assert second.revision.number == 2
    assert orjson.loads(second.body(position))["metadata"]["title"] == "Shop"
    assert (
        orjson.loads(first.body(first.position_by_ref["component:default/web"]))["metadata"]["title"] == "Web"
    )


def test_an_authors_etag_stays(engine: Engine, sync: Sync, make_workspace: MakeWorkspace) -> None:
    sync(make_workspace({"catalog/a.yaml": ESTATE.replace("title: Payments", "etag: mine, uid: mine")}))

    uid, etag = kept(engine)["group:default/payments"]

    assert (len(uid), etag) == (36, "mine")


def test_a_value_that_one_database_cannot_keep_is_kept_nearly(
    engine: Engine, sync: Sync, make_workspace: MakeWorkspace
) -> None:
    sync(make_workspace({"catalog/a.yaml": ESTATE.replace("title: Payments", 'title: "a\\0b"')}))

    assert len(kept(engine)) == 7


def test_many_entities_are_written_in_parts(
    engine: Engine, sync: Sync, make_workspace: MakeWorkspace
) -> None:
    group = "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {{name: g{}}}\nspec: {{type: t, children: []}}\n"
    text = "---\n".join(group.format(number) for number in range(1_001))

    said = sync(make_workspace({"catalog/a.yaml": text}))

    assert (said, len(kept(engine))) == ("1002 entities, 1002 written, 0 removed", 1_002)
