"""Facts about files on GitHub, read from a server that answers as its documentation says."""

from __future__ import annotations

import pytest

from catalog.forges import INFO, GitHub, Repository, flaky, reader_of, settings_for
from elsewhere import Reply, serve
from waypost.catalog.remote import github
from waypost.catalog.remote.readers import open_reader
from waypost.catalog.rules.annotations import LocationRef
from waypost.core.fetch.fetcher import FetchError, Outside

SHOP = Repository(
    "acme/shop",
    {
        "catalog-info.yaml": INFO,
        "a b/ü.yaml": b"kind: System\n",
        "services/web/catalog-info.yaml": INFO,
        "services/api/v1/catalog-info.yaml": INFO,
        "services/link/catalog-info.yaml": b"../web",
        ".hidden/catalog-info.yaml": INFO,
        "docs/index.md": b"# Shop",
    },
    links=("services/link/catalog-info.yaml",),
)
ALL = "acme/shop/blob/main/**/catalog-info.yaml"


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("https://github.com/a/b/blob/main/c.yaml", ("github.com", "a", "b", "main", "c.yaml")),
        ("https://github.com/a/b/tree/v1.0/c/d.yaml", ("github.com", "a", "b", "v1.0", "c/d.yaml")),
        ("https://github.com/a/b/edit/main/c%20d.yaml", ("github.com", "a", "b", "main", "c d.yaml")),
        ("https://github.com/a/b/raw/refs/heads/main/c", ("github.com", "a", "b", "main", "c")),
        ("https://git.acme.org:8443/a/b/blob/main/c", ("git.acme.org:8443", "a", "b", "main", "c")),
        ("https://github.com/a/b", None),
        ("https://github.com/a/b/releases/download/v1/c.yaml", None),
        ("https://github.com/a/b/blob/main", None),
    ],
)
def test_an_address_of_a_file_is_understood(url: str, file: tuple[str, ...] | None) -> None:
    found = github.parse_github_file(url)

    assert found == (file and github.GitHubFile("https", *file))


def test_each_github_has_its_own_api() -> None:
    assert github.api_url("https", "github.com") == "https://api.github.com"
    assert github.api_url("https", "git.acme.org:8443") == "https://git.acme.org:8443/api/v3"


@pytest.mark.parametrize(
    ("target", "text"),
    [
        ("acme/shop/blob/main/catalog-info.yaml", INFO.decode()),
        ("acme/shop/tree/main/a%20b/%C3%BC.yaml", "kind: System\n"),
    ],
)
def test_a_file_is_read_by_the_api(target: str, text: str) -> None:
    with serve(GitHub([SHOP])) as server, reader_of(server) as reader:
        content = reader.read(LocationRef("url", f"{server.url}/{target}"))

    assert content is not None
    assert content.text == text
    assert server.asked[0].path.startswith("/api/v3/repos/acme/shop/contents/")


def test_a_file_that_did_not_change_is_not_read_again() -> None:
    with serve(GitHub([SHOP])) as server, reader_of(server) as reader:
        location = LocationRef("url", f"{server.url}/acme/shop/blob/main/catalog-info.yaml")
        first = reader.read(location)
        assert first is not None

        assert reader.read(location, first.stamp) is None


def test_a_file_that_is_not_there_is_missing() -> None:
    with serve(GitHub([SHOP])) as server, reader_of(server) as reader, pytest.raises(FetchError) as raised:
        reader.read(LocationRef("url", f"{server.url}/acme/shop/blob/main/none.yaml"))

    assert raised.value.is_missing
    assert raised.value.reason == "the answer is 404"


def test_permission_is_judged_by_the_address_that_people_see() -> None:
    with serve(GitHub([SHOP])) as server:
        settings = {"fetch.allow": (f"{server.host}/acme",)}
        with reader_of(server, **settings) as reader:
            assert reader.read(LocationRef("url", f"{server.url}/acme/shop/blob/main/catalog-info.yaml"))
            with pytest.raises(FetchError, match=r"add '.*/evil' to the setting fetch\.allow"):
                reader.read(LocationRef("url", f"{server.url}/evil/shop/blob/main/catalog-info.yaml"))

    assert len(server.asked) == 1


def test_a_repository_that_was_renamed_is_found_within_the_api() -> None:
    moved = Reply(301, headers={"Location": "/api/v3/repos/acme/shop/contents/catalog-info.yaml?ref=main"})
    with (
        serve(flaky(GitHub([SHOP]), moved)) as server,
        reader_of(server, **{"fetch.allow": (f"{server.host}/acme",)}) as reader,
    ):
        content = reader.read(LocationRef("url", f"{server.url}/acme/store/blob/main/catalog-info.yaml"))

    assert content is not None
    assert content.text == INFO.decode()


@pytest.mark.parametrize("is_truncated", [False, True])
def test_wildcards_name_the_files_that_match(*, is_truncated: bool) -> None:
    shop = Repository("acme/shop", SHOP.files, links=SHOP.links, is_truncated=is_truncated)
    with serve(GitHub([shop])) as server, reader_of(server) as reader:
        found = reader.expand(LocationRef("url", f"{server.url}/{ALL}"))

    assert found == tuple(
        LocationRef("url", f"{server.url}/acme/shop/blob/main/{path}")
        for path in (
            "catalog-info.yaml",
            "services/api/v1/catalog-info.yaml",
            "services/web/catalog-info.yaml",
        )
    )


def test_a_tree_that_is_too_large_is_walked_where_files_may_match_only() -> None:
    shop = Repository("acme/shop", SHOP.files, is_truncated=True)
    with serve(GitHub([shop])) as server, reader_of(server) as reader:
        found = reader.expand(
            LocationRef("url", f"{server.url}/acme/shop/blob/main/services/*/catalog-info.yaml")
        )

    assert [location.target.rpartition("main/")[2] for location in found] == [
        "services/link/catalog-info.yaml",
        "services/web/catalog-info.yaml",
    ]
    assert not [path for path in server.paths if "docs" in path or "v1" in path]


def test_a_repository_of_too_many_folders_is_told() -> None:
    files = {f"f{number}/a.yaml": INFO for number in range(1001)}
    shop = Repository("acme/shop", files, is_truncated=True)
    with (
        serve(GitHub([shop])) as server,
        reader_of(server) as reader,
        pytest.raises(FetchError, match="more than 1,000 folders to look through: name one of them"),
    ):
        reader.expand(LocationRef("url", f"{server.url}/acme/shop/blob/main/*/a.yaml"))


def test_without_wildcards_nothing_is_asked() -> None:
    with serve(GitHub([])) as server, reader_of(server) as reader:
        location = LocationRef("url", f"{server.url}/acme/shop/blob/main/a.yaml?x=*")

        assert reader.expand(location) == (location,)
    assert server.asked == []


@pytest.mark.parametrize("body", [b"<html>", b"[]"])
def test_an_answer_of_another_shape_is_told(body: bytes) -> None:
    with (
        serve(lambda _: Reply(body=body)) as server,
        reader_of(server) as reader,
        pytest.raises(FetchError, match="its answer is not what this API is known to say"),
    ):
        reader.expand(LocationRef("url", f"{server.url}/{ALL}"))


def test_without_a_token_files_of_github_com_are_downloaded_as_everybody_does() -> None:
    asked: list[str] = []

    def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["10.0.0.1"]

    for environment in ({}, {"FORGE_TOKEN": "x"}):
        with serve(GitHub([])) as server:
            values = {"fetch.allow": ("github.com",), "fetch.tokens": {"github.com": "FORGE_TOKEN"}}
            settings = settings_for(server, **values)
        with (
            open_reader(settings, Outside(resolve=resolve, environment=environment)) as reader,
            pytest.raises(FetchError, match="private"),
        ):
            reader.read(LocationRef("url", "https://github.com/a/b/blob/main/c.yaml"))

    assert asked == ["raw.githubusercontent.com", "api.github.com"]
