"""Where Waypost answers otherwise than Backstage: each row of the page is shown by a request."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import build
from conformance.differences import ROWS, until
from conformance.serving import Served, serve

PAGE = Path(__file__).parents[2] / "site/reference/backstage-differences.md"

STRANGE = {
    "catalog/one.yaml": """\
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: team}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: broken}
spec: {type: service}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: Cased}
spec: {type: service, lifecycle: production, owner: team, size: 1, Size: 2}
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: taken, tags: [b, a], __proto__: {a: 1}}
spec: {type: openapi, lifecycle: production, owner: team, definition: {$text: ../api.txt}}
""",
    "catalog/tab.yaml": """\
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: tabbed}
spec:
  memberOf:
    -\tteam
""",
    "catalog/flow.yaml": """\
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: flowing}
spec:
  memberOf: [
team]
""",
    "catalog/own.yaml": """\
apiVersion: waypost.dev/v1alpha1
kind: Scorecard
metadata: {name: ready}
spec: {title: Ready, checks: []}
""",
    "api.txt": "openapi: 3.1.0",
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build.workspace(tmp_path_factory.mktemp("differences"), STRANGE).root


@pytest.fixture(scope="module")
def served(root: Path) -> Iterator[Served]:
    with serve(root, may_write=False) as running:
        done = build.run_waypost("token", "create", "tests", cwd=root)
        yield replace(running, writer_token=done.stdout.split()[-1])


def rows_of_page() -> list[str]:
    """Return what stands first in each row of the page's tables."""
    rows = re.findall(r"^\| (?!when \|)(.+?) \| ", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return [row for row in rows if row]


def test_every_row_of_the_page_is_shown_by_a_request() -> None:
    assert rows_of_page() == list(ROWS)


@pytest.mark.parametrize("words", rows_of_page())
def test_a_difference_is_as_the_page_says(served: Served, words: str) -> None:
    ROWS[words](served)


def test_a_strangers_token_does_no_harm_to_who_reads(served: Served) -> None:
    assert (
        served.get("/entities/by-name/group/default/team", authorization="Bearer eyJhbGciOi.e30.c2ln").status
        == 200
    )


def test_a_location_that_may_not_be_fetched_says_which_setting_would_let_it(served: Served) -> None:
    asked = {"type": "url", "target": "https://elsewhere.example/c.yaml"}

    ref = served.as_writer().post("/locations", asked).json["location"]["entityRef"]

    path = f"/entities/by-name/{ref.replace(':', '/')}"
    until(lambda: "fetch.allow" in served.get(path).text)
    assert "fetch.allow" in served.get(path).json["status"]["items"][0]["message"]


@pytest.mark.parametrize(
    "target", ["http://[", "nonsense", "https://a:99999/", " x", "http://\u2100.example/x"]
)
def test_a_location_that_is_no_address_says_so_and_stops_no_other(served: Served, target: str) -> None:
    ref = (
        served.as_writer().post("/locations", {"type": "url", "target": target}).json["location"]["entityRef"]
    )

    until(lambda: "status" in served.get(f"/entities/by-name/{ref.replace(':', '/')}").json)
    assert served.as_writer().post("/locations?dryRun=1", {"type": "url", "target": target}).status == 400


def test_check_says_why_an_entity_is_missing(root: Path) -> None:
    told = build.run_waypost("check", "catalog", cwd=root).stdout

    for words in ("one.yaml:9", "differ only in case: spec.Size, spec.size", "tab.yaml:6:"):
        assert words in told, told
