"""Entities, definitions and the catalog that holds them."""

from __future__ import annotations

import pytest

from waypost.catalog.model import Catalog, Definition, Entity, EntityRef

ADA = EntityRef.parse("user:ada")


@pytest.mark.parametrize(
    ("metadata", "spec", "title"),
    [
        ({"title": "The Ada"}, {"profile": {"displayName": "Ada L."}}, "The Ada"),
        ({}, {"profile": {"displayName": "Ada L."}}, "Ada L."),
        ({}, {"profile": "Ada"}, "ada"),
        ({}, None, "ada"),
    ],
)
def test_a_title_is_what_people_call_it(
    metadata: dict[str, str], spec: dict[str, object] | None, title: str
) -> None:
    document = {"kind": "User", "metadata": {"name": "ada", **metadata}}

    entity = Entity(ADA, document if spec is None else {**document, "spec": spec})

    assert (entity.title, entity.namespace, entity.owner, entity.line_of("spec")) == (
        title,
        "default",
        None,
        0,
    )


def test_kinds_and_owners_are_found_in_order() -> None:
    owned = [{"type": "ownerOf", "targetRef": f"component:default/{name}"} for name in ("b", "a", "gone")]
    ada = Entity(ADA, {"kind": "User", "metadata": {"name": "ada"}, "relations": owned})
    parts = {
        f"component:default/{name}": Entity(
            EntityRef.parse(f"component:{name}"), {"kind": "Component", "metadata": {"name": name}}
        )
        for name in ("b", "a")
    }

    catalog = Catalog({str(ADA): ada, **parts})

    a, b = parts["component:default/a"], parts["component:default/b"]
    assert catalog.of_kind("Component") == catalog.owned_by(ADA) == (a, b)
    assert catalog.written == (a, b, ada)


def test_definitions_are_found_by_kind() -> None:
    later, first = (Definition("waypost.dev/v1alpha1", "Kpi", name, {}, "catalog/a.yaml", 1) for name in "ba")

    catalog = Catalog(definitions=(later, first))

    assert catalog.definitions_of("Kpi") == (first, later)
    assert (catalog.definitions_of("kpi"), first.line_of("spec")) == ((), 0)
