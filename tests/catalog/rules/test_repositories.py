"""What web addresses say of repositories; the expected values are those of git-url-parse."""

from __future__ import annotations

import pytest

from waypost.catalog.rules.repositories import Repository, is_same_repository, parse_repository, resolve_url

BASE = "https://github.com/acme/shop/blob/main/sub/catalog-info.yaml"


@pytest.mark.parametrize(
    ("url", "owner", "name", "path"),
    [
        (BASE, "acme", "shop", "sub/catalog-info.yaml"),
        ("https://github.com/acme/shop", "acme", "shop", ""),
        ("https://github.com/acme/shop.git", "acme", "shop", ""),
        ("https://github.com/acme", "", "acme", ""),
        ("https://gitlab.com/a/b/c/-/blob/main/x.yaml", "a/b", "c", "x.yaml"),
        ("https://gitlab.com/a/b/blob/main/x.yaml", "a", "b", "x.yaml"),
        ("https://bitbucket.org/a/b/src/master/x.yaml", "a", "b", "x.yaml"),
        ("https://dev.azure.com/org/proj/_git/repo?path=%2Fx.yaml", "proj", "repo", "x.yaml"),
        ("https://example.org/a/blob/tree/c", "a", "blob", ""),
        ("https://example.org/a/b/tree/c/blob/d", "a", "b", "blob/d"),
        ("https://example.org/a/b/c.yaml", "a/b", "c.yaml", ""),
        ("https://example.org/", "", "", ""),
    ],
)
def test_an_address_tells_its_repository(url: str, owner: str, name: str, path: str) -> None:
    found = parse_repository(url)

    assert found is not None
    assert (found.owner, found.name, found.path) == (owner, name, path)


def test_what_is_no_address_tells_none() -> None:
    assert parse_repository("sub/catalog-info.yaml") is None


def test_files_are_compared_by_host_and_repository() -> None:
    assert is_same_repository(BASE, "https://github.com/acme/shop/blob/other/x.txt")
    assert not is_same_repository(BASE, "https://github.com/acme/other/blob/main/x.txt")
    assert not is_same_repository(BASE, "https://github.example/acme/shop/blob/main/x.txt")
    assert is_same_repository(BASE, "https://example.org/x.txt")
    assert is_same_repository(BASE, "x.txt")


@pytest.mark.parametrize(
    ("target", "base", "expected"),
    [
        ("./x.yaml", BASE, "https://github.com/acme/shop/tree/main/sub/x.yaml"),
        ("../x.yaml", BASE, "https://github.com/acme/shop/tree/main/x.yaml"),
        ("/x.yaml", BASE, "https://github.com/acme/shop/tree/main/x.yaml"),
        ("https://example.org/x.yaml", BASE, "https://example.org/x.yaml"),
        ("x.yaml", "https://example.org/a/b.yaml?ref=1#L3", "https://example.org/a/x.yaml?ref=1"),
        ("/x.yaml", "https://example.org/a/b.yaml", "https://example.org/x.yaml"),
    ],
)
def test_a_target_is_resolved_against_where_it_is_written(target: str, base: str, expected: str) -> None:
    assert resolve_url(target, base) == expected


def test_a_repository_has_a_slug() -> None:
    assert Repository("github.com", "acme", "shop").slug == "acme/shop"
