"""Requests that ask for too much cost little, and none makes the server fail."""

from __future__ import annotations

import base64
from typing import Any

import orjson
import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog.asking import API, cursor_of, get, named, post
from waypost.catalog.edge import current_index
from waypost.catalog.reads.columns import _like
from waypost.catalog.reads.predicatewords import predicate_faults
from waypost.catalog.reads.projection import parse_fields
from waypost.core.direct import Call
from waypost.core.edge import EXTENSION
from waypost.core.errors import InputError
from waypost.core.reply import Parts


def after_of(**wire: Any) -> str:
    return base64.b64encode(orjson.dumps(wire)).decode()


def test_a_pattern_with_many_gaps_is_matched_without_going_back() -> None:
    matches = _like("%a" * 50 + "%b")

    assert not matches(b"a" * 200)
    assert matches(b"a" * 200 + b"b")


@pytest.mark.parametrize(
    ("term", "value", "is_match"),
    [
        ("a%c", "xabcx", True),
        ("a_c", "xabcx", True),
        ("a_c", "xacx", False),
        ("%", "", True),
        ("c%a", "abc", False),
        ("ab%b", "ab", False),
        ("_", "", False),
        ("a\n%", "a\nb", True),
    ],
)
def test_a_pattern_matches_as_in_sql(term: str, value: str, *, is_match: bool) -> None:
    assert _like(term)(value.encode()) is is_match


def test_long_keys_and_lists_of_a_wrong_predicate_are_told_in_short() -> None:
    told = predicate_faults({"k" * 40_000: {"$in": [None] * 12_000}})

    assert told.startswith("Validation error: ")
    assert len(told) <= 20_100


def test_too_many_fields_are_refused() -> None:
    with pytest.raises(InputError, match="more than 500"):
        parse_fields([",".join(f"f{number}" for number in range(501))])


def test_a_facet_that_is_asked_for_often_is_counted_once(client: FlaskClient) -> None:
    once = get(client, "/entity-facets?facet=kind")

    assert get(client, "/entity-facets?" + "&".join(["facet=kind"] * 500)) == once


def test_a_field_to_order_by_counts_where_it_is_first(client: FlaskClient) -> None:
    orders = ["desc:metadata.name", "asc:nothing", "asc:kind", "asc:metadata.NAME"]
    more = "&".join(f"order={order}" for order in orders)

    assert named(get(client, f"/entities?limit=50&{more}")) == named(
        get(client, "/entities?limit=50&order=desc:metadata.name&order=asc:kind")
    )


@pytest.mark.parametrize("limit", [2**63 - 1, 2**64 - 1, 1e19])
def test_a_limit_may_be_any_number(client: FlaskClient, limit: float) -> None:
    order = [{"field": "kind", "order": "asc"}]
    found = post(client, "/entities/by-query", {"limit": limit, "orderBy": order})

    assert len(found["items"]) == found["totalItems"]
    assert post(client, "/entities/by-query", {"offset": limit, "orderBy": order})["items"] == []
    post(client, "/locations/by-query", {"limit": limit})


@pytest.mark.parametrize("wire", [{"limit": 2**63}, {"limit": 2**64 - 1, "offset": 1}, {"offset": 2**63}])
def test_an_after_may_hold_any_number(client: FlaskClient, wire: dict[str, int]) -> None:
    get(client, f"/entities?after={after_of(**wire)}")


def test_an_after_with_no_offset_in_it_is_refused(client: FlaskClient) -> None:
    get(client, f"/entities?after={after_of(offset=None)}", 400)


@pytest.mark.parametrize("total", [1e30, 2**63, -1e308])
def test_a_cursor_with_a_total_beyond_all_numbers_is_refused(client: FlaskClient, total: float) -> None:
    post(client, "/entities/by-query", {"cursor": cursor_of(totalItems=total), "limit": 1}, 400)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        pytest.param({"id": {"$in": list(range(10_000))}}, 200, id="many values"),
        pytest.param({"$any": [{"id": str(number)} for number in range(2_000)]}, 400, id="many conditions"),
        pytest.param({"target": {"$hasPrefix": "%" * 60_000}}, 200, id="a long prefix"),
    ],
)
def test_long_queries_for_locations_are_answered(
    client: FlaskClient, query: dict[str, Any], status: int
) -> None:
    post(client, "/locations/by-query", {"query": query}, status)


def test_a_long_address_can_be_analyzed(client: FlaskClient) -> None:
    target = "https://github.com/" + "a/" * 40_000

    post(client, "/analyze-location", {"location": {"type": "url", "target": target}})


def test_long_addresses_take_the_room_of_what_is_kept(app: Flask, client: FlaskClient) -> None:
    for number in range(300):
        client.get(f"{API}/entities/by-query?limit=0&filter=a{number}={'x' * 60_000}")

    index = current_index(Call({}, app.extensions[EXTENSION], bytes))
    held = [*index.asked._held, *index.derived.sets._held]
    assert sum(len(text) for key in held for text in key if isinstance(text, str)) < 20_000_000


def test_a_list_made_for_one_answer_counts_whole() -> None:
    assert Parts([b"x" * 100] * 10, is_shared=False).held_bytes > 1_000 > Parts([b"x" * 100] * 10).held_bytes
