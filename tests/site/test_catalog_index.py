from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import build
from catalogs import catalog
from waypost.catalog.model import Catalog
from waypost.core.plugin import Knowledge, SiteContext, SitePage
from waypost.core.settings import Settings
from waypost.site.catalog_data import entities_json, relations_json, texts_json
from waypost.site.catalog_index import LIMIT, catalog_index
from waypost.site.httpapi import HttpApi


def _pages(found: Catalog, root: Path) -> dict[str, SitePage]:
    knowledge = Knowledge()
    knowledge.put(found)
    context = SiteContext(
        workspace=build.workspace(root, {}),
        settings=Settings(),
        knowledge=knowledge,
        api=HttpApi("http://127.0.0.1:1", 1),
        now=datetime(2026, 11, 23, tzinfo=UTC),
    )
    return {page.uri: page for page in catalog_index(context)}


def test_a_small_catalog_is_listed_by_kind_on_its_page(tmp_path: Path) -> None:
    found = catalog(
        ["component:shop", "api:shop", "group:sales", "system:trade"],
        [("component:shop", "ownedBy", "group:sales"), ("component:shop", "partOf", "system:trade")],
        shop={"title": "The <shop>", "tags": ["java"], "labels": {"tier": "tier-1"}},
    )

    pages = _pages(found, tmp_path)
    html = pages["catalog/index.md"].pieces["entities"]()

    assert sorted(pages) == [
        "catalog/entities.json",
        "catalog/index.md",
        "catalog/relations.json",
        "catalog/texts.json",
    ]
    assert '<h2 id="kind=Component">Components</h2>' in html
    assert (
        '<td><a href="/catalog/component/default/shop.md">The &lt;shop&gt;</a></td><td>service</td>' in html
    )
    assert '<td class="wp-wide wp-short">tier-1</td><td class="wp-wide">java</td>' in html
    assert 'data-entities="entities.json?' in html
    assert '<a href="#kind=API">API <b>1</b></a>' in pages["catalog/index.md"].markdown


def test_a_large_catalog_lists_each_kind_on_a_page_of_its_own(tmp_path: Path) -> None:
    found = catalog(["group:sales", *(f"component:c{number}" for number in range(LIMIT))])

    pages = _pages(found, tmp_path)

    index = pages["catalog/index.md"].pieces["entities"]()
    assert '<a href="/catalog/component/index.md">Components</a></th><td>1,000</td>' in index
    assert len(index) < 2_000
    assert pages["catalog/component/index.md"].pieces["table"]().count("<tr>") == LIMIT + 1
    assert pages["catalog/group/index.md"].pieces["table"]().count("<tr>") == 2


def test_an_empty_catalog_says_how_to_begin(tmp_path: Path) -> None:
    (page,) = _pages(catalog([]), tmp_path).values()

    assert "No entities yet" in page.markdown


def test_the_data_tells_each_value_once() -> None:
    found = catalog(
        ["component:a", "component:b", "group:g"],
        [("component:a", "ownedBy", "group:g"), ("component:b", "ownedBy", "user:gone")],
        a={"title": "A", "tags": ["x", "y"], "description": "First."},
        g={"title": "The group"},
    )

    data = json.loads(entities_json(found.written, found))

    assert data["names"]["kind"] == ["Component", "Group"]
    assert data["names"]["owner"] == [["group:default/g", "The group"], ["user:default/gone"]]
    assert data["columns"]["kind"] == [1, 1, 2]
    assert data["columns"]["owner"] == [1, 2, 0]
    assert data["columns"]["tag"] == [[1, 2], 0, 0]
    assert data["columns"]["title"] == ["A", 0, "The group"]
    assert json.loads(texts_json(found.written)) == ["First.", "", ""]


def test_relations_are_told_one_way_among_what_there_is() -> None:
    found = catalog(
        ["component:a", "resource:db"],
        [("component:a", "dependsOn", "resource:db"), ("component:a", "dependsOn", "resource:gone")],
    )

    assert json.loads(relations_json(found.written)) == {"dependsOn": [[1], 0]}
