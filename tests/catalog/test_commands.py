"""``waypost location``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from catalog.sites import COMPONENT, Site, serve_files
from waypost.cli.group import main


@pytest.fixture
def site() -> Iterator[Site]:
    """A web server with a component."""
    with serve_files({"one.yaml": COMPONENT % "one"}) as serving:
        yield serving


class Shell:
    """Runs commands in a workspace that may read from a site."""

    def __init__(self, runner: CliRunner, root: Path, site: Site) -> None:
        self._runner = runner
        self._begin = ["--workspace", str(root)]
        self._begin += ["--set", f"fetch.allow={site.server.host}", "--set", "fetch.private=127.0.0.0/8"]

    def __call__(self, *arguments: str, code: int = 0) -> str:
        """Return what ``waypost location`` prints with *arguments*."""
        done = self._runner.invoke(main, [*self._begin, "location", *arguments])
        assert done.exit_code == code, done.output
        return done.output


@pytest.fixture
def location(runner: CliRunner, tmp_path: Path, site: Site) -> Shell:
    """Runs ``waypost location``."""
    return Shell(runner, tmp_path, site)


def test_a_location_is_added_listed_and_removed(location: Shell, site: Site) -> None:
    target = site.at("one.yaml")

    added = location("add", target)
    listed = location("list")
    shown = location("show", target)
    refreshed = location("refresh", added.split()[0])
    removed = location("remove", target)

    assert f"url:{target}" in added
    assert [line.split()[:4] for line in listed.splitlines()] == [
        ["source", "asked", "by", "state"],
        [f"url:{target}", "registered", "waiting", "never"],
    ]
    assert "state   waiting, failures: 0" in shown
    assert refreshed == f"url:{target} is due now.\n"
    assert removed == f"url:{target} is no longer registered.\n"
    assert location("list") == "The catalog reads nothing from elsewhere ('waypost location add').\n"


def test_a_dry_run_lists_what_would_come(location: Shell, site: Site) -> None:
    lines = location("add", site.at("one.yaml"), "--dry-run").splitlines()

    assert lines[0].startswith("location:default/generated-")
    assert lines[1:] == ["component:default/one"]
    assert "reads nothing" in location("list")


def test_a_location_is_registered_once_unless_it_is_to_be_read_again(location: Shell, site: Site) -> None:
    first = location("add", site.at("one.yaml"))

    assert "already exists" in location("add", site.at("one.yaml"), code=1)
    assert location("add", site.at("one.yaml"), "--again") == first


@pytest.mark.parametrize("command", ["show", "remove", "refresh"])
def test_what_nobody_registered_is_not_found(location: Shell, command: str) -> None:
    assert location(command, "nope", code=1) == "Error: no registered location is named 'nope'\n"


def test_only_allowed_types_are_registered(location: Shell) -> None:
    assert "must be of an allowed type" in location("add", "/x", "--type", "file", code=1)
