from __future__ import annotations

from catalogs import catalog
from waypost.catalog.refs import EntityRef
from waypost.site.graph.neighbourhood import neighbourhood

SHOP = "component:shop"


def test_what_it_needs_is_followed_two_steps_and_no_farther() -> None:
    names = [SHOP, "component:pay", "resource:db", "resource:disk"]
    found = catalog(
        names,
        [
            (SHOP, "dependsOn", "component:pay"),
            ("component:pay", "dependsOn", "resource:db"),
            ("resource:db", "dependsOn", "resource:disk"),
        ],
    )

    around = neighbourhood(found.get(SHOP), found)

    assert [(str(step.near), step.relation, str(step.far)) for step in around.steps["right"]] == [
        ("component:default/pay", "dependsOn", "resource:default/db")
    ]


def test_an_api_leads_on_to_who_provides_and_who_consumes_it() -> None:
    names = [SHOP, "api:pay", "component:pay", "api:shop", "component:web"]
    found = catalog(
        names,
        [
            (SHOP, "consumesApi", "api:pay"),
            ("component:pay", "providesApi", "api:pay"),
            (SHOP, "providesApi", "api:shop"),
            ("component:web", "consumesApi", "api:shop"),
        ],
    )

    around = neighbourhood(found.get(SHOP), found)

    assert [str(step.far) for step in around.steps["right"]] == ["component:default/pay"]
    assert [str(step.far) for step in around.steps["left"]] == ["component:default/web"]


def test_of_a_hub_some_neighbours_are_drawn_and_the_others_counted() -> None:
    users = [f"component:u{number:03}" for number in range(44)]
    found = catalog(["resource:db", *users], [(user, "dependsOn", "resource:db") for user in users])

    around = neighbourhood(found.get("resource:db"), found)

    (group,) = around.groups
    assert (group.relation, len(group.shown), group.more) == ("dependencyOf", 13, 31)
    assert around.steps["left"] == ()


def test_circles_end_where_they_began() -> None:
    found = catalog(
        [SHOP, "component:pay"], [(SHOP, "dependsOn", "component:pay"), ("component:pay", "dependsOn", SHOP)]
    )

    around = neighbourhood(found.get(SHOP), found)

    assert {group.relation for group in around.groups} == {"dependsOn", "dependencyOf"}
    assert around.steps == {"right": (), "left": (), "top": ()}


def test_what_is_not_in_the_catalog_leads_nowhere() -> None:
    found = catalog([SHOP], [(SHOP, "dependsOn", "resource:gone")])

    around = neighbourhood(found.get(SHOP), found)

    assert around.groups[0].refs == (EntityRef("resource", "default", "gone"),)
