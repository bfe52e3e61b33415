"""Registered locations, as clients see them."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

import build
from catalog.asking import API, get, post
from catalog.conftest import ESTATE, Sync
from catalog.refresher import Refresher
from catalog.sites import COMPONENT, Site, serve_files, settings_for
from conftest import MakeWorkspace
from waypost.catalog import plugin
from waypost.core.auth import create_token
from waypost.core.database import transaction
from waypost.core.web import create_app

UNKNOWN = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def site() -> Iterator[Site]:
    """A web server with two components."""
    with serve_files({"one.yaml": COMPONENT % "one", "two.yaml": COMPONENT % "two"}) as serving:
        yield serving


@pytest.fixture
def client(engine: Engine, sync: Sync, make_workspace: MakeWorkspace, site: Site) -> FlaskClient:
    """A client of the application over the small estate, which may read from the site."""
    sync(make_workspace({"catalog/estate.yaml": ESTATE}))
    app = create_app(settings_for(site.server), plugins=[plugin], engine=engine, clock=lambda: build.NOON)
    return app.test_client()


@pytest.fixture
def headers(engine: Engine) -> dict[str, str]:
    """What a caller sends who may write."""
    with transaction(engine) as connection:
        _, text = create_token(connection, "test", at=build.NOON)
    return {"Authorization": f"Bearer {text}"}


@pytest.fixture
def refresher(engine: Engine, site: Site) -> Refresher:
    """What refreshes from the site."""
    return Refresher(engine, site)


def add(client: FlaskClient, headers: dict[str, str], target: str, query: str = "") -> TestResponse:
    body = {"type": "url", "target": target}
    return client.post(f"{API}/locations{query}", json=body, headers=headers)


def error_of(answer: TestResponse) -> tuple[int, Any]:
    return answer.status_code, orjson.loads(answer.data)["error"]


def test_a_location_is_registered_and_found(
    client: FlaskClient, headers: dict[str, str], site: Site, refresher: Refresher
) -> None:
    answer = add(client, headers, site.at("one.yaml"))

    made = orjson.loads(answer.data)
    location = made["location"]
    assert (answer.status_code, made["entities"], "exists" in made) == (201, [], False)
    assert location["entityRef"].startswith("location:default/generated-")
    assert get(client, "/locations") == [{"data": location}]
    assert get(client, f"/locations/{location['id']}") == location
    assert get(client, f"/locations/{location['id'].upper()}") == location
    refresher.run()
    assert get(client, "/locations/by-entity/Component/Default/One") == location
    assert get(client, "/entities/by-name/component/default/one")["metadata"]["name"] == "one"


@pytest.mark.parametrize("said", ["true", "1", "Y", "yes", "on", " true "])
def test_a_dry_run_registers_nothing(
    client: FlaskClient, headers: dict[str, str], site: Site, said: str
) -> None:
    answer = add(client, headers, site.at("one.yaml"), f"?dryRun={said.replace(' ', '%20')}")

    found = orjson.loads(answer.data)
    assert (answer.status_code, found["exists"]) == (201, False)
    assert found["location"]["id"] == f"url:{site.at('one.yaml')}"
    assert [entity["kind"] for entity in found["entities"]] == ["Location", "Component"]
    assert get(client, "/locations") == []


def test_a_dry_run_tells_what_is_wrong(client: FlaskClient, headers: dict[str, str], site: Site) -> None:
    status, error = error_of(add(client, headers, site.at("none.yaml"), "?dryRun=true"))

    assert (status, error["name"]) == (400, "InputError")
    assert error["message"].startswith("NotFoundError: Unable to read url, ")


def test_one_target_is_registered_once(client: FlaskClient, headers: dict[str, str], site: Site) -> None:
    first = orjson.loads(add(client, headers, site.at("one.yaml")).data)["location"]

    again = add(client, headers, site.at("one.yaml"))
    refreshed = add(client, headers, site.at("one.yaml"), "?onConflict=refresh")
    dry = add(client, headers, site.at("one.yaml"), "?dryRun=true")

    message = f"Location url:{site.at('one.yaml')} already exists"
    assert error_of(again) == (409, {"name": "ConflictError", "message": message})
    assert (refreshed.status_code, orjson.loads(refreshed.data)["location"]) == (201, first)
    assert orjson.loads(dry.data)["exists"] is True


def test_a_location_that_is_updated_keeps_its_id(
    client: FlaskClient, headers: dict[str, str], site: Site
) -> None:
    one = orjson.loads(add(client, headers, site.at("one.yaml")).data)["location"]
    address = f"{API}/locations/{one['id']}"

    moved = client.put(address, json={"type": "url", "target": site.at("two.yaml")}, headers=headers)
    same = client.put(address, json={"type": "url", "target": site.at("two.yaml")}, headers=headers)
    other = orjson.loads(add(client, headers, site.at("one.yaml")).data)["location"]
    taken = client.put(address, json={"type": "url", "target": other["target"]}, headers=headers)

    assert orjson.loads(moved.data) == orjson.loads(same.data) == {**one, "target": site.at("two.yaml")}
    assert error_of(taken)[0] == 409


def test_a_location_that_is_deleted_takes_everything_along(
    client: FlaskClient, headers: dict[str, str], site: Site, refresher: Refresher
) -> None:
    one = orjson.loads(add(client, headers, site.at("one.yaml")).data)["location"]
    refresher.run()

    answer = client.delete(f"{API}/locations/{one['id']}", headers=headers)

    assert (answer.status_code, answer.data) == (204, b"")
    get(client, "/entities/by-name/component/default/one", 404)
    assert client.delete(f"{API}/locations/{one['id']}", headers=headers).status_code == 404


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("number", [UNKNOWN, "nope", "a%20b"])
def test_a_location_that_is_unknown_is_not_found(
    client: FlaskClient, headers: dict[str, str], method: str, number: str
) -> None:
    body = {"type": "url", "target": "http://a"} if method == "PUT" else None

    answer = client.open(f"{API}/locations/{number}", method=method, json=body, headers=headers)

    shown = number.replace("%20", " ")
    assert error_of(answer) == (
        404,
        {"name": "NotFoundError", "message": f"Found no location with ID {shown}"},
    )


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        ("/locations", {}, "request/body must have required property 'target'"),
        ("/locations", {"type": "url"}, "request/body must have required property 'target'"),
        (
            "/locations",
            {"type": "file", "target": "/etc/passwd"},
            'Registered locations must be of an allowed type ["url"]',
        ),
        (
            "/locations?onConflict=x",
            {"type": "url", "target": "a"},
            "request/query/onConflict must be equal to one of the allowed values: refresh, reject",
        ),
        ("/refresh", {}, "request/body must have required property 'entityRef'"),
        ("/refresh", {"entityRef": "a", "x": 1}, "request/body must NOT have additional properties"),
        ("/locations/by-query", {"limit": 0}, "Limit must be a positive integer >= 1"),
        ("/locations/by-query", {"limit": 1.5}, "Limit must be a positive integer >= 1"),
        ("/locations/by-query", {"limit": "1"}, "request/body/limit must be number"),
        ("/locations/by-query", {"cursor": ""}, "Cursor cannot be empty"),
        ("/locations/by-query", {"cursor": "zzz"}, "Malformed cursor, unknown encoding"),
        (
            "/locations/by-query",
            {"cursor": base64.b64encode(b'{"limit":0}').decode()},
            "Malformed cursor: it is none of a list of locations",
        ),
        ("/locations/by-query", {"query": "x"}, "request/body/query must be object"),
        (
            "/locations/by-query",
            {"query": {"$all": ["x"]}},
            "Invalid query: 'x' is not supported there; wrap it, as in {\"kind\": …}",
        ),
        (
            "/locations/by-query",
            {"query": {"name": "a"}},
            "Invalid filter predicate, expected key to be 'id', 'type', 'target', or 'entityRef', got 'name'",
        ),
    ],
)
def test_a_body_that_cannot_be_understood_is_refused(  # noqa: PLR0917 - two fixtures and a table of three
    client: FlaskClient, headers: dict[str, str], path: str, body: object, message: str
) -> None:
    answer = client.post(f"{API}{path}", json=body, headers=headers)

    assert error_of(answer) == (400, {"name": "InputError", "message": message})


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/locations"),
        ("POST", "/locations?dryRun=true"),
        ("PUT", f"/locations/{UNKNOWN}"),
        ("DELETE", f"/locations/{UNKNOWN}"),
        ("POST", "/refresh"),
        ("DELETE", "/entities/by-uid/nope"),
    ],
)
def test_who_writes_shows_a_token(client: FlaskClient, method: str, path: str) -> None:
    status, error = error_of(client.open(f"{API}{path}", method=method, json={}))

    assert (status, error["name"]) == (401, "AuthenticationError")


def test_locations_are_paged_by_id(client: FlaskClient, headers: dict[str, str], site: Site) -> None:
    for name in ("one", "two", "three"):
        add(client, headers, site.at(f"{name}.yaml"))
    everything = post(client, "/locations/by-query", {})

    first = post(client, "/locations/by-query", {"limit": 2, "query": {"type": "URL"}})
    cursor = first["pageInfo"]["nextCursor"]
    second = post(client, "/locations/by-query", {"cursor": cursor})

    assert everything["items"] == sorted(everything["items"], key=lambda item: item["id"])
    assert first["items"] + second["items"] == everything["items"]
    assert (first["totalItems"], second["totalItems"], second["pageInfo"]) == (3, 3, {})
    held = orjson.loads(base64.b64decode(cursor))
    assert held == {"limit": 2, "afterId": first["items"][1]["id"], "query": {"type": "URL"}}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, ["one", "two"]),
        ({"TARGET": {"$hasPrefix": "HTTP://"}}, ["one", "two"]),
        ({"target": {"$hasPrefix": "%"}}, []),
        ({"$not": {"type": "url"}}, []),
        ({"$all": []}, []),
        ({"$any": []}, []),
        ({"$any": [{"type": "x"}, {"type": "url"}]}, ["one", "two"]),
        ({"$all": [{"type": "url"}, {"id": "x"}]}, []),
        ({"entityRef": {"$exists": True}}, ["one", "two"]),
        ({"entityRef": {"$exists": False}}, []),
        ({"type": {"$in": ["Url", 1]}}, ["one", "two"]),
        ({"type": {"$in": []}}, []),
        ({"type": {"$contains": "url"}}, []),
        ({"type": 10}, []),
    ],
)
def test_locations_are_found_by_their_columns(  # noqa: PLR0917 - three fixtures and a table of two
    client: FlaskClient, headers: dict[str, str], site: Site, query: dict[str, Any], names: list[str]
) -> None:
    for name in ("one", "two"):
        add(client, headers, site.at(f"{name}.yaml"))

    found = post(client, "/locations/by-query", {"query": query})

    assert sorted(item["target"] for item in found["items"]) == [site.at(f"{name}.yaml") for name in names]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("component/default/nope", "found no entity for ref component:default/nope"),
        ("component/default/web", "Found no location with type file and target "),
    ],
)
def test_what_nobody_registered_has_no_location(client: FlaskClient, name: str, message: str) -> None:
    error = get(client, f"/locations/by-entity/{name}", 404)["error"]

    assert error["name"] == "NotFoundError"
    assert error["message"].startswith(message)


def test_a_refresh_is_answered_with_nothing(client: FlaskClient, headers: dict[str, str]) -> None:
    done = client.post(f"{API}/refresh", json={"entityRef": "component:default/web"}, headers=headers)
    unknown = client.post(f"{API}/refresh", json={"entityRef": "component:default/nope"}, headers=headers)

    assert (done.status_code, done.data) == (200, b"")
    assert error_of(unknown) == (
        404,
        {"name": "NotFoundError", "message": "Entity component:default/nope not found"},
    )


def test_an_entity_is_deleted_by_its_uid(
    client: FlaskClient, headers: dict[str, str], site: Site, refresher: Refresher
) -> None:
    add(client, headers, site.at("one.yaml"))
    refresher.run()
    uid = get(client, "/entities/by-name/component/default/one")["metadata"]["uid"]

    for _ in range(2):
        answer = client.delete(f"{API}/entities/by-uid/{uid}", headers=headers)
        assert (answer.status_code, answer.data) == (204, b"")
    get(client, "/entities/by-name/component/default/one", 404)


def test_sources_tell_how_they_are_doing(
    client: FlaskClient, headers: dict[str, str], site: Site, refresher: Refresher
) -> None:
    add(client, headers, site.at("none.yaml"))
    add(client, headers, site.at("one.yaml"))

    before = {item["name"]: item for item in get(client, "/sources")["items"]}
    refresher.run()
    answer = client.get(f"{API}/sources")
    after = {item["name"]: item for item in orjson.loads(answer.data)["items"]}

    name, failing = f"url:{site.at('one.yaml')}", f"url:{site.at('none.yaml')}"
    assert (before[name]["state"], before[name]["readAt"]) == ("waiting", None)
    assert (after[name]["state"], after[name]["root"], after[name]["errors"]) == ("ok", "registered", [])
    assert (after[failing]["state"], after[failing]["failures"]) == ("failing", 1)
    assert after[failing]["errors"][0]["name"] == "NotFoundError"
    again = client.get(f"{API}/sources", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_a_location_is_found_by_id_without_a_query(
    client: FlaskClient, headers: dict[str, str], site: Site
) -> None:
    for name in ("one", "two"):
        add(client, headers, site.at(f"{name}.yaml"))

    first = post(client, "/locations/by-query", {"limit": 1})
    second = post(client, "/locations/by-query", {"cursor": first["pageInfo"]["nextCursor"]})

    assert "query" not in orjson.loads(base64.b64decode(first["pageInfo"]["nextCursor"]))
    assert [*first["items"], *second["items"]] == post(client, "/locations/by-query", {})["items"]


def test_what_is_known_of_a_repository_is_told(
    client: FlaskClient, headers: dict[str, str], refresher: Refresher, site: Site
) -> None:
    path = "acme/shop/blob/main/catalog-info.yaml"
    site.files[path] = COMPONENT % "one"
    add(client, headers, site.at(path))
    refresher.run()

    found = post(client, "/analyze-location", {"location": {"type": "url", "target": site.at("acme/shop")}})

    (known,) = found["existingEntityFiles"]
    assert found["generateEntities"] == []
    assert (known["location"], known["isRegistered"]) == ({"type": "url", "target": site.at(path)}, True)
    assert known["entity"]["metadata"]["name"] == "one"
