"""Taking over what sources outside of the workspace hold."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from sqlalchemy import Connection, Engine, select

import build
from catalog.texts import GROUP, WEB
from conftest import MakeWorkspace
from waypost.catalog.ingestion import applying
from waypost.catalog.ingestion.generated import generated_ref
from waypost.catalog.ingestion.reading import read_source
from waypost.catalog.ingestion.sync import sync_catalog
from waypost.catalog.loading import load_catalog
from waypost.catalog.rules.annotations import LocationRef
from waypost.catalog.store import list_entities
from waypost.catalog.tables import catalog_source
from waypost.core.database import transaction
from waypost.core.errors import NotFoundError
from waypost.core.plugin import Knowledge, Stored
from waypost.core.workspace import Workspace

ONE = LocationRef("url", "https://example.org/one.yaml")
TWO = LocationRef("url", "https://example.org/two.yaml")
OTHER = GROUP.replace("payments", "other")


def number_of(connection: Connection, location: LocationRef) -> int:
    query = select(catalog_source.c.id).where(catalog_source.c.key == str(location))
    number: int = connection.execute(query).scalar_one()
    return number


def take(connection: Connection, location: LocationRef, text: str) -> None:
    """Let *location*, a root, hold *text*."""
    content = read_source(text, location, location)
    targets = [(target, LocationRef("url", target.target)) for target in content.targets]
    number = number_of(connection, location)
    applying.apply_content(connection, number, content, targets, digest=text, at=build.NOON)


def register(connection: Connection, location: LocationRef, text: str) -> None:
    applying.add_root(connection, location, "registered", build.NOON)
    take(connection, location, text)


def refs(connection: Connection) -> set[str]:
    """Return the entities that somebody wrote."""
    return {entity.ref for entity in list_entities(connection) if "generated-" not in entity.ref}


def is_anew(connection: Connection, location: LocationRef) -> bool:
    query = select(catalog_source.c.digest).where(catalog_source.c.key == str(location))
    digest: str = connection.execute(query).scalar_one()
    return not digest


def test_the_first_of_two_sources_keeps_an_entity_until_it_is_gone(connection: Connection) -> None:
    register(connection, ONE, GROUP)
    register(connection, TWO, f"{GROUP}---\n{OTHER}")

    parents = {entity.ref: entity.parents for entity in list_entities(connection)}
    assert parents["group:default/payments"] == [generated_ref(ONE)]
    assert not is_anew(connection, TWO)
    applying.remove_root(connection, ONE, "registered", build.NOON)

    assert refs(connection) == {"group:default/other"}
    assert is_anew(connection, TWO)
    take(connection, TWO, f"{GROUP}---\n{OTHER}")
    assert refs(connection) == {"group:default/other", "group:default/payments"}


def test_what_a_location_leads_to_goes_with_it(connection: Connection) -> None:
    leading = (
        "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: all}\n"
        f"spec: {{target: {TWO.target}}}\n"
    )
    register(connection, ONE, leading)
    take(connection, TWO, GROUP)
    assert refs(connection) == {"location:default/all", "group:default/payments"}

    take(connection, ONE, OTHER)

    assert refs(connection) == {"group:default/other"}
    assert list(connection.scalars(select(catalog_source.c.key))) == [str(ONE)]


def test_a_wrong_entity_keeps_its_last_version_with_a_status(connection: Connection) -> None:
    register(connection, ONE, WEB)

    take(connection, ONE, WEB.replace("lifecycle: production", "lifecycle: 1"))

    (web,) = (orjson.loads(e.body) for e in list_entities(connection) if e.ref == "component:default/web")
    assert web["spec"]["lifecycle"] == "production"
    (item,) = web["status"]["items"]
    assert item["message"].startswith(f"{item['error']['name']}: {item['error']['message']}")
    take(connection, ONE, WEB)
    bodies = [entity.body for entity in list_entities(connection)]
    assert not any(b'"status"' in body for body in bodies)


def test_a_removed_entity_comes_back_when_its_source_is_read(connection: Connection) -> None:
    register(connection, ONE, GROUP)
    (uid,) = (entity.uid for entity in list_entities(connection) if entity.ref == "group:default/payments")

    applying.delete_entity(connection, uid, build.NOON)
    applying.delete_entity(connection, "nobody", build.NOON)

    assert refs(connection) == set()
    assert is_anew(connection, ONE)
    take(connection, ONE, GROUP)
    assert refs(connection) == {"group:default/payments"}


def test_a_location_that_the_catalog_made_goes_with_all_below_it(connection: Connection) -> None:
    register(connection, ONE, GROUP)
    (uid,) = (entity.uid for entity in list_entities(connection) if entity.ref == generated_ref(ONE))

    applying.delete_entity(connection, uid, build.NOON)

    assert list(list_entities(connection)) == []


def test_what_is_not_there_cannot_be_due(connection: Connection) -> None:
    with pytest.raises(NotFoundError):
        applying.mark_due(connection, "group:default/nobody", build.NOON)
    with pytest.raises(NotFoundError):
        applying.apply_failure(connection, 7, [], build.NOON)


def sync(engine: Engine, root: Path) -> None:
    with transaction(engine) as connection:
        sync_catalog(build.context(connection, workspace=Workspace(root)))


def test_the_workspace_has_an_entity_before_others(engine: Engine, make_workspace: MakeWorkspace) -> None:
    with transaction(engine) as connection:
        register(connection, ONE, GROUP)
    root = make_workspace({"catalog/a.yaml": GROUP.replace("team", "squad")}).root

    sync(engine, root)

    with transaction(engine) as connection:
        bodies = {entity.ref: orjson.loads(entity.body) for entity in list_entities(connection)}
        assert bodies["group:default/payments"]["spec"]["type"] == "squad"
        assert not is_anew(connection, ONE)
    (root / "catalog/a.yaml").unlink()
    sync(engine, root)
    with transaction(engine) as connection:
        assert is_anew(connection, ONE)


def test_files_and_entities_from_elsewhere_make_one_catalog(
    engine: Engine, make_workspace: MakeWorkspace
) -> None:
    with transaction(engine) as connection:
        register(connection, ONE, GROUP)
    knowledge = Knowledge()
    knowledge.put(Stored(engine, is_synced=False))

    catalog = load_catalog(make_workspace({"catalog/a.yaml": WEB}), knowledge).value

    group = catalog.get("group:payments")
    assert (group.path, [str(ref) for ref in group.relations("ownerOf")]) == ("", ["component:default/web"])
    assert catalog.get("component:web").owner == group.ref
