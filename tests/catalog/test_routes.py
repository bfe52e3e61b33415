"""The Catalog API, as clients see it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import orjson
import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog.asking import API, cursor_of, get, post


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
        ("/entities?limit=9999999999999999999999", "request/query/limit must be integer"),
        ("/entities?after=zzz", "Malformed after cursor, could not be parsed"),
        ("/entities?after=é", "Malformed after cursor, could not be parsed"),
        ("/entities?after=eyJsaW1pdCI6IjIifQ==", "Malformed after cursor, limit was not an number"),
        ("/entities?fields=metadata.links[0]", 'Invalid field "metadata.links[0]", array type fields are not supported'),
        ("/entities?filter==x", "Invalid filter, '=x' is not a valid statement (expected a string on the form a=b or a= or a)"),
        ("/entities/by-query?orderField=kind,up", "Invalid order field order, must be asc or desc"),
        ("/entities/by-query?cursor=zzz", "Malformed cursor, could not be parsed"),
        ("/entities/by-query?cursor=é", "Malformed cursor, could not be parsed"),
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
        f"{API}/openapi.json": ["get"],
        f"{API}/entities": ["get"],
        f"{API}/entities/by-name/{{kind}}/{{namespace}}/{{name}}": ["get"],
        f"{API}/entities/by-name/{{kind}}/{{namespace}}/{{name}}/ancestry": ["get"],
        f"{API}/entities/by-query": ["get", "post"],
        f"{API}/entities/by-refs": ["post"],
        f"{API}/entities/by-uid/{{uid}}": ["delete", "get"],
        f"{API}/entity-facets": ["get", "post"],
        f"{API}/locations": ["get", "post"],
        f"{API}/locations/by-entity/{{kind}}/{{namespace}}/{{name}}": ["get"],
        f"{API}/locations/by-query": ["post"],
        f"{API}/locations/{{number}}": ["delete", "get", "put"],
        f"{API}/refresh": ["post"],
        f"{API}/sources": ["get"],
        f"{API}/validate-entity": ["post"],
        f"{API}/analyze-location": ["post"],
    }
