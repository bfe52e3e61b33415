"""Asks the Catalog API, and looks into what it answers."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import quote

import orjson
from flask.testing import FlaskClient

API = "/api/catalog"


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


def by_filter(client: FlaskClient, *filters: str) -> list[str]:
    query = "&".join(f"filter={quote(text)}" for text in filters)
    return sorted(named(get(client, f"/entities?fields=metadata.name&{query}")))


def cursor_of(**changes: Any) -> str:
    """Return a cursor with *changes*, as a client might send it."""
    wire = {"orderFields": [], "orderFieldValues": [], "isPrevious": False, **changes}
    return base64.b64encode(orjson.dumps(wire)).decode()
