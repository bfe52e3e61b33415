"""Where targets lead, and what the catalog notes of an address: as Backstage says."""

from __future__ import annotations

import pytest

from conformance.oracle import Oracle
from waypost.catalog.rules.annotations import LocationRef, location_annotations
from waypost.catalog.rules.repositories import resolve_url

PLAIN = [
    "https://example.org/a/b/c.yaml",
    "https://example.org/c.yaml?x=1#f",
    "http://127.0.0.1:7998/multi/c.yaml",
    "https://raw.githubusercontent.com/acme/repo/main/c.yaml",
    "https://github.com/acme/repo",
]
FORGES = [
    "https://github.com/acme/repo/blob/main/sub/dir/c.yaml",
    "https://github.com/acme/repo/tree/main/c.yaml",
    f"https://github.com/acme/repo/blob/{'a' * 40}/c.yaml",
    "https://github.com/acme/repo/blob/main/c.yaml?raw=1",
    "https://github.com/acme/repo/raw/main/x/c.yaml",
    "https://github.com/acme/repo/blob/main/a b/c%20d.yaml",
    "https://github.com/acme/edit/blob/feature/x/c.yaml",
    "https://GitHub.com:443/acme/repo/blob/main/c.yaml",
    "https://user:pw@github.com/acme/repo/blob/main/c.yaml",
    "https://gitlab.com/acme/repo/-/blob/main/sub/c.yaml",
    "https://gitlab.com/acme/group/repo/-/blob/main/c.yaml",
    "https://gitlab.com/acme/repo/blob/main/sub/c.yaml",
    "https://gitlab.com/acme/repo/-/raw/main/c.yaml",
    "https://gitlab.com/a/blob/-/blob/main/c.yaml",
]
FROM_ROOT = ["/a.yaml", "/sub/a.yaml", "//host/a.yaml", "/"]
TARGETS = [
    "./a.yaml", "a.yaml", "../a.yaml", "../../../../../a.yaml", "https://github.com/acme/other/blob/main/x.yaml", "./*/a.yaml", "./**/a.yaml",
    "./a.yaml?x=1", "./a.yaml#f", "", ".", "./", " a.yaml ", "a b.yaml", "?x=1", "#f", "a/../b.yaml", "./%2e%2e/b.yaml", "\\a.yaml", "a\\b.yaml",
    "x:y", "\u00e9.yaml", "a%20b.yaml", "a'b{c}.yaml",
]  # fmt: skip


@pytest.mark.parametrize("base", PLAIN + FORGES)
def test_a_target_leads_where_backstage_takes_it(oracle: Oracle, base: str) -> None:
    targets = TARGETS + FROM_ROOT if base in FORGES else TARGETS

    ours = {target: resolve_url(target, base) for target in targets}

    assert ours == {target: oracle.resolve(target, base) for target in targets}


@pytest.mark.parametrize("address", PLAIN + FORGES)
def test_an_address_is_noted_as_backstage_notes_it(oracle: Oracle, address: str) -> None:
    location = LocationRef("url", address)

    assert location_annotations(location, location) == oracle.annotate(f"url:{address}")
