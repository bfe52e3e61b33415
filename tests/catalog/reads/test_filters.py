"""Filters, predicates and full text: which entities a request asks for."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from catalog.asking import by_filter, get, named, post


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        pytest.param(["kind=component"], ["Billing", "orders", "web"], id="kind"),
        pytest.param(
            ["KIND=Component, spec.type = SERVICE ,"], ["Billing", "orders"], id="all of one must hold"
        ),
        pytest.param(["kind=group,kind=user"], ["ada", "payments"], id="several values of one key"),
        pytest.param(["kind=group", "kind=system"], ["payments", "shop"], id="one of several"),
        pytest.param(["metadata.tags.java"], ["orders", "web"], id="a text in a list"),
        pytest.param(["metadata.tags=react"], ["web"], id="a value in a list"),
        pytest.param(["spec.replicas=3"], ["orders"], id="a number"),
        pytest.param(["spec.ispublic=false"], ["orders"], id="a boolean"),
        pytest.param(["metadata.annotations.example.org/size=10"], ["orders"], id="a key with dots"),
        pytest.param(["relations.partOf=System:Default/Shop"], ["Billing", "orders", "web"], id="a relation"),
        pytest.param(["kind,kind=user"], ["ada"], id="values before existence"),
        pytest.param(["kind=group", ","], ["payments"], id="a filter that asks nothing"),
        pytest.param(["kind="], [], id="an empty value"),
        pytest.param(["nope=x"], [], id="an unknown key"),
        pytest.param(["spec"], [], id="an object is no key"),
    ],
)
def test_filters_choose_entities(client: FlaskClient, filters: list[str], expected: list[str]) -> None:
    assert by_filter(client, *filters) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param({"kind": "component"}, ["Billing", "orders", "web"], id="a value"),
        pytest.param({"kind": {"$in": ["group", "User"]}}, ["ada", "payments"], id="one of several"),
        pytest.param(
            {"kind": "component", "metadata.title": {"$exists": False}}, ["orders"], id="is not there"
        ),
        pytest.param({"metadata.name": {"$hasPrefix": "BI"}}, ["Billing"], id="a prefix"),
        pytest.param({"metadata.name": {"$hasPrefix": "%"}}, [], id="a prefix has no wildcards"),
        pytest.param({"$any": [{"kind": "group"}, {"kind": "user"}]}, ["ada", "payments"], id="any"),
        pytest.param({"$all": [{"kind": "component"}, {"spec.type": "website"}]}, ["web"], id="all"),
        pytest.param(
            {"$all": [{"kind": "component"}, {"$not": {"spec.type": "service"}}]}, ["web"], id="not"
        ),
        pytest.param({"$any": []}, [], id="any of nothing"),
        pytest.param({"kind": {"$in": []}}, [], id="in nothing"),
        pytest.param({"kind": "user", "$all": 0}, None, id="an operator beside a field"),
        pytest.param({"metadata.tags": {"$contains": "java"}}, ["orders", "web"], id="contains"),
        pytest.param(
            {
                "relations": {
                    "$contains": {"type": "dependsOn", "targetRef": {"$in": ["Component:default/orders"]}}
                }
            },
            ["web"],
            id="a relation to one of several",
        ),
        pytest.param(
            {"relations": {"$contains": {"type": "dependsOn"}}}, ["web"], id="a relation to anything"
        ),
        pytest.param(
            {"relations": {"$contains": {"targetRef": "a:b/c"}}}, None, id="a relation without type"
        ),
        pytest.param(
            {"relations": {"$contains": {"type": "a", "x": 1}}}, None, id="a relation with another key"
        ),
        pytest.param(
            {"relations": {"$contains": {"type": "a", "targetRef": {"$in": []}}}}, None, id="to none"
        ),
        pytest.param({"kind": {"$contains": {"a": 1}}}, None, id="contains an object elsewhere"),
        pytest.param({"kind": {"$contains": []}}, None, id="contains a list"),
        pytest.param({"kind": None}, None, id="null"),
        pytest.param({"kind": {"a": 1}}, None, id="a nested object"),
        pytest.param({"kind": {"$exists": 1}}, None, id="exists a number"),
        pytest.param({"kind": {"$in": [None]}}, None, id="in null"),
        pytest.param({"kind": {"$hasPrefix": 1}}, None, id="a number as prefix"),
        pytest.param({"$nor": []}, None, id="an unknown operator"),
        pytest.param({"$all": {}}, None, id="all of an object"),
        pytest.param({"$not": "a"}, None, id="not a value"),
        pytest.param({"a\nb": 1}, None, id="a newline in a key"),
        pytest.param("kind", None, id="a text"),
        pytest.param([], None, id="a list"),
    ],
)
def test_predicates_choose_entities(client: FlaskClient, query: object, expected: list[str] | None) -> None:
    page = post(client, "/entities/by-query", {"query": query}, 200 if expected is not None else 400)

    if expected is None:
        assert page["error"]["name"] == "InputError"
    else:
        assert (sorted(named(page["items"])), page["totalItems"]) == (expected, len(expected))


def test_a_query_that_is_too_deep_is_refused(client: FlaskClient) -> None:
    deep: dict[str, Any] = {"kind": "a"}
    for _ in range(300):
        deep = {"$not": deep}

    assert "too deeply" in post(client, "/entities/by-query", {"query": deep}, 400)["error"]["message"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("fullTextFilterTerm=%20ILL&fullTextFilterFields=metadata.name,metadata.title", ["Billing"]),
        ("fullTextFilterTerm=lövelace&fullTextFilterFields=spec.profile.displayName", ["ada"]),
        ("fullTextFilterTerm=e&orderField=metadata.title", ["payments", "web"]),
        ("fullTextFilterTerm=w_b&fullTextFilterFields=metadata.name", ["web"]),
        ("fullTextFilterTerm=zzz", []),
        ("fullTextFilterTerm=%20", None),
    ],
)
def test_texts_are_found_in_part_and_in_any_case(
    client: FlaskClient, query: str, expected: list[str] | None
) -> None:
    found = get(client, f"/entities/by-query?{query}")

    if expected is None:
        assert found["totalItems"] == 7
    else:
        assert (sorted(named(found["items"])), found["totalItems"]) == (expected, len(expected))


def test_full_text_may_stand_in_the_body(client: FlaskClient) -> None:
    body = {
        "query": {"kind": "component"},
        "fullTextFilter": {"term": "e", "fields": ["metadata.name"]},
        "orderBy": [{"field": "metadata.name", "order": "asc"}],
        "limit": 1,
    }

    page = post(client, "/entities/by-query", body)
    following = post(client, "/entities/by-query", {"cursor": page["pageInfo"]["nextCursor"]})

    assert (named(page["items"]), named(following["items"])) == (["orders"], ["web"])
