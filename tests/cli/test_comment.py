"""One comment a request, kept up to date: with servers that answer as the documentation of both forges says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner, Result

from waypost.cli.comment import comment
from waypost.cli.reportpage import MARKER
from waypost.core.errors import InputError, ServiceUnavailableError

GITHUB_ME = "github-actions[bot]"


@dataclass
class Desk:
    """The comments of one request, as a forge keeps them, and the calls that it got."""

    comments: list[dict[str, Any]] = field(default_factory=list)
    head: str = "abc"
    calls: list[str] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    status: int = 200
    url: str = ""

    def add(self, by: str, body: str) -> None:
        """Keep a comment."""
        who = {"login": by, "username": by}
        self.comments.append({"id": len(self.comments) + 1, "body": body, "user": who, "author": who})

    def bodies(self) -> list[str]:
        """Return what the comments say."""
        return [comment["body"] for comment in self.comments]

    def answer(self, method: str, path: str, query: Mapping[str, list[str]], body: Any) -> Any:
        """Answer one call."""
        if path.endswith("/user"):
            return {"username": "waypost-bot"}
        if method == "GET" and path.endswith(("/comments", "/notes")):
            page, size = int(query["page"][0]), int(query["per_page"][0])
            return self.comments[(page - 1) * size : page * size]
        if method == "GET":
            return {"head": {"sha": self.head}, "sha": self.head}
        if method == "POST":
            self.add(GITHUB_ME if "issues" in path else "waypost-bot", body["body"])
            return self.comments[-1]
        number = int(path.rpartition("/")[2])
        self.comments[number - 1]["body"] = body["body"]
        return self.comments[number - 1]


@contextmanager
def opened(desk: Desk) -> Iterator[Desk]:
    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            where = urlsplit(self.path)
            desk.calls.append(f"{self.command} {where.path}")
            desk.tokens.add(self.headers.get("PRIVATE-TOKEN") or self.headers.get("Authorization") or "")
            data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            told: Any = {"message": "Resource not accessible by integration"}
            if desk.status == 200:
                told = desk.answer(
                    self.command, where.path, parse_qs(where.query), json.loads(data) if data else None
                )
            payload = json.dumps(told).encode()
            self.send_response(desk.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        do_GET = do_POST = do_PATCH = do_PUT = _answer  # noqa: N815  # The names that the class asks for.

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        desk.url = f"http://127.0.0.1:{server.server_address[1]}"
        yield desk
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def desk() -> Iterator[Desk]:
    with opened(Desk()) as found:
        yield found


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    for name in ("GITHUB_ACTIONS", "GITLAB_CI", "CI_MERGE_REQUEST_IID", "GITHUB_TOKEN", "WAYPOST_TOKEN"):
        monkeypatch.delenv(name, raising=False)

    def post(text: str, environment: Mapping[str, str], *options: str) -> Result:
        file = tmp_path / "report.md"
        file.write_text(text, encoding="utf-8")
        return CliRunner().invoke(comment, [str(file), *options], env=dict(environment))

    return post


def github(desk: Desk) -> dict[str, str]:
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_API_URL": desk.url,
        "GITHUB_REPOSITORY": "acme/platform",
        "GITHUB_TOKEN": "secret",
    }


def gitlab(desk: Desk) -> dict[str, str]:
    return {
        "GITLAB_CI": "true",
        "CI_API_V4_URL": f"{desk.url}/api/v4",
        "CI_PROJECT_ID": "12",
        "CI_MERGE_REQUEST_IID": "7",
        "WAYPOST_TOKEN": "secret",
    }


@dataclass(frozen=True)
class Kind:
    """How a job of one forge posts."""

    environment: Callable[[Desk], dict[str, str]]
    options: tuple[str, ...]
    token: str


FORGES = [
    pytest.param(Kind(github, ("--number", "7"), "Bearer secret"), id="GitHub"),
    pytest.param(Kind(gitlab, (), "secret"), id="GitLab"),
]


@pytest.mark.parametrize("kind", FORGES)
def test_a_report_is_one_comment_however_often_it_comes(
    desk: Desk, run: Callable[..., Result], kind: Kind
) -> None:
    desk.add("somebody", "Looks good.")

    told = [
        run(f"{MARKER}\n{text}", kind.environment(desk), *kind.options).output
        for text in ("one", "two", "two")
    ]

    assert told == ["The comment is posted.\n", "The comment is updated.\n", "The comment is as it was.\n"]
    assert desk.bodies() == ["Looks good.", f"{MARKER}\ntwo"]
    assert desk.tokens == {kind.token}


@pytest.mark.parametrize("kind", FORGES)
def test_what_somebody_else_wrote_is_never_replaced(
    desk: Desk, run: Callable[..., Result], kind: Kind
) -> None:
    desk.add("somebody", f"{MARKER}\nnot ours")

    run(f"{MARKER}\nours", kind.environment(desk), *kind.options)

    assert desk.bodies() == [f"{MARKER}\nnot ours", f"{MARKER}\nours"]


def test_the_comment_is_found_behind_hundreds_of_others(desk: Desk, run: Callable[..., Result]) -> None:
    for number in range(230):
        desk.add("somebody", f"{number}")
    desk.add(GITHUB_ME, f"{MARKER}\nold")

    run(f"{MARKER}\nnew", github(desk), "--number", "7")

    assert desk.bodies()[-1] == f"{MARKER}\nnew"
    assert len(desk.comments) == 231


def test_a_report_of_an_older_commit_is_not_posted(desk: Desk, run: Callable[..., Result]) -> None:
    desk.head = "f" * 40

    done = run("text", github(desk), "--number", "7", "--head", "e" * 40)

    assert done.exit_code == 0
    assert "its own report is on the way" in done.output
    assert desk.comments == []


@pytest.mark.parametrize(
    ("environment", "missing"),
    [
        pytest.param({}, "no job of GitHub Actions or GitLab CI", id="no forge"),
        pytest.param({"GITHUB_ACTIONS": "true"}, "GITHUB_TOKEN is not set", id="no token"),
        pytest.param({"GITLAB_CI": "true"}, "WAYPOST_TOKEN is not set", id="no token of GitLab's"),
    ],
)
def test_what_is_missing_is_told(
    run: Callable[..., Result], environment: dict[str, str], missing: str
) -> None:
    done = run("text", {"GITHUB_TOKEN": "", "GITHUB_API_URL": "http://x", **environment}, "--number", "1")

    assert isinstance(done.exception, InputError)
    assert missing in str(done.exception)


def test_a_refusal_says_what_the_forge_said_and_no_token(desk: Desk, run: Callable[..., Result]) -> None:
    desk.status = 403

    done = run("text", github(desk), "--number", "7")

    assert isinstance(done.exception, ServiceUnavailableError)
    assert "403" in str(done.exception)
    assert "Resource not accessible by integration" in str(done.exception)
    assert "secret" not in str(done.exception)
