from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from catalogs import catalog
from waypost.catalog.model import Catalog
from waypost.core.graph.svg import shortened
from waypost.site.graph.neighbourhood import neighbourhood
from waypost.site.graph.section import has_relations, relations_html
from waypost.site.graph.svg import graph_svg

SVG = "{http://www.w3.org/2000/svg}"


def _tree(found: Catalog, name: str) -> ET.Element:
    entity = found.get(name)
    html = str(graph_svg(entity, neighbourhood(entity, found), found))
    return ET.fromstring(html.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))  # noqa: S314  # Our own.


def test_every_entity_is_a_link_with_its_whole_name() -> None:
    found = catalog(
        ["component:shop", "resource:db"],
        [("component:shop", "dependsOn", "resource:db")],
        db={"title": 'The "orders" <database> of a very long name'},
    )

    tree = _tree(found, "component:shop")

    (link,) = tree.iter(f"{SVG}a")
    assert link.get("href") == "/catalog/resource/default/db.md"
    assert link.findtext(f"{SVG}title") == 'The "orders" <database> of a very long name (resource:default/db)'
    assert (link.findtext(f"{SVG}text") or "").endswith("…")


def test_the_bold_name_of_the_centre_is_cut_earlier() -> None:
    name = "Main PostgreSQL cluster"
    found = catalog(
        ["resource:db", "resource:copy"],
        [("resource:copy", "dependsOn", "resource:db")],
        db={"title": name},
        copy={"title": name},
    )

    texts = [node.text or "" for node in _tree(found, "resource:db").iter(f"{SVG}text")]

    shown = sorted((text for text in texts if text.startswith("Main")), key=len)
    assert len(shown) == 2
    assert len(shown[0]) < len(shown[1])


def test_the_picture_has_a_title_and_says_what_it_shows() -> None:
    found = catalog(["component:shop"], [("component:shop", "dependsOn", "resource:gone")])

    tree = _tree(found, "component:shop")

    assert tree.get("role") == "group"
    assert tree.findtext(f"{SVG}title") == "Relations of shop"
    assert tree.findtext(f"{SVG}desc") == "Depends on 1. The table below says the same."
    assert "resource, not in the catalog" in [text.text for text in tree.iter(f"{SVG}text")]


def test_a_hub_leads_to_the_filtered_catalog_for_the_others() -> None:
    users = [f"component:u{number:03}" for number in range(1044)]
    found = catalog(["resource:db", *users], [(user, "dependsOn", "resource:db") for user in users])

    html = str(relations_html(found.get("resource:db"), found))

    assert '<a class="wp-graph__more" href="/catalog/index.md#dependsOn=resource%3Adefault%2Fdb">' in html
    assert ">and 1,031 more</text>" in html
    assert '<a href="/catalog/index.md#dependsOn=resource%3Adefault%2Fdb">and 984 more</a>' in html


def test_what_a_group_owns_leads_to_the_filter_by_owner() -> None:
    owned = [f"component:c{number:03}" for number in range(30)]
    found = catalog(["group:g", *owned], [(name, "ownedBy", "group:g") for name in owned])

    assert 'href="/catalog/index.md#owner=group%3Adefault%2Fg"' in str(
        relations_html(found.get("group:g"), found)
    )


def test_a_relation_that_nobody_named_is_told_by_its_own_words() -> None:
    found = catalog(["component:shop", "component:pay"], [("component:shop", "talksTo", "component:pay")])

    html = str(relations_html(found.get("component:shop"), found))

    assert ">talks to</text>" in html
    assert '<th scope="row">Talks to</th>' in html


def test_the_table_says_the_same_two_steps_out() -> None:
    found = catalog(
        ["component:shop", "component:pay", "resource:db"],
        [("component:shop", "dependsOn", "component:pay"), ("component:pay", "dependsOn", "resource:db")],
    )

    html = str(relations_html(found.get("component:shop"), found))

    assert (
        '<th scope="row">Depends on</th><td><a class="wp-ref" href="/catalog/component/default/pay.md"'
        in html
    )
    assert ', depends on</th><td><a class="wp-ref" href="/catalog/resource/default/db.md"' in html


def test_an_entity_without_relations_has_no_picture() -> None:
    found = catalog(["component:shop"])

    assert not has_relations(found.get("component:shop"))
    assert (
        graph_svg(found.get("component:shop"), neighbourhood(found.get("component:shop"), found), found) == ""
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("Checkout", "Checkout", id="fits"),
        pytest.param("iiiiiiiiiiiiiiiiiiiiiiii", "iiiiiiiiiiiiiiiiiiiiiiii", id="narrow letters"),
        pytest.param("WWWWWWWWWWWWWWWWWWWWWWWW", "WWWWWWWWWW…", id="wide letters"),
        pytest.param("注文データベース注文データベース", "注文データベース注文…", id="square letters"),
    ],
)
def test_a_label_is_cut_where_its_box_ends(text: str, shown: str) -> None:
    assert shortened(text, 118, 12.5) == shown
