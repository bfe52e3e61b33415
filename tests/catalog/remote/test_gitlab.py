"""Facts about files on GitLab, read from a server that answers as its documentation says."""

from __future__ import annotations

import pytest

from catalog.forges import INFO, GitLab, Repository, reader_of
from elsewhere import Reply, serve
from waypost.catalog.remote import gitlab
from waypost.catalog.rules.annotations import LocationRef
from waypost.core.fetch.fetcher import FetchError

SHOP = Repository(
    "acme/retail/shop",
    {
        "catalog-info.yaml": INFO,
        "a/b/catalog-info.yaml": INFO,
        "a/c/catalog-info.yaml": INFO,
        "a/c/other.yaml": INFO,
        "z/catalog-info.yaml": INFO,
    },
)
BASE = "acme/retail/shop/-/blob/main"


@pytest.mark.parametrize(
    ("path", "file"),
    [
        ("a/b/-/blob/main/c.yaml", ("a/b", "main", "c.yaml")),
        ("a/b/c/d/-/blob/main/e/f.yaml", ("a/b/c/d", "main", "e/f.yaml")),
        ("a/b/blob/main/c.yaml", ("a/b", "main", "c.yaml")),
        ("a/b/-/raw/v1/c%20d.yaml", ("a/b", "v1", "c d.yaml")),
        ("a/b/-/tree/main/blob/c.yaml", ("a/b", "main", "blob/c.yaml")),
        ("a/b", None),
        ("api/v4/projects/1/repository/files/blob/main/raw", None),
    ],
)
def test_an_address_of_a_file_is_understood(path: str, file: tuple[str, str, str] | None) -> None:
    found = gitlab.parse_gitlab_file(f"https://gitlab.com/{path}")

    assert found == (file and gitlab.GitLabFile("https", "gitlab.com", *file))


def test_a_file_is_read_by_the_api() -> None:
    with serve(GitLab([SHOP])) as server, reader_of(server, **{"catalog.github_hosts": ()}) as reader:
        location = LocationRef("url", f"{server.url}/{BASE}/a/b/catalog-info.yaml")
        content = reader.read(location)
        assert content is not None
        assert content.text == INFO.decode()
        assert reader.read(location, content.stamp) is None

    path = "/api/v4/projects/acme%2Fretail%2Fshop/repository/files/a%2Fb%2Fcatalog-info.yaml/raw"
    assert server.paths == [path, path]


def test_wildcards_name_the_files_that_match_page_by_page() -> None:
    with (
        serve(GitLab([SHOP], most_per_page=2)) as server,
        reader_of(server, **{"catalog.github_hosts": ()}) as reader,
    ):
        found = reader.expand(LocationRef("url", f"{server.url}/{BASE}/a/*/catalog-info.yaml"))

    assert found == (
        LocationRef("url", f"{server.url}/{BASE}/a/b/catalog-info.yaml"),
        LocationRef("url", f"{server.url}/{BASE}/a/c/catalog-info.yaml"),
    )
    assert len(server.asked) == 3


def test_a_next_page_on_another_host_gets_no_token() -> None:
    other = Reply(body=b"[]", headers={"Link": '<http://evil.example/api>; rel="next"'})
    with (
        serve(lambda _: other) as server,
        reader_of(server, **{"catalog.github_hosts": ()}) as reader,
        pytest.raises(FetchError, match="its next page is on another host"),
    ):
        reader.expand(LocationRef("url", f"{server.url}/{BASE}/*.yaml"))


@pytest.mark.parametrize(
    "reply",
    [
        Reply(body=b"[1]"),
        Reply(body=b"[]", headers={"Link": '<http://[>; rel="next"'}),
    ],
)
def test_an_answer_of_another_shape_is_told(reply: Reply) -> None:
    with (
        serve(lambda _: reply) as server,
        reader_of(server, **{"catalog.github_hosts": ()}) as reader,
        pytest.raises(FetchError, match="its answer is not what this API is known to say"),
    ):
        reader.expand(LocationRef("url", f"{server.url}/{BASE}/*.yaml"))


def test_pages_end() -> None:
    endless = Reply(body=b"[]", headers={"Link": '<?page=1>; rel="next"'})
    with (
        serve(lambda _: endless) as server,
        reader_of(server, **{"catalog.github_hosts": ()}) as reader,
        pytest.raises(FetchError, match="it has more than 1000 pages"),
    ):
        reader.expand(LocationRef("url", f"{server.url}/{BASE}/*.yaml"))


def test_wildcards_on_plain_hosts_are_refused() -> None:
    with serve(GitLab([])) as server:
        values = {"catalog.github_hosts": (), "catalog.gitlab_hosts": ()}
        with (
            reader_of(server, **values) as reader,
            pytest.raises(FetchError, match="on GitHub and GitLab only"),
        ):
            reader.expand(LocationRef("url", f"{server.url}/a/*.yaml"))
