from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner, Result
from werkzeug.serving import make_server

import build
from facts.conftest import FILES, SOURCES, TILL, make_app
from waypost.cli.group import main
from waypost.core.auth import create_token
from waypost.core.clock import utc_now
from waypost.core.database import transaction
from waypost.core.host import open_host

Run = Callable[..., Result]
PUSHED = SOURCES.replace("collector: meter", "collector: push")
CATALOG_SOURCE = """\
apiVersion: waypost.dev/v1alpha1
kind: FactSource
metadata: {name: catalog}
spec: {collector: catalog, ttl: P2D, facts: {catalog.ownership: {type: object}, catalog.entity: {type: object}}}
"""


def make_run(root: Path) -> Run:
    def run(*arguments: object, code: int = 0, **more: Any) -> Result:
        done = CliRunner().invoke(main, ["--workspace", str(root), *map(str, arguments)], **more)
        assert done.exit_code == code, done.output
        return done

    return run


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace with a source that is collected and one that is pushed, synced."""
    files = FILES | {"catalog/facts.yaml": PUSHED, "catalog/more.yaml": CATALOG_SOURCE}
    root = build.workspace(tmp_path / "estate", files).root
    make_run(root)("sync")
    return root


def test_what_is_pushed_is_shown_with_its_history_and_carried_elsewhere(root: Path, tmp_path: Path) -> None:
    run = make_run(root)
    lines = [
        {
            "source": "meter",
            "entity": TILL,
            "path": "slo.target",
            "value": value,
            "asOf": f"2026-11-0{value}T00:00:00Z",
        }
        for value in (1, 2)
    ]

    pushed = run("facts", "push", "-", input="\n".join(map(json.dumps, lines)))
    shown = run("facts", "show", "till").output
    told = json.loads(run("facts", "show", "component:till", "--format", "json").output)["items"]
    history = json.loads(run("facts", "show", TILL, "--history", "slo.target", "--format", "json").output)[
        "items"
    ]

    assert pushed.output == "meter: 2 accepted\n"
    assert "slo.target: 2.0 percent  (meter, P" in shown
    assert ", stale)" in shown
    assert [each["path"] for each in told] == ["catalog.entity", "catalog.ownership", "slo.target"]
    assert (told[2]["asOf"], told[2]["isStale"]) == ("2026-11-02T00:00:00+00:00", True)
    assert [each["value"] for each in history] == [2.0, 1.0]
    assert "to now UTC: 2.0  (meter)" in run("facts", "show", TILL, "--history", "slo.target").output
    assert "nothing is known" in run("facts", "show", "component:none").output

    out = tmp_path / "facts.ndjson"
    run("facts", "export", "--out", out)
    other = build.workspace(tmp_path / "other", FILES | {"catalog/facts.yaml": PUSHED}).root
    taken = make_run(other)("facts", "import", out).output

    assert "Took over 1 facts of 1 sources; 1 changed." in taken
    assert "no source is named 'catalog'" in taken
    [fact] = json.loads(make_run(other)("facts", "show", "till", "--format", "json").output)["items"]
    assert (fact["value"], fact["asOf"]) == (2.0, "2026-11-02T00:00:00+00:00")


def test_a_fact_that_is_refused_is_told_and_fails_the_command(root: Path, tmp_path: Path) -> None:
    run = make_run(root)
    file = tmp_path / "facts.json"
    facts = [{"entity": TILL, "path": "slo.events", "value": value} for value in (1, "x", "x")]
    file.write_text(json.dumps({"source": "meter", "facts": facts}), encoding="utf-8")

    done = run("facts", "push", file, code=1)

    assert "meter: 1 accepted, 2 refused" in done.output
    assert "refused: 'slo.events' must be an integer, not 'x' (2 facts)" in done.output
    assert "  refused: 'slo.events' must be an integer" in run("facts", "sources").output
    unnamed = run("facts", "push", "-", input=json.dumps(facts), code=1)
    assert "names no source" in unnamed.output
    broken = run("facts", "push", "-", input='{"source": "meter"}\n{"b"', code=1)
    assert "<stdin>:2" in broken.output


def test_the_facts_of_one_entity_are_collected_and_evaluated(root: Path) -> None:
    done = make_run(root)("facts", "refresh", "till")

    assert f"Collected 2 facts of {TILL}; 0 changed." in done.output
    assert "No entity is named 'component:default/none'." in make_run(root)("facts", "refresh", "none").output


@pytest.fixture
def server(root: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a server over the workspace, whose token is in the environment."""
    with open_host(root) as host:
        with transaction(host.engine) as connection:
            _, token = create_token(connection, "ci", at=utc_now(), scopes=["facts"])
        monkeypatch.setenv("FACTS_TOKEN", token)
        served = make_server("127.0.0.1", 0, make_app(host.workspace, host.engine, utc_now()), threaded=True)
        thread = threading.Thread(target=served.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{served.server_port}"
        served.shutdown()
        thread.join(10)
        served.server_close()


def test_facts_are_sent_to_a_server_and_read_from_it(
    root: Path, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_run(root)
    facts = [{"id": f"n{n}", "entity": TILL, "path": "slo.events", "value": n} for n in range(3)]
    push = ("facts", "push", "-", "--source", "meter", "--server", server)

    assert run(*push, input=json.dumps(facts)).output == "meter: 3 accepted\n"
    assert run(*push, input=json.dumps(facts)).output == "meter: 3 duplicate\n"
    assert run(*push, "--full", input="[]").output == "meter: nothing to push\n"
    exported = requests.get(f"{server}/api/facts/export", timeout=10)

    assert exported.headers["Content-Type"] == "application/x-ndjson"
    told = [json.loads(line) for line in exported.text.splitlines()]
    assert {line["path"] for line in told} == {"catalog.entity", "catalog.ownership"}
    assert all(line["readAt"] == line["asOf"] for line in told)
    monkeypatch.setenv("FACTS_TOKEN", "wp_other")
    assert "the token is not known" in run(*push, input=json.dumps(facts), code=1).output
    monkeypatch.delenv("FACTS_TOKEN")
    assert "needs a token" in run(*push, input=json.dumps(facts), code=1).output
