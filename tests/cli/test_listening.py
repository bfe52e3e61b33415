"""Names are listened on as well as addresses."""

from __future__ import annotations

from pathlib import Path

import pytest

from build import run_waypost
from cli.served import free_port, running, status, wait_for
from waypost.cli.listening import resolve_address
from waypost.core.errors import SettingError


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("0.0.0.0", "0.0.0.0"),  # noqa: S104 - nothing listens there
        ("::1", "::1"),
        ("[::1]", "::1"),
        ("::", "::"),
        ("localhost", "127.0.0.1"),
    ],
)
def test_a_host_has_an_address(host: str, address: str) -> None:
    assert resolve_address(host) == address


@pytest.mark.parametrize(
    "host", ["nowhere.invalid", "", "a b", "*", "x" * 70, "a\0b", "fe80::1%lo", "1.2.3.4:80"]
)
def test_a_host_without_an_address_is_told_plainly(host: str) -> None:
    with pytest.raises(SettingError, match="cannot listen on"):
        resolve_address(host)


def test_serve_listens_on_a_name(starter: Path) -> None:
    port = free_port()

    with running(starter, "serve", "--host", "localhost", "--port", str(port), "--no-refresh"):
        wait_for(f"http://127.0.0.1:{port}/healthz")

        assert status(f"http://localhost:{port}/healthz") == 200


@pytest.mark.parametrize("command", ["serve", "up"])
def test_a_name_that_is_not_known_is_one_line(starter: Path, command: str) -> None:
    done = run_waypost(command, "--host", "nowhere.invalid", cwd=starter)

    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith("Error: cannot listen on 'nowhere.invalid': no such name is known here;")


def test_words_that_are_no_text_are_refused(starter: Path) -> None:
    done = run_waypost("token", "create", "a\udcff", cwd=starter)

    assert (done.returncode, done.stderr) == (1, "Error: 'a\\xff' is not UTF-8 text\n")


def test_a_workspace_whose_path_is_no_text_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "a\udcff"
    folder.mkdir()
    done = run_waypost("check", cwd=folder)

    assert (done.returncode, done.stderr) == (1, f"Error: '{tmp_path}/a\\xff' is not UTF-8 text\n")
