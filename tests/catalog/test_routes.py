"""The Catalog API, as clients see it."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import quote

import orjson
import pytest
from flask import Flask
from flask.testing import FlaskClient

API = "/api/catalog"
NAMES = f"{API}/entities?fields=metadata.name&"


def get(client: FlaskClient, path: str, status: int = 200) -> Any:
    answer = client.get(f"{API}{path}")
    assert answer.status_code == status, answer.text
    return answer.json


def post(client: FlaskClient, path: str, body: object, status: int = 200) -> Any:
    answer = client.post(f"{API}{path}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json


def named(items: list[dict[str, Any]]) -> list[str]:
    return [item["metadata"]["name"] for item in items]


def cursor_of(**changes: Any) -> str:
    """Return a cursor with *changes*, as a client might send it."""
    wire = {"orderFields": [], "orderFieldValues": [], "isPrevious": False, **changes}
    return base64.b64encode(orjson.dumps(wire)).decode()


def by_filter(client: FlaskClient, *filters: str) -> list[str]:
    query = "&".join(f"filter={quote(text)}" for text in filters)
    return sorted(named(get(client, f"/entities?fields=metadata.name&{query}")))


def test_an_entity_is_served_whole(client: FlaskClient) -> None:
    web = get(client, "/entities/by-name/COMPONENT/Default/WEB")

    assert web["relations"] == [
        {"type": "dependsOn", "targetRef": "component:default/billing"},
        {"type": "dependsOn", "targetRef": "component:default/orders"},
        {"type": "ownedBy", "targetRef": "group:default/payments"},
        {"type": "partOf", "targetRef": "system:default/shop"},
    ]
    assert get(client, f"/entities/by-uid/{web['metadata']['uid']}") == web


def test_nothing_is_served_before_the_first_sync(app: Flask) -> None:
    answer = app.test_client().get(f"{API}/entities")

    assert (answer.status_code, orjson.loads(answer.data)["error"]["name"]) == (
        503,
        "ServiceUnavailableError",
    )


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (
            "/entities/by-name/component/default/nope",
            "No entity named 'nope' found, with kind 'component' in namespace 'default'",
        ),
        ("/entities/by-name/component/default/nope/ancestry", "No such entity component:default/nope"),
        ("/entities/by-uid/nope", "No entity with uid nope"),
    ],
)
def test_what_is_not_there_is_not_found(client: FlaskClient, path: str, message: str) -> None:
    assert get(client, path, 404) == {
        "error": {"name": "NotFoundError", "message": message},
        "request": {"method": "GET", "url": path},
        "response": {"statusCode": 404},
    }


def test_an_address_that_is_unknown_gets_no_body(client: FlaskClient) -> None:
    answer = client.get(f"{API}/nope")

    assert (answer.status_code, answer.data, "Content-Type" in answer.headers) == (404, b"", False)


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
    ("path", "message"),
    [
        ("/entities?foo=1", "Unknown query parameter 'foo'"),
        ("/entities/by-name/a/b/c?x=1", "Unknown query parameter 'x'"),
        ("/entities?filter=", "Empty value found for query parameter 'filter'"),
        ("/entities?limit=x", "request/query/limit must be integer"),
        ("/entities?limit=1&limit=2", "request/query/limit must be integer"),
        ("/entities?limit=0", "Invalid limit, must be greater than zero"),
        ("/entities?offset=-1", "request/query/offset must be >= 0"),
        ("/entities?order=up:kind", 'Invalid order parameter "up:kind", expected "<asc or desc>:<field name>"'),
        ("/entities?after=zzz", "Malformed after cursor, could not be parsed"),
        ("/entities?after=eyJsaW1pdCI6IjIifQ==", "Malformed after cursor, limit was not a number"),
        ("/entities?fields=metadata.links[0]", 'Invalid field "metadata.links[0]", array type fields are not supported'),
        ("/entities?filter==x", "Invalid filter, '=x' is not a valid statement (expected a string on the form a=b or a= or a)"),
        ("/entities/by-query?orderField=kind,up", "Invalid order field order, must be asc or desc"),
        ("/entities/by-query?cursor=zzz", "Malformed cursor, could not be parsed"),
        ("/entities/by-query?cursor=a&cursor=b", "request/query/cursor must be string"),
        ("/entities/by-query?totalItems=no", "request/query/totalItems must be equal to one of the allowed values: include, exclude"),
        ("/entity-facets", "Missing facet parameter"),
    ],
)  # fmt: skip
def test_a_query_that_cannot_be_understood_is_refused(client: FlaskClient, path: str, message: str) -> None:
    assert get(client, path, 400)["error"] == {"name": "InputError", "message": message}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/entities/by-query", []),
        ("/entities/by-query", {"limit": "1"}),
        ("/entities/by-query", {"limit": -1}),
        ("/entities/by-query", {"limit": True}),
        ("/entities/by-query", {"cursor": ""}),
        ("/entities/by-query", {"cursor": "e30="}),
        ("/entities/by-query", {"cursor": cursor_of(isPrevious=1)}),
        ("/entities/by-query", {"cursor": cursor_of(orderFieldValues=[1])}),
        ("/entities/by-query", {"cursor": cursor_of(query={"$nor": 1})}),
        ("/entities/by-query", {"cursor": cursor_of(fullTextFilter={"term": 1})}),
        ("/entities/by-query", {"fields": "kind"}),
        ("/entities/by-query", {"orderBy": {}}),
        ("/entities/by-query", {"orderBy": [{"field": "a"}]}),
        ("/entities/by-query", {"orderBy": [{"field": "a", "order": "up"}]}),
        ("/entities/by-query", {"fullTextFilter": {"term": 1}}),
        ("/entities/by-query", {"fullTextFilter": {"fields": [1]}}),
        ("/entities/by-query", {"totalItems": "no"}),
        ("/entities/by-refs", {}),
        ("/entities/by-refs", {"entityRefs": "a"}),
        ("/entity-facets", {}),
        ("/entity-facets", {"facets": [""]}),
    ],
)
def test_a_body_that_cannot_be_understood_is_refused(client: FlaskClient, path: str, body: object) -> None:
    assert post(client, path, body, 400)["error"]["name"] == "InputError"


def test_a_body_must_be_json(client: FlaskClient) -> None:
    as_text = client.post(f"{API}/entities/by-refs", data="{}", content_type="text/plain")
    broken = client.post(f"{API}/entities/by-refs", data="{", content_type="application/json")

    assert (as_text.status_code, broken.status_code) == (400, 400)
    assert "unsupported media type text/plain" in orjson.loads(as_text.data)["error"]["message"]


def test_a_body_that_is_too_large_is_refused(client: FlaskClient) -> None:
    answer = client.post(f"{API}/entities/by-refs", json={"entityRefs": ["x" * 110_000]})

    assert (answer.status_code, orjson.loads(answer.data)["error"]["name"]) == (413, "PayloadTooLargeError")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("kind,metadata.name", {"kind": "Component", "metadata": {"name": "orders"}}),
        ("metadata.annotations.example.org/size", {"metadata": {"annotations": {"example.org/size": "10"}}}),
        ("metadata.tags.0", {"metadata": {"tags": ["java"]}}),
        ("metadata.nope, nope.nope", {}),
        ("spec.type.deeper", {}),
        ("metadata.tags,metadata.tags.0", {"metadata": {"tags": ["java"]}}),
    ],
)
def test_fields_choose_parts(client: FlaskClient, fields: str, expected: dict[str, Any]) -> None:
    found = get(client, f"/entities?filter=metadata.name%3Dorders&fields={quote(fields)}")

    assert found == [expected]


def walk(client: FlaskClient, query: str, cursor: str = "nextCursor") -> list[list[str]]:
    """Follow the cursors, as clients do: by POST where one holds a query."""
    page = get(client, f"/entities/by-query?{query}")
    pages = [named(page["items"])]
    while cursor in page["pageInfo"]:
        token = page["pageInfo"][cursor]
        assert "query" in orjson.loads(base64.b64decode(token))
        page = post(client, "/entities/by-query", {"cursor": token, "limit": 2})
        pages.append(named(page["items"]))
    return pages


def test_cursors_lead_through_the_whole_list_and_back(client: FlaskClient) -> None:
    query = "filter=kind%3Dcomponent,kind%3Duser,kind%3Dsystem&orderField=metadata.name,desc&limit=2"

    forth = walk(client, query)

    assert forth == [["web", "shop"], ["orders", "Billing"], ["ada"]]
    first = get(client, f"/entities/by-query?{query}")
    second = post(client, "/entities/by-query", {"cursor": first["pageInfo"]["nextCursor"], "limit": 2})
    back = get(client, f"/entities/by-query?limit=2&cursor={quote(second['pageInfo']['prevCursor'])}")
    assert back["items"] == first["items"]
    assert (back["totalItems"], list(back["pageInfo"])) == (5, ["nextCursor"])


def test_without_an_order_pages_go_by_uid(client: FlaskClient) -> None:
    query = "filter=kind%3Dcomponent,kind%3Duser,kind%3Dsystem&limit=2"
    everything = get(client, "/entities?filter=kind%3Dcomponent,kind%3Duser,kind%3Dsystem")

    pages = walk(client, query)

    assert [name for page in pages for name in page] == named(everything)
    first = get(client, f"/entities/by-query?{query}")
    second = post(client, "/entities/by-query", {"cursor": first["pageInfo"]["nextCursor"], "limit": 2})
    back = post(client, "/entities/by-query", {"cursor": second["pageInfo"]["prevCursor"], "limit": 2})
    assert back["items"] == first["items"]


def test_a_page_may_be_empty_or_uncounted(client: FlaskClient) -> None:
    none = get(client, "/entities/by-query?filter=kind%3Dcomponent&limit=0")
    past = get(client, "/entities/by-query?filter=kind%3Dcomponent&offset=9")
    uncounted = get(client, "/entities/by-query?filter=kind%3Dcomponent&totalItems=exclude")

    assert none == {"items": [], "totalItems": 3, "pageInfo": {}}
    assert past == none
    assert (len(uncounted["items"]), uncounted["totalItems"]) == (3, 0)


def test_a_cursor_of_another_maker_is_read(client: FlaskClient) -> None:
    asked = cursor_of(query={"kind": "component"}, fullTextFilter={"term": "a"}, totalItems=42)

    page = get(client, f"/entities/by-query?limit=1&cursor={quote(asked)}")

    assert page["totalItems"] == 42


def test_a_list_without_a_limit_may_begin_later(client: FlaskClient) -> None:
    assert named(get(client, "/entities?filter=kind%3Dcomponent&offset=1")) == ["orders", "web"]


def test_with_an_order_who_lacks_the_field_is_left_out(client: FlaskClient) -> None:
    page = get(client, "/entities/by-query?filter=kind%3Dcomponent&orderField=metadata.title")

    assert (named(page["items"]), page["totalItems"]) == (["Billing", "web"], 2)


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


def test_entities_are_listed_in_parts(client: FlaskClient) -> None:
    first = client.get(f"{NAMES}filter=kind%3Dcomponent&order=asc:metadata.name&limit=2&offset=0")
    assert first.json is not None
    link = first.headers["link"]
    assert named(first.json) == ["Billing", "orders"]
    assert link.startswith("</entities?fields=metadata.name&filter=kind%3Dcomponent&order=asc")
    assert "offset" not in link

    second = client.get(f"{API}{link[1 : link.index('>')]}")

    assert second.json is not None
    assert (named(second.json), "link" in second.headers) == (["web"], False)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("limit=9", ["Billing", "orders", "web"], id="by reference"),
        pytest.param(
            "limit=9&order=desc:metadata.title", ["web", "Billing", "orders"], id="the field's owners first"
        ),
        pytest.param(
            "limit=9&order=asc:metadata.title", ["Billing", "web", "orders"], id="in both directions"
        ),
        pytest.param("order=desc:metadata.title", ["web", "Billing"], id="without a limit only they"),
        pytest.param(
            "limit=9&order=asc:spec.lifecycle&order=desc:metadata.name",
            ["Billing", "web", "orders"],
            id="two orders",
        ),
        pytest.param(
            "limit=9&order=asc:metadata.title&order=asc:kind",
            ["Billing", "web", "orders"],
            id="two, one lacked",
        ),
    ],
)
def test_orders(client: FlaskClient, query: str, expected: list[str]) -> None:
    assert named(get(client, f"/entities?filter=kind%3Dcomponent&{query}")) == expected


def test_references_are_answered_in_their_order(client: FlaskClient) -> None:
    refs = ["component:default/web", "component:default/nope", "Component:default/web", "user:default/ada"]

    found = post(client, "/entities/by-refs", {"entityRefs": refs, "fields": ["kind"]})
    chosen = post(client, "/entities/by-refs?filter=kind%3Duser", {"entityRefs": refs, "fields": ["kind"]})
    asked = post(
        client, "/entities/by-refs", {"entityRefs": refs, "query": {"kind": "user"}, "fields": ["kind"]}
    )

    assert found["items"] == [{"kind": "Component"}, None, None, {"kind": "User"}]
    assert chosen == asked == {"items": [None, None, None, {"kind": "User"}]}
    assert post(client, "/entities/by-refs", {"entityRefs": []}) == {"items": []}


def test_facets_count_values_as_they_were_written(client: FlaskClient) -> None:
    found = get(client, "/entity-facets?facet=kind&facet=Metadata.Tags&facet=nope")
    chosen = post(
        client, "/entity-facets", {"facets": ["kind", "metadata.tags"], "query": {"spec.type": "website"}}
    )

    assert found["facets"] == {
        "kind": [
            {"value": "Component", "count": 3},
            {"value": "Group", "count": 1},
            {"value": "Location", "count": 1},
            {"value": "System", "count": 1},
            {"value": "User", "count": 1},
        ],
        "Metadata.Tags": [{"value": "java", "count": 2}, {"value": "react", "count": 1}],
        "nope": [],
    }
    assert chosen["facets"] == {
        "kind": [{"value": "Component", "count": 1}],
        "metadata.tags": [{"value": "java", "count": 1}, {"value": "react", "count": 1}],
    }


def test_ancestry_leads_to_the_file(client: FlaskClient) -> None:
    found = get(client, "/entities/by-name/component/default/web/ancestry")

    own, root = found["items"]
    assert found["rootEntityRef"] == "component:default/web"
    assert own["parentEntityRefs"] == [f"location:default/{root['entity']['metadata']['name']}"]
    assert root["parentEntityRefs"] == []


@pytest.mark.parametrize(
    "path",
    [
        "/entities",
        "/entities/by-query?limit=2",
        "/entities/by-name/user/default/ada",
        "/entity-facets?facet=kind",
    ],
)
def test_who_has_an_answer_is_told_so(client: FlaskClient, path: str) -> None:
    first = client.get(f"{API}{path}")

    again = client.get(f"{API}{path}", headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")


def test_every_endpoint_is_described(app: Flask) -> None:
    described = app.test_client().get("/openapi.json").json

    assert described is not None
    paths = {
        path: sorted(operations) for path, operations in described["paths"].items() if path.startswith(API)
    }
    assert paths == {
        f"{API}/entities": ["get"],
        f"{API}/entities/by-name/{{kind}}/{{namespace}}/{{name}}": ["get"],
        f"{API}/entities/by-name/{{kind}}/{{namespace}}/{{name}}/ancestry": ["get"],
        f"{API}/entities/by-query": ["get", "post"],
        f"{API}/entities/by-refs": ["post"],
        f"{API}/entities/by-uid/{{uid}}": ["get"],
        f"{API}/entity-facets": ["get", "post"],
    }
