"""The rows of the page of differences to Backstage, each shown by a request to a running Waypost."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from conformance.serving import Served, serve_files

ALL = "/entities/by-query"
UID_OF_TEAM = "9cccc29d-8a8d-522d-9510-e79ada716ae0"
USER: dict[str, Any] = {
    "apiVersion": "backstage.io/v1alpha1",
    "kind": "User",
    "metadata": {"name": "a"},
    "spec": {"memberOf": []},
}

Shown = Callable[[Served], None]
ROWS: dict[str, Shown] = {}


def row(words: str) -> Callable[[Shown], Shown]:
    """Say which row of the page a function shows."""

    def keep(shown: Shown) -> Shown:
        ROWS[words] = shown
        return shown

    return keep


def user(name: str) -> str:
    return (
        f"apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {{name: {name}}}\nspec: {{memberOf: []}}\n"
    )


def location_to(target: str) -> str:
    return f"apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {{name: to}}\nspec: {{target: {target}}}\n"


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)


@row("a `limit` or `offset` below nought in a body")
def _negative(served: Served) -> None:
    for field in ("limit", "offset"):
        answer = served.post(ALL, {field: -1})
        assert (answer.status, field in answer.message) == (400, True)


@row("a `limit` that is no whole number in a body")
def _half(served: Served) -> None:
    answer = served.post(ALL, {"limit": 1.5})
    assert (answer.status, "limit" in answer.message) == (400, True)


@row("a `limit` or `offset` beyond what a database can count")
def _huge(served: Served) -> None:
    for query in ("limit=99999999999999999999", "offset=99999999999999999999"):
        assert served.get(f"{ALL}?{query}").status == 400
        assert served.get(f"/entities?{query}").status == 400


@row("a location's id that is no UUID")
def _no_uuid(served: Served) -> None:
    assert served.get("/locations/none").status == 404
    assert served.get("/locations/none").json["error"]["name"] == "NotFoundError"


@row("a NUL character in a filter, a predicate, a name or a text to look for")
def _nul(served: Served) -> None:
    assert served.get("/entities?filter=kind=a%00").json == []
    assert served.get(f"{ALL}?fullTextFilterTerm=%00").json["items"] == []
    assert served.get("/entities/by-name/component/default/a%00").status == 404
    assert served.post(ALL, {"query": {"kind": "\0"}}).json["items"] == []


@row("a body that is nested thousands deep")
def _deep(served: Served) -> None:
    nested = '{"$not":' * 5000 + "{}" + "}" * 5000
    assert served.post(ALL, '{"query":' + nested + "}").status == 400


@row("half of a surrogate pair, such as `\\ud800`, in a body")
def _half_in_a_body(served: Served) -> None:
    document = '{"location": "url:https://a.b/c.yaml", "entity": {"kind": "\\ud800"}}'
    answer = served.post("/validate-entity", document)
    assert (answer.status, "surrogate" in answer.message) == (400, True)


@row("`order` with a page, by a field with upper-case letters")
def _cased_order(served: Served) -> None:
    asked = "/entities?limit=9&fields=metadata.name&filter=kind=user,kind=api&order=desc:metadata.NAME"
    assert [entity["metadata"]["name"] for entity in served.get(asked).json] == ["taken", "flowing"]


@row("two orders with a page, by a field of which an entity has several values")
def _several_values(served: Served) -> None:
    asked = "/entities?limit=9&filter=kind=api&order=asc:metadata.tags&order=asc:metadata.name"
    assert len(served.get(asked).json) == 1


@row("a read that carries the `ETag` of the last one")
def _unchanged(served: Served) -> None:
    for path in (ALL, "/entities", "/entity-facets?facet=kind", "/entities/by-name/group/default/team"):
        answer = served.get(path)
        again = served.get(path, if_none_match=answer.headers["etag"])
        assert (answer.status, again.status, again.text) == (200, 304, "")


@row("a file of the workspace, of whatever kind")
def _any_kind(served: Served) -> None:
    assert {"team", "flowing"} <= served.names()


@row("one broken document among others in a file of the workspace")
def _one_broken(served: Served) -> None:
    assert "taken" in served.names()
    assert "broken" not in served.names()


@row("`$text`, `$json` or `$yaml` in a file of the workspace")
def _placeholder(served: Served) -> None:
    assert served.get("/entities/by-name/api/default/taken").json["spec"]["definition"] == "openapi: 3.1.0"


@row("two keys of an entity that differ in nothing but case")
def _case_clash(served: Served) -> None:
    assert "Cased" not in served.names()


@row("an entity that is there again after the database was made anew")
def _stable_uid(served: Served) -> None:
    # Of every database: it is the name-based UUID of the reference.
    found = served.get("/entities/by-name/group/default/team").json["metadata"]["uid"]
    assert found == UID_OF_TEAM


@row("a key that is called `__proto__`")
def _proto(served: Served) -> None:
    assert '"__proto__":{"a":1}' in served.get("/entities/by-name/api/default/taken").text
    entity = USER | {"__proto__": {}}
    assert served.post("/validate-entity", {"entity": entity, "location": "url:https://a.b"}).status == 400


@row("a Scorecard, Exemption or FactSource below `catalog/`")
def _own_kind(served: Served) -> None:
    assert "ready" not in served.names()


@row("an entity whose lists and objects lie more than 100 levels deep in each other")
def _nested(served: Served) -> None:
    for levels, status in ((90, 200), (101, 400), (260, 400), (800, 400)):
        entity: Any = 1
        for _ in range(levels):
            entity = {"a": entity}
        document = USER | {"spec": {"memberOf": [], "x": entity}}
        answer = served.post("/validate-entity", {"entity": document, "location": "url:https://a.b/c.yaml"})
        assert answer.status == status


@row("a tab in front of a value in YAML")
def _tab(served: Served) -> None:
    assert "tabbed" not in served.names()


@row("brackets in YAML that go on at the beginning of the next line")
def _flow(served: Served) -> None:
    assert "flowing" in served.names()


@row("half of a surrogate pair, written as an escape, in YAML or in what `$json` takes in")
def _half_in_a_file(served: Served) -> None:
    files = {
        "/yaml.yaml": user('"\\ud800"'),
        "/json.yaml": user("one").replace("memberOf: []", "memberOf: {$json: ./half.json}"),
        "/half.json": '["\\ud800"]',
    }
    with serve_files(served.elsewhere, files):
        for path, told in (("yaml.yaml", "Unicode"), ("json.yaml", "half.json")):
            target = f"http://127.0.0.1:{served.elsewhere}/{path}"
            answer = served.as_writer().post("/locations?dryRun=true", {"type": "url", "target": target})
            assert (answer.status, told in answer.message) == (400, True)


@row("validating an entity that takes in a file by `$text`, `$json` or `$yaml`")
def _unread(served: Served) -> None:
    entity = USER | {"metadata": {"name": "a", "description": {"$text": "./none.txt"}}}
    assert (
        served.post("/validate-entity", {"entity": entity, "location": "url:https://a.b/c.yaml"}).status
        == 200
    )


@row("validating a Location entity")
def _unfollowed(served: Served) -> None:
    entity = {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Location",
        "metadata": {"name": "a"},
        "spec": {"target": "./none.yaml"},
    }
    assert (
        served.post("/validate-entity", {"entity": entity, "location": "url:https://a.b/c.yaml"}).status
        == 200
    )


@row("registering, updating, refreshing or deleting without a token")
def _no_token(served: Served) -> None:
    body = {"type": "url", "target": "https://a.b/c.yaml"}
    assert served.post("/locations", body).status == 401
    assert served.post("/refresh", {"entityRef": "group:default/team"}).status == 401
    assert served.ask("DELETE", f"/entities/by-uid/{UID_OF_TEAM}").status == 401


@row("a target that begins with a slash, in a file that lies in no repository")
def _slash(served: Served) -> None:
    files = {"/in/all.yaml": location_to("/one.yaml"), "/one.yaml": user("one")}
    with serve_files(served.elsewhere, files):
        target = f"http://127.0.0.1:{served.elsewhere}/in/all.yaml"
        answer = served.as_writer().post("/locations?dryRun=true", {"type": "url", "target": target})

    assert "one" in {entity["metadata"]["name"] for entity in answer.json["entities"]}


@row("an entity that its file holds no more")
def _orphan(served: Served) -> None:
    files = {"/all.yaml": user("stays") + "---\n" + user("goes")}
    target = f"http://127.0.0.1:{served.elsewhere}/all.yaml"
    with serve_files(served.elsewhere, files):
        added = served.as_writer().post("/locations", {"type": "url", "target": target}).json["location"]
        until(lambda: {"stays", "goes"} <= served.names())
        files["/all.yaml"] = user("stays")
        assert served.as_writer().post("/refresh", {"entityRef": added["entityRef"]}).status == 200
        until(lambda: "goes" not in served.names())

    assert "stays" in served.names()


@row("asking which files the catalog is read from")
def _sources(served: Served) -> None:
    assert "catalog/one.yaml" in served.get("/sources").text
