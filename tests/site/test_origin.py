from __future__ import annotations

from dataclasses import replace
from typing import Any

from catalogs import catalog
from waypost.catalog.model import Entity
from waypost.site.origin import defined_in, source_code, state_html


def _entity(annotations: dict[str, str] | None = None, **document: Any) -> Entity:
    found = catalog(["component:shop"], shop={"annotations": annotations or {}}).get("component:shop")
    return replace(found, path="catalog/my shop.yaml", line=12, document={**found.document, **document})


def test_a_file_of_the_workspace_is_named_with_its_line() -> None:
    assert defined_in(_entity(), "") == "<code>catalog/<wbr>my shop.yaml:12</code>"


def test_a_file_on_the_forge_can_be_seen() -> None:
    html = defined_in(_entity(), "https://git.example.com/w/blob/main/")

    assert (
        '<a href="https://git.example.com/w/blob/main/catalog/my%20shop.yaml" rel="noopener">view</a>' in html
    )


def test_addresses_that_the_catalog_knows_lead_to_sight_and_edit() -> None:
    html = defined_in(
        _entity(
            {"backstage.io/view-url": "https://a.example.com/v", "backstage.io/edit-url": "javascript:x"}
        ),
        "",
    )

    assert 'href="https://a.example.com/v"' in html
    assert "edit" not in html


def test_source_code_is_linked_where_it_is_named() -> None:
    html = source_code(_entity({"backstage.io/source-location": "url:https://git.example.com/shop/"}))

    assert html == (
        '<a href="https://git.example.com/shop/" rel="noopener">https://git.example.com/<wbr>shop/</a>'
    )
    assert source_code(_entity()) == ""


def test_faults_of_the_last_reading_and_orphans_are_told() -> None:
    items = [{"level": "error", "message": "InputError: <no> such file"}, "odd", *([{"message": "x"}] * 6)]

    html = state_html(_entity({"backstage.io/orphan": "true"}, status={"items": items}))

    assert "<b>Error.</b> InputError: &lt;no&gt; such file" in html
    assert "and 2 more" in html
    assert "<b>Orphan.</b>" in html
    assert state_html(_entity()) == ""
