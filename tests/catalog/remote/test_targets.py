"""Where Location entities and placeholders lead, and what is read there."""

from __future__ import annotations

from functools import partial

import pytest

from catalog.sites import reader_for, serve_files
from waypost.catalog.ingestion.reading import Target
from waypost.catalog.remote.targets import ReadError, read_target, read_whole, resolve_target, text_reader
from waypost.catalog.rules.annotations import LocationRef
from waypost.core.errors import InputError

GIT = LocationRef("git", "/srv/shop.git/-/main/-/sub/catalog-info.yaml")


@pytest.mark.parametrize(
    ("base", "kind", "target", "expected"),
    [
        (LocationRef("url", "https://a.b/c/d.yaml"), "url", "./e.yaml", "url:https://a.b/c/e.yaml"),
        (LocationRef("url", "https://a.b/c/d.yaml"), "file", "./e.yaml", "file:./e.yaml"),
        (GIT, "git", "./e.yaml", "git:/srv/shop.git/-/main/-/sub/e.yaml"),
        (GIT, "git", "../e.yaml", "git:/srv/shop.git/-/main/-/e.yaml"),
        (GIT, "git", "../../../e.yaml", "git:/srv/shop.git/-/main/-/e.yaml"),
        (GIT, "git", "/srv/other.git/-/main/-/e.yaml", "git:/srv/other.git/-/main/-/e.yaml"),
        (GIT, "url", "https://a.b/e.yaml", "url:https://a.b/e.yaml"),
        (LocationRef("odd", "a"), "odd", "./e.yaml", "odd:./e.yaml"),
    ],
)
def test_a_target_is_resolved_by_the_type_of_its_location(
    base: LocationRef, kind: str, target: str, expected: str
) -> None:
    assert str(resolve_target(base, Target("location:default/a", kind, target, True, 1))) == expected


def test_a_placeholder_takes_in_nothing_of_another_repository() -> None:
    base = LocationRef("url", "https://github.com/acme/shop/blob/main/catalog-info.yaml")
    with (
        serve_files({}) as site,
        reader_for(site.server) as reader,
        pytest.raises(InputError, match="another repository"),
    ):
        text_reader(partial(read_whole, reader), base)("https://github.com/acme/other/blob/main/openapi.yaml")


@pytest.mark.parametrize(("status", "name"), [(404, "NotFoundError"), (500, "Error")])
def test_what_cannot_be_read_is_an_error(status: int, name: str) -> None:
    with serve_files({"a.yaml": status}) as site, reader_for(site.server) as reader:
        found = read_target(reader, LocationRef("url", site.at("a.yaml")), is_required=True)

    assert isinstance(found, ReadError)
    assert (found.name, found.message[:40]) == (name, "Unable to read url, cannot fetch http://")
