"""Waypost's own API as the catalog describes it: run this file to write the definition anew."""

from __future__ import annotations

import json
from pathlib import Path

from waypost.core.host import open_host
from waypost.core.web import create_app

ROOT = Path(__file__).parents[1]
DEFINITION = ROOT / "catalog" / "platform" / "waypost-api.json"


def own_api() -> str:
    """Return what a backend with default settings answers at ``/openapi.json``, as the repository keeps it."""
    with open_host(ROOT, ["database.url=sqlite://"]) as host:
        app = create_app(host.settings, plugins=host.plugins, engine=host.engine, workspace=host.workspace)
        answer = app.test_client().get("/openapi.json")
    return json.dumps(answer.get_json(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    DEFINITION.write_text(own_api(), encoding="utf-8")
