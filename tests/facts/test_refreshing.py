from __future__ import annotations

import sys
from pathlib import Path

import build
from facts.conftest import FILES, TILL, make_app
from waypost.cli.refreshfacts import FactRefresher, refresh_facts
from waypost.core.auth import create_token
from waypost.core.database import transaction, upgrade
from waypost.core.host import open_host, run_jobs
from waypost.core.plugin import Knowledge
from waypost.core.progress import SilentProgress
from waypost.facts.refreshing import ask

SOURCE = """\
apiVersion: waypost.dev/v1alpha1
kind: FactSource
metadata: {name: catalog}
spec: {collector: catalog, facts: {catalog.entity: {type: object}}}
"""
ADDRESS = "/api/facts/refresh/by-entity/component/default/till"


def test_facts_of_an_entity_are_collected_anew_when_somebody_asks(tmp_path: Path) -> None:
    root = build.workspace(tmp_path / "estate", FILES | {"catalog/facts.yaml": SOURCE}).root
    with open_host(root) as host:
        upgrade(host.engine, host.plugins)
        run_jobs("ingest", host, Knowledge(), now=build.NOON, progress=SilentProgress())
        with transaction(host.engine) as connection:
            _, token = create_token(connection, "ci", at=build.NOON, scopes=["facts"])
        app = make_app(host.workspace, host.engine)
        client, headers = app.test_client(), {"Authorization": f"Bearer {token}"}

        assert client.get(ADDRESS).status_code == 404
        assert client.post(ADDRESS).status_code == 401
        assert client.post(ADDRESS.replace("till", "none"), headers=headers).status_code == 404
        asked = client.post(ADDRESS, headers=headers)
        FactRefresher(host, lambda: refresh_facts(root, ())).tick()
        done = client.get(ADDRESS).get_json()

        assert (asked.status_code, asked.get_json()["state"]) == (202, "waiting")
        assert done["state"] == "done"
        assert done["said"].startswith(f"Collected 1 fact of {TILL}; 1 changed.")
        [fact] = client.get("/api/facts/by-entity/component/default/till").get_json()["items"]
        assert fact["value"]["descriptionLength"] == 12
        assert client.get("/api/facts/by-entity/component/default/orphan").get_json() == {"items": []}


def test_a_refresh_that_fails_is_not_tried_again_at_once(tmp_path: Path) -> None:
    root = build.workspace(tmp_path / "estate", FILES).root
    tried = root / "tried"

    def fail() -> None:
        with tried.open("a", encoding="ascii") as file:
            file.write("x")
        sys.exit(3)

    with open_host(root) as host:
        upgrade(host.engine, host.plugins)
        with transaction(host.engine) as connection:
            ask(connection, TILL, build.NOON)
        refresher = FactRefresher(host, fail)
        refresher.tick()
        refresher.tick()

    assert tried.read_text(encoding="ascii") == "x"
