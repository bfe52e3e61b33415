from __future__ import annotations

import signal
import socket
import threading
import time
from pathlib import Path

import pytest

from build import run_waypost
from cli.served import data, free_port, running, status, text, wait_for
from waypost.cli.serve import wait_for_port
from waypost.core.errors import ServiceUnavailableError

ENTITY = "/api/catalog/entities/by-name/component/default/knowledge-base"


def test_serve_syncs_and_answers(starter: Path) -> None:
    port = free_port()

    with running(starter, "serve", "--port", str(port)):
        wait_for(f"http://127.0.0.1:{port}/healthz")
        entity = data(f"http://127.0.0.1:{port}{ENTITY}")

    assert entity["metadata"]["title"] == "Knowledge base"
    assert {"type": "ownedBy", "targetRef": "group:default/platform"} in entity["relations"]


def test_serve_takes_another_database(starter: Path, database_url: str) -> None:
    port = free_port()

    with running(starter, "serve", "--port", str(port), "--database", database_url, "--workers", "2"):
        wait_for(f"http://127.0.0.1:{port}{ENTITY}")

    assert not (starter / ".waypost" / "waypost.db").exists()


def test_a_webhook_that_is_set_wrong_ends_the_server_with_a_line(starter: Path) -> None:
    setting = ("--set", "webhook.chat.url=https://chat.example.com/hook")

    done = run_waypost(*setting, "serve", "--no-sync", "--port", str(free_port()), cwd=starter)

    assert done.returncode == 1
    assert "Error: 'webhook.chat.secret' must be set" in done.stderr


def test_a_port_that_is_taken_is_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(ServiceUnavailableError, match="choose another with --port"):
            wait_for_port("127.0.0.1", taken.getsockname()[1], wait_s=0)


def test_a_port_that_is_let_go_is_waited_for() -> None:
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    taken.listen()
    release = threading.Timer(0.1, taken.close)
    release.start()

    wait_for_port("127.0.0.1", taken.getsockname()[1], wait_s=5)

    release.join()


def test_workers_end_when_the_server_is_killed(starter: Path) -> None:
    port = free_port()
    with running(starter, "serve", "--port", str(port)) as server:
        wait_for(f"http://127.0.0.1:{port}/healthz")
        server.send_signal(signal.SIGKILL)
        server.wait()

        deadline = time.monotonic() + 10
        while status(f"http://127.0.0.1:{port}/healthz") and time.monotonic() < deadline:
            time.sleep(0.2)

    assert status(f"http://127.0.0.1:{port}/healthz") == 0


def test_up_serves_the_site_rebuilds_it_and_starts_again_where_it_was(starter: Path) -> None:
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    with running(starter, "up", "--port", str(port)) as first:
        wait_for(f"{base}/")
        assert "Test platform" in text(f"{base}/")
        home = starter / "site" / "index.md"
        home.write_text(home.read_text(encoding="utf-8") + "\nA sentence more.\n", encoding="utf-8")
        deadline = time.monotonic() + 60
        while "A sentence more." not in text(f"{base}/") and time.monotonic() < deadline:
            time.sleep(0.3)
        assert "A sentence more." in text(f"{base}/")
        uid = data(base + ENTITY)["metadata"]["uid"]
        first.send_signal(signal.SIGKILL)
        first.wait()

    with running(starter, "up", "--port", str(port)):
        wait_for(base + ENTITY)
        assert data(base + ENTITY)["metadata"]["uid"] == uid
        assert "A sentence more." in text(f"{base}/")


def test_sync_and_evaluate_say_what_they_did(starter: Path) -> None:
    done = run_waypost("sync", cwd=starter)

    assert done.returncode == 0
    assert "entities" in done.stderr


def test_sync_leaves_out_what_is_wrong_and_says_so(starter: Path) -> None:
    (starter / "catalog" / "broken.yaml").write_text("kind: Component\n", encoding="utf-8")

    done = run_waypost("sync", cwd=starter)

    assert done.returncode == 0
    assert "errors in the files were met; 'waypost check' tells where" in done.stderr
