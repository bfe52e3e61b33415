"""Facts about reading plain addresses, and about what is read by nothing here."""

from __future__ import annotations

import pytest

from catalog.forges import GitHub, Repository, reader_of
from elsewhere import Reply, serve
from waypost.catalog.locations.dryrun import dry_run
from waypost.catalog.remote.readers import open_reader
from waypost.catalog.rules.annotations import Forges, LocationRef, location_annotations
from waypost.core.fetch.fetcher import FetchError
from waypost.core.settings import Settings


def test_any_other_address_is_read_as_it_is() -> None:
    with serve(lambda _: Reply(body=b"\xef\xbb\xbfkind: A\n")) as server, reader_of(server) as reader:
        content = reader.read(LocationRef("url", f"{server.url}/a.yaml?ref=1"))

    assert content is not None
    assert (content.text, content.stamp) == ("kind: A\n", "")
    assert server.asked[0].target == "/a.yaml?ref=1"


def test_what_is_no_text_is_told() -> None:
    with (
        serve(lambda _: Reply(body=b"\xff")) as server,
        reader_of(server) as reader,
        pytest.raises(FetchError) as raised,
    ):
        reader.read(LocationRef("url", f"{server.url}/a.yaml?key=1"))

    assert str(raised.value) == f"cannot fetch {server.url}/a.yaml: it is not text in UTF-8"


def test_a_file_outside_of_the_workspace_is_never_read() -> None:
    with (
        open_reader(Settings()) as reader,
        pytest.raises(FetchError, match="'file' are read in the workspace only"),
    ):
        reader.read(LocationRef("file", "/etc/passwd"))


@pytest.mark.parametrize(
    ("url", "edit", "source"),
    [
        (
            "https://git.acme.org/a/b/blob/main/c/d.yaml",
            "https://git.acme.org/a/b/edit/main/c/d.yaml",
            "url:https://git.acme.org/a/b/tree/main/c/",
        ),
        (
            "https://lab.acme.org:8443/a/b/c/-/blob/main/d.yaml",
            "https://lab.acme.org:8443/a/b/c/-/edit/main/d.yaml",
            "url:https://lab.acme.org:8443/a/b/c/-/blob/main/",
        ),
        ("https://lab.acme.org/a/-/blob/main/d.yaml", None, None),
    ],
)
def test_where_to_edit_is_known_on_forges_of_ones_own(url: str, edit: str | None, source: str | None) -> None:
    forges = Forges(github=("git.acme.org",), gitlab=("lab.acme.org:8443",))
    location = LocationRef("url", url)

    found = location_annotations(location, location, forges)

    assert found.get("backstage.io/edit-url") == edit
    assert found.get("backstage.io/source-location") == source


def test_an_entity_on_a_forge_of_ones_own_says_where_to_edit_it() -> None:
    text = b"apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: a}\nspec: {type: team, children: []}\n"
    with serve(GitHub([Repository("acme/shop", {"a.yaml": text})])) as server, reader_of(server) as reader:
        location = LocationRef("url", f"{server.url}/acme/shop/blob/main/a.yaml")
        found = dry_run(reader, location, ("url",), reader.forges)

    notes = found[-1]["metadata"]["annotations"]
    assert notes["backstage.io/edit-url"] == f"{server.url}/acme/shop/edit/main/a.yaml"
    assert notes["backstage.io/source-location"] == f"url:{server.url}/acme/shop/tree/main/"
