"""Facts about what a provider finds, on servers that answer as the forges' documentation says, and on real repositories."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import build
from catalog.forges import INFO, GitHub, GitLab, Repository, on_github, outside, settings_for
from elsewhere import Answer, Reply, Server, serve
from waypost.catalog.discovery.finding import (
    Discovery,
    discover,
    read_providers,
)
from waypost.catalog.remote.readers import open_reader
from waypost.core.settings import Settings

ESTATE = (
    Repository("acme/shop"),
    Repository("acme/none", {"README.md": b""}),
    Repository("acme/empty", {}),
    Repository("acme/old", is_archived=True),
    Repository("acme/copy", is_fork=True),
    Repository(
        "acme/pay", {"catalog-info.yaml": INFO, "a/catalog-info.yaml": INFO}, branch="trunk", topics=("java",)
    ),
)


def found_by(settings: Settings) -> Discovery:
    """Let the one provider of *settings* look."""
    [provider] = read_providers(settings)
    with open_reader(settings, outside()) as reader:
        return discover(provider, reader)


def on_gitlab(server: Server, **more: Any) -> Settings:
    values = {"provider": "gitlab", "group": "acme/retail", "host": f"http://{server.host}"} | more
    named = {f"discovery.acme.{name}": value for name, value in values.items()}
    return settings_for(server, **named, **{"catalog.github_hosts": ()})


def targets(server: Server, found: Discovery) -> list[str]:
    return [location.target.removeprefix(f"{server.url}/") for location in found.locations]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        pytest.param(
            {}, ["shop/blob/main/catalog-info.yaml", "pay/blob/trunk/catalog-info.yaml"], id="default"
        ),
        pytest.param({"branch": "trunk"}, ["pay/blob/trunk/catalog-info.yaml"], id="branch"),
        pytest.param({"repositories": "s.*"}, ["shop/blob/main/catalog-info.yaml"], id="name"),
        pytest.param({"repositories": "sho"}, [], id="the whole name"),
        pytest.param({"repositories": "none", "path": "*.md"}, ["none/blob/main/README.md"], id="any name"),
        pytest.param({"topics": ("go", "java")}, ["pay/blob/trunk/catalog-info.yaml"], id="topics"),
        pytest.param(
            {"repositories": "old", "archived": True}, ["old/blob/main/catalog-info.yaml"], id="archived"
        ),
        pytest.param(
            {"repositories": "copy", "forks": True}, ["copy/blob/main/catalog-info.yaml"], id="forks"
        ),
        pytest.param({"path": "/a/catalog-info.yaml"}, ["pay/blob/trunk/a/catalog-info.yaml"], id="path"),
        pytest.param(
            {"path": "**/catalog-info.yaml", "repositories": "pay|empty"},
            ["pay/blob/trunk/a/catalog-info.yaml", "pay/blob/trunk/catalog-info.yaml"],
            id="wildcards",
        ),
    ],
)
def test_repositories_of_an_organisation_are_found(more: dict[str, Any], expected: list[str]) -> None:
    with serve(GitHub(ESTATE, most_per_page=2)) as server:
        found = found_by(on_github(server, **more))

    assert found.error == ""
    assert targets(server, found) == [f"acme/{path}" for path in expected]


def test_repositories_of_a_user_are_found() -> None:
    with serve(GitHub(ESTATE, most_per_page=2, users=("acme",))) as server:
        found = found_by(on_github(server, repositories="shop"))

    assert targets(server, found) == ["acme/shop/blob/main/catalog-info.yaml"]


def test_only_the_organisation_need_be_allowed() -> None:
    with serve(GitHub(ESTATE)) as server:
        settings = on_github(server).having({"fetch.allow": (f"{server.host}/acme",)})
        found = found_by(settings)

    assert len(found.locations) == 2


@pytest.mark.parametrize("has_links", [True, False])
def test_projects_of_a_group_and_its_subgroups_are_found(*, has_links: bool) -> None:
    projects = (
        Repository("acme/retail/shop"),
        Repository("acme/retail/team/pay"),
        Repository("acme/retail/empty", {}),
        Repository("acme/retail/old", is_archived=True),
        Repository("acme/retail/copy", is_fork=True),
        Repository("acme/other/x"),
    )
    with serve(GitLab(projects, most_per_page=2, has_links=has_links)) as server:
        found = found_by(on_gitlab(server))
        named = found_by(on_gitlab(server, repositories="team/.*", path="*.yaml"))

    assert targets(server, found) == [
        "acme/retail/shop/-/blob/main/catalog-info.yaml",
        "acme/retail/team/pay/-/blob/main/catalog-info.yaml",
    ]
    assert targets(server, named) == ["acme/retail/team/pay/-/blob/main/catalog-info.yaml"]
    assert (found.error, named.error) == ("", "")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of repositories, one of them bare, one empty, one without a file to find, and one too deep."""
    root = tmp_path / "git"
    for name in ("shop", "team/pay", "none", "a/b/c/deep"):
        build.write_files(root / name, {"x.md" if name == "none" else "catalog-info.yaml": INFO})
        build.commit(root / name)
    build.git(root, "clone", "-q", "--bare", "shop", "bare.git")
    build.git(root, "init", "-q", "empty")
    return root


def test_repositories_in_a_folder_are_found(folder: Path) -> None:
    values = {"provider": "git", "folder": str(folder)}
    settings = Settings({f"discovery.x.{name}": value for name, value in values.items()})
    settings = settings.having({"catalog.git_folders": (str(folder),)})

    [provider] = read_providers(settings)
    with open_reader(settings) as reader:
        found = discover(provider, reader)

    assert [location.target for location in found.locations] == [
        f"{folder}/{name}/-/main/-/catalog-info.yaml" for name in ("bare.git", "shop", "team/pay")
    ]
    assert found.error == ""


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"repositories": "team/.*"}, ["team/pay/-/main/-/catalog-info.yaml"]),
        ({"path": "*.md"}, ["none/-/main/-/x.md"]),
        ({"branch": "other"}, []),
    ],
)
def test_repositories_in_a_folder_are_chosen(folder: Path, more: dict[str, str], expected: list[str]) -> None:
    values = {"provider": "git", "folder": str(folder)} | more
    settings = Settings({f"discovery.x.{name}": value for name, value in values.items()})

    found = found_by(settings.having({"catalog.git_folders": (str(folder),)}))

    assert [location.target.removeprefix(f"{folder}/") for location in found.locations] == expected
    assert found.error == ""


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    values = {"discovery.x.provider": "git", "discovery.x.folder": str(tmp_path / "none")}

    found = found_by(Settings(values))

    assert found.error == f"cannot fetch {tmp_path}/none: there is no such folder"


def test_a_folder_that_may_not_be_read_is_told(folder: Path) -> None:
    settings = Settings({"discovery.x.provider": "git", "discovery.x.folder": str(folder)})

    [provider] = read_providers(settings)
    with open_reader(settings) as reader:
        found = discover(provider, reader)

    assert found.locations == ()
    assert "it is not allowed: add" in found.error


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'["a.yaml", "/b.yaml", "http://c.org/d.yaml"]', id="a list"),
        pytest.param(
            b"kind: Location\nspec: {target: a.yaml, targets: [/b.yaml, 'http://c.org/d.yaml']}\n",
            id="a Location",
        ),
        pytest.param(
            b"kind: Location\nspec: {target: ./a.yaml}\n---\nkind: Location\nspec: {targets: [/b.yaml, 'http://c.org/d.yaml']}\n",
            id="two Locations",
        ),
    ],
)
def test_an_index_document_lists_addresses(body: bytes) -> None:
    with serve(lambda _: Reply(body=body)) as server:
        values = {"discovery.x.provider": "http", "discovery.x.url": f"{server.url}/in/index"}
        found = found_by(settings_for(server, **values))

    assert [location.target for location in found.locations] == [
        f"{server.url}/in/a.yaml",
        f"{server.url}/b.yaml",
        "http://c.org/d.yaml",
    ]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"[1]", "it is neither a list of addresses nor an entity of the kind Location"),
        (b"kind: Component\n", "it is neither a list of addresses nor an entity of the kind Location"),
        (b"a: [", "line 2: "),
        (b'["http://["]', "it lists 'http://[', which is no address"),
    ],
)
def test_an_index_document_that_is_none_is_told(body: bytes, reason: str) -> None:
    with serve(lambda _: Reply(body=body)) as server:
        values = {"discovery.x.provider": "http", "discovery.x.url": server.url}
        found = found_by(settings_for(server, **values))

    assert reason in found.error


def _failing_at(part: str, reply: Reply, answer: Answer) -> Answer:
    return lambda asked: reply if part in asked.target else answer(asked)


def test_what_was_found_before_an_error_stays() -> None:
    answer = _failing_at("page=2", Reply(404), GitHub(ESTATE, most_per_page=2))
    with serve(answer) as server:
        found = found_by(on_github(server))

    assert targets(server, found) == ["acme/shop/blob/main/catalog-info.yaml"]
    assert found.error.endswith("the answer is 404")


def test_an_error_of_one_repository_hides_no_other() -> None:
    with serve(_failing_at("/shop/", Reply(400), GitHub(ESTATE))) as server:
        found = found_by(on_github(server))

    assert targets(server, found) == ["acme/pay/blob/trunk/catalog-info.yaml"]
    assert found.error.endswith("contents/catalog-info.yaml?…: the answer is 400")


def test_nothing_more_is_asked_of_a_host_whose_limit_is_reached() -> None:
    many = [Repository(f"acme/r{number}") for number in range(60)]
    limited = Reply(429, headers={"Retry-After": "3600"})
    with serve(_failing_at("/contents/", limited, GitHub(many))) as server:
        found = found_by(on_github(server))

    assert "it asks to wait until" in found.error
    assert len(server.asked) < 20
