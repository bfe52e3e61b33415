from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import validate

from waypost.core import web
from waypost.core.errors import WaypostError
from waypost.core.openapi import describe_api
from waypost.core.pages import api_page
from waypost.core.plugin import Plugin
from waypost.core.settings import Settings


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    described: dict[str, Any] = client.get("/openapi.json").get_json()
    return described


def test_the_description_is_valid(document: dict[str, Any]) -> None:
    validate(document)

    assert document["openapi"] == "3.1.0"


def test_the_description_of_all_plugins_is_valid(plugins: tuple[Plugin, ...]) -> None:
    app = web.create_app(Settings(), plugins=plugins)

    validate(describe_api(app, plugins))


def test_every_route_of_ours_says_what_it_answers(plugins: tuple[Plugin, ...]) -> None:
    app = web.create_app(Settings(), plugins=plugins)
    described = describe_api(app, plugins)["paths"]

    silent = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/") and not hasattr(app.view_functions[rule.endpoint], "contract")
    ]

    assert silent == []
    assert all(each["summary"] for path in described.values() for each in path.values())


def test_an_operation_tells_parameters_answers_and_errors(document: dict[str, Any]) -> None:
    listed = document["paths"]["/api/notes"]["get"]

    assert listed["summary"] == "List notes."
    assert listed["description"] == "They come sorted."
    assert listed["tags"] == ["notes"]
    assert [parameter["name"] for parameter in listed["parameters"]] == ["sortBy", "tag", "limit"]
    assert sorted(listed["responses"]) == ["200", "400"]
    assert listed["responses"]["200"]["content"]["application/json"]["schema"] == {
        "type": "array",
        "items": {"$ref": "#/components/schemas/Note"},
    }


def test_what_writes_demands_a_token(document: dict[str, Any]) -> None:
    added, removed = document["paths"]["/api/notes"]["post"], document["paths"]["/api/notes/{name}"]["delete"]

    assert added["security"] == removed["security"] == [{"token": []}]
    assert sorted(added["responses"]) == ["201", "400", "401", "403"]
    assert "content" not in removed["responses"]["204"]


def test_the_description_changes_its_tag_with_its_content(app: Flask) -> None:
    other = web.create_app(Settings(), plugins=[]).test_client()

    tags = {client.get("/openapi.json").headers["ETag"] for client in (app.test_client(), other)}

    assert len(tags) == 2


def test_the_page_of_the_api_tells_each_endpoint(document: dict[str, Any]) -> None:
    page = api_page(document)

    assert (page.uri, page.title) == ("reference/api.md", "API")
    assert '### POST /api/notes {data-toc-label="POST /api/notes"}\n' in page.markdown
    assert (
        'curl -X POST -H "Authorization: Bearer $TOKEN"'
        " -H 'Content-Type: application/json' --data @body.json \"http://127.0.0.1:7007/api/notes\""
    ) in page.markdown
    assert "| 200 | The answer. list of [Note](#schema-note) |" in page.markdown
    assert "### Note {#schema-note}" in page.markdown
    assert "| `madeAt` | string (date-time) | When it was made. |" in page.markdown


def test_a_plugin_without_routes_has_no_part_in_the_description() -> None:
    quiet = Plugin(name="quiet", summary="Says nothing.")

    described = describe_api(web.create_app(Settings(), plugins=[quiet]), [quiet])

    assert "tags" not in described


def test_the_page_of_an_api_without_schemas_ends_with_its_errors() -> None:
    page = api_page({"paths": {}})

    assert "## Schemas" not in page.markdown
    assert page.markdown.splitlines()[-1].startswith("| `ServiceUnavailableError` | 503 |")


def test_errors_of_a_plugin_are_not_told_as_the_hosts() -> None:
    class OwnError(WaypostError):
        """A thing of its own."""

    assert f"`{OwnError.__name__}`" not in api_page({}).markdown


def test_leaving_a_choice_empty_is_not_shown_as_a_choice() -> None:
    parameter = {"name": "include", "in": "query", "schema": {"type": "string", "enum": ["", "a", "b"]}}

    page = api_page({"paths": {"/x": {"get": {"parameters": [parameter], "responses": {}}}}})

    assert "| `include` | query | `a` or `b` | optional |" in page.markdown


def test_each_part_of_the_api_is_described_where_it_lies(
    plugins: tuple[Plugin, ...], client: FlaskClient
) -> None:
    app = web.create_app(Settings(), plugins=plugins)

    for name in [plugin.name for plugin in plugins if plugin.routes]:
        described = app.test_client().get(f"/api/{name}/openapi.json").get_json()
        validate(described)
        assert [tag["name"] for tag in described["tags"]] == [name]
        assert all(f"{path}/".startswith(f"/api/{name}/") for path in described["paths"])
    assert "/api/notes/bytes/ready" in client.get("/api/notes/openapi.json").get_json()["paths"]
