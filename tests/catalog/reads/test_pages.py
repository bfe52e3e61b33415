"""Lists over the API: pages, cursors and orders."""

from __future__ import annotations

import base64
from urllib.parse import quote

import orjson
import pytest
from flask.testing import FlaskClient

from catalog.asking import API, cursor_of, get, named, post

NAMES = f"{API}/entities?fields=metadata.name&"


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
