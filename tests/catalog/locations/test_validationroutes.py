"""The routes for those who are about to register."""

from __future__ import annotations

import orjson
import pytest
from flask.testing import FlaskClient

from catalog.asking import API, post

ENTITY = {
    "apiVersion": "backstage.io/v1alpha1",
    "kind": "Component",
    "metadata": {"name": "v"},
    "spec": {"type": "a", "lifecycle": "b", "owner": "c"},
}
AT = "url:https://github.com/acme/repo/blob/main/catalog-info.yaml"


def test_a_sound_entity_is_answered_with_nothing(client: FlaskClient) -> None:
    answer = client.post(f"{API}/validate-entity", json={"entity": ENTITY, "location": AT})

    assert (answer.status_code, answer.data, "Content-Type" in answer.headers) == (200, b"", False)


def test_errors_come_without_the_usual_shape(client: FlaskClient) -> None:
    found = post(client, "/validate-entity", {"entity": ENTITY, "location": "file:/x"}, 400)

    assert [error["name"] for error in found["errors"]] == ["TypeError"]


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        ("/validate-entity", {"location": AT}, "request/body must have required property 'entity'"),
        ("/validate-entity", {"entity": [], "location": AT}, "request/body/entity must be object"),
        ("/analyze-location", {}, "request/body must have required property 'location'"),
        (
            "/analyze-location",
            {"location": {"type": "url"}},
            "request/body/location must have required property 'target'",
        ),
        (
            "/analyze-location",
            {"location": {"type": "url", "target": "x"}},
            "The given location.target is not a URL",
        ),
    ],
)
def test_a_body_that_cannot_be_understood_is_refused(
    client: FlaskClient, path: str, body: object, message: str
) -> None:
    assert post(client, path, body, 400)["error"] == {"name": "InputError", "message": message}


@pytest.mark.parametrize(
    ("target", "metadata"),
    [
        (
            "https://github.com/acme/repo/blob/main/catalog-info.yaml",
            {"name": "repo", "annotations": {"github.com/project-slug": "acme/repo"}},
        ),
        (
            "https://gitlab.com/acme/sub/repo",
            {"name": "repo", "annotations": {"gitlab.com/project-slug": "acme/sub/repo"}},
        ),
        ("https://git.example.org/acme/repo", {"name": "repo"}),
        ("https://git.example.org/repo.yaml", {"name": "repo.yaml"}),
    ],
)
def test_an_unknown_repository_is_suggested_as_a_component(
    client: FlaskClient, target: str, metadata: dict[str, object]
) -> None:
    found = post(client, "/analyze-location", {"location": {"type": "url", "target": target}})

    entity = {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": metadata,
        "spec": {"type": "other", "lifecycle": "unknown"},
    }
    assert found == {"existingEntityFiles": [], "generateEntities": [{"entity": entity, "fields": []}]}


def test_these_say_how_they_are_called(client: FlaskClient) -> None:
    answer = client.get(f"{API}/validate-entity")

    assert (answer.status_code, answer.data) == (404, b"")
    assert orjson.loads(client.post(f"{API}/analyze-location?x=1").data)["error"]["message"] == (
        "Unknown query parameter 'x'"
    )
