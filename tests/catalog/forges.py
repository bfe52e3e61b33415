"""Forges as their documentation describes them, in a few lines: GitHub's REST API v3, and GitLab's v4."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from elsewhere import Answer, Asked, Reply, Server
from waypost.catalog.remote.readers import Reader, open_reader
from waypost.catalog.settings import GITHUB_HOSTS, GITLAB_HOSTS
from waypost.core.fetch.fetcher import Outside
from waypost.core.fetch.settings import ALLOW, PRIVATE, TOKENS
from waypost.core.settings import Settings

TOKEN = "s3cret"  # noqa: S105 - of a test
ENVIRONMENT = {"FORGE_TOKEN": TOKEN}
INFO = b"kind: Component\n"


@dataclass(frozen=True)
class Repository:
    """A repository of a forge: ``path`` is owner and name, or the groups and the name."""

    path: str
    files: Mapping[str, bytes] = field(default_factory=lambda: {"catalog-info.yaml": INFO})
    branch: str = "main"
    topics: tuple[str, ...] = ()
    is_archived: bool = False
    is_fork: bool = False
    is_truncated: bool = False
    links: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


def _json(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    return Reply(status, json.dumps(value).encode(), {"Content-Type": "application/json", **(headers or {})})


def _raw(content: bytes, asked: Asked) -> Reply:
    etag = f'"{hashlib.sha1(content, usedforsecurity=False).hexdigest()}"'
    if asked.headers.get("if-none-match") == etag:
        return Reply(304, headers={"ETag": etag})
    return Reply(body=content, headers={"ETag": etag, "Content-Type": "text/plain"})


def _page(items: list[dict[str, Any]], asked: Asked, most: int) -> tuple[list[dict[str, Any]], int]:
    """Return the page that is asked for, and the number of the next, 0 for none."""
    page, size = int(asked.query.get("page", "1")), min(int(asked.query.get("per_page", "20")), most)
    following = page + 1 if len(items) > page * size else 0
    return items[(page - 1) * size : page * size], following


@dataclass
class GitHub:
    """A GitHub Enterprise Server with *repositories*; it answers nothing without the token."""

    repositories: Iterable[Repository]
    most_per_page: int = 100
    users: tuple[str, ...] = ()

    def __call__(self, asked: Asked) -> Reply:
        if asked.headers.get("authorization") != f"Bearer {TOKEN}":
            return _json({"message": "Bad credentials"}, 401)
        steps = [unquote(step) for step in asked.path.split("/")[1:]]
        if steps[:2] != ["api", "v3"]:
            return Reply(404)
        match steps[2:]:
            case ["orgs" | "users" as kind, owner, "repos"]:
                return self._list(asked, owner, kind)
            case ["repos", owner, name, *rest]:
                found = [each for each in self.repositories if each.path == f"{owner}/{name}"]
                return self._one(asked, found[0], rest) if found else _json({"message": "Not Found"}, 404)
        return Reply(404)

    def _list(self, asked: Asked, owner: str, kind: str) -> Reply:
        mine = [each for each in self.repositories if each.path.startswith(f"{owner}/")]
        if not mine or (kind == "users") != (owner in self.users):
            return _json({"message": "Not Found"}, 404)
        told = [_github_repository(each) for each in mine]
        items, following = _page(told, asked, self.most_per_page)
        url = f"http://{asked.headers.get('host', '')}{asked.path}"
        link = f'<{url}?per_page=2&page={following}>; rel="next", <{url}?page=9>; rel="last"'
        return _json(items, headers={"Link": link} if following else {})

    def _one(self, asked: Asked, repository: Repository, rest: list[str]) -> Reply:
        match rest:
            case ["contents", *path]:
                content = repository.files.get("/".join(path))
                if content is None or asked.query.get("ref") != repository.branch:
                    return _json({"message": "Not Found"}, 404)
                assert asked.headers.get("accept") == "application/vnd.github.raw+json"
                return _raw(content, asked)
            case ["git", "trees", tree]:
                return self._tree(asked, repository, tree)
        return Reply(404)

    def _tree(self, asked: Asked, repository: Repository, tree: str) -> Reply:
        if not repository.files:
            return _json({"message": "Git Repository is empty."}, 409)
        if asked.query.get("recursive"):
            entries = list(_tree(repository))
            shown = entries[:1] if repository.is_truncated else entries
            return _json({"sha": "1", "tree": shown, "truncated": repository.is_truncated})
        folder = "" if tree == repository.branch else tree.removeprefix("sha-").replace("+", "/") + "/"
        below = [
            {**entry, "path": entry["path"].removeprefix(folder)}
            for entry in _tree(repository)
            if entry["path"].startswith(folder)
        ]
        return _json({"sha": tree, "tree": [e for e in below if "/" not in e["path"]], "truncated": False})


def _tree(repository: Repository) -> Iterator[dict[str, str]]:
    folders = {path[:at] for path in repository.files for at, sign in enumerate(path) if sign == "/"}
    for folder in sorted(folders):
        yield {"path": folder, "mode": "040000", "type": "tree", "sha": "sha-" + folder.replace("/", "+")}
    for path in sorted(repository.files):
        mode = "120000" if path in repository.links else "100644"
        yield {"path": path, "mode": mode, "type": "blob", "sha": f"blob-{path}"}


def _github_repository(repository: Repository) -> dict[str, Any]:
    return {
        "name": repository.name,
        "full_name": repository.path,
        "default_branch": repository.branch,
        "archived": repository.is_archived,
        "fork": repository.is_fork,
        "topics": list(repository.topics),
        "size": sum(map(len, repository.files.values())),
        "pushed_at": "2026-11-02T11:00:00Z",
    }


@dataclass
class GitLab:
    """A GitLab with *projects*; pages of trees are by key, those of projects by number."""

    projects: Iterable[Repository]
    most_per_page: int = 100
    has_links: bool = True

    def __call__(self, asked: Asked) -> Reply:
        if asked.headers.get("authorization") != f"Bearer {TOKEN}":
            return _json({"message": "401 Unauthorized"}, 401)
        match [unquote(step) for step in asked.path.split("/")[1:]]:
            case ["api", "v4", "groups", group, "projects"]:
                return self._group(asked, group)
            case ["api", "v4", "projects", project, "repository", *rest]:
                found = [each for each in self.projects if each.path == project]
                if not found or asked.query.get("ref") != found[0].branch:
                    return _json({"message": "404 Project Not Found"}, 404)
                return self._one(asked, found[0], rest)
        return Reply(404)

    def _group(self, asked: Asked, group: str) -> Reply:
        is_deep = asked.query.get("include_subgroups") == "true"
        mine = [
            _gitlab_project(each)
            for each in self.projects
            if each.path.startswith(f"{group}/") and (is_deep or each.path.count("/") == group.count("/") + 1)
        ]
        if not mine:
            return _json({"message": "404 Group Not Found"}, 404)
        items, following = _page(mine, asked, self.most_per_page)
        headers = {"X-Next-Page": str(following or "")}
        if self.has_links and following:
            url = f"http://{asked.headers.get('host', '')}{asked.target.partition('&page=')[0]}"
            headers["Link"] = f'<{url}&page={following}>; rel="next"'
        return _json(items, headers=headers)

    def _one(self, asked: Asked, project: Repository, rest: list[str]) -> Reply:
        match rest:
            case ["files", path, "raw"]:
                content = project.files.get(path)
                return (
                    _json({"message": "404 File Not Found"}, 404) if content is None else _raw(content, asked)
                )
            case ["tree"]:
                assert (asked.query["recursive"], asked.query["pagination"]) == ("true", "keyset")
                below = [e for e in _tree(project) if e["path"].startswith(asked.query.get("path", ""))]
                at = int(asked.query.get("page_token", "0"))
                shown, left = below[at : at + self.most_per_page], below[at + self.most_per_page :]
                url = f"http://{asked.headers.get('host', '')}{asked.target.partition('&page_token')[0]}"
                link = f'<{url}&page_token={at + self.most_per_page}>; rel="next"'
                return _json(shown, headers={"Link": link} if left else {})
        return Reply(404)


def _gitlab_project(project: Repository) -> dict[str, Any]:
    return {
        "path_with_namespace": project.path,
        "default_branch": project.branch if project.files else None,
        "archived": project.is_archived,
        "topics": list(project.topics),
        "empty_repo": not project.files,
        **({"forked_from_project": {"id": 1}} if project.is_fork else {}),
    }


def flaky(answer: Answer, *first: Reply) -> Answer:
    """Answer *first*, one after the other, and then as *answer* does."""
    turns = iter(first)
    return lambda asked: next(turns, None) or answer(asked)


def settings_for(server: Server, **values: Any) -> Settings:
    """Return settings by which *server* is a GitHub and a GitLab that may be asked."""
    defaults = {
        ALLOW.name: (server.host,),
        PRIVATE.name: ("127.0.0.1",),
        TOKENS.name: {server.host: "FORGE_TOKEN"},
        GITHUB_HOSTS.name: ("github.com", server.host),
        GITLAB_HOSTS.name: ("gitlab.com", server.host),
    }
    return Settings(defaults | values)


def on_github(server: Server, **more: Any) -> Settings:
    """Return settings of one provider, for the organisation ``acme`` of *server*."""
    values = {"provider": "github", "organization": "acme", "host": f"http://{server.host}"} | more
    return settings_for(server, **{f"discovery.acme.{name}": value for name, value in values.items()})


def outside() -> Outside:
    """Return the world of a test: nobody sleeps, and the token is in the environment."""
    return Outside(sleep=lambda _: None, environment=ENVIRONMENT)


def reader_of(server: Server, **values: Any) -> Reader:
    """Open a reader that may ask *server*."""
    return open_reader(settings_for(server, **values), outside())
