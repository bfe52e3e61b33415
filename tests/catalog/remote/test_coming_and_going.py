"""Sources that several ask for, or that lead to each other: they come and go in any order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

import build
from catalog.refresher import Refresher
from catalog.sites import COMPONENT, LEADING, Site, serve_files
from waypost.catalog.ingestion import drafting
from waypost.catalog.ingestion.applying import add_root, remove_root
from waypost.catalog.ingestion.sync import sync_catalog
from waypost.catalog.locations import registering
from waypost.catalog.rules.annotations import LocationRef
from waypost.catalog.tables import TABLES, catalog_source
from waypost.core.database import reading, transaction
from waypost.core.settings import WORKSPACE_URL, Settings
from waypost.core.workspace import Workspace

FILE = "catalog/one.yaml"
HOUR = timedelta(hours=1)


@pytest.fixture
def site() -> Iterator[Site]:
    """A web server with one component, and a Location that leads to it."""
    with serve_files({FILE: COMPONENT % "one", "to.yaml": LEADING % ("to", f"./{FILE}")}) as serving:
        yield serving


@pytest.fixture
def refresher(engine: Engine, site: Site) -> Refresher:
    """What refreshes from the site."""
    return Refresher(engine, site)


class Askers:
    """The workspace, a registered location, a discovery and a Location elsewhere that lead to the same file."""

    def __init__(self, refresher: Refresher, root: Path) -> None:
        self.refresher = refresher
        self.root = root
        self.registered: dict[str, str] = {}
        self.location = LocationRef("url", refresher.site.at(FILE))
        (root / "catalog").mkdir(parents=True)

    def workspace(self, *, is_there: bool) -> None:
        """Write or remove the file, and sync."""
        if is_there:
            (self.root / FILE).write_text(COMPONENT % "one")
        else:
            (self.root / FILE).unlink()
        workspace = Workspace(self.root)
        url = Settings({WORKSPACE_URL.name: self.refresher.site.at("")})
        with transaction(self.refresher.engine) as connection:
            context = build.context(connection, workspace=workspace, now=self.refresher.now)
            sync_catalog(replace(context, settings=url))

    def registration(self, path: str, *, is_there: bool) -> None:
        """Register *path*, or take that away."""
        if is_there:
            self.registered[path] = self.refresher.register(path).id
        else:
            unregister(self.refresher, self.registered[path])

    def discovery(self, *, is_there: bool) -> None:
        """Find the file, or find it no more."""
        with transaction(self.refresher.engine) as connection:
            change = add_root if is_there else remove_root
            change(connection, self.location, "discovery:x", self.refresher.now)


def unregister(refresher: Refresher, number: str) -> None:
    with transaction(refresher.engine) as connection:
        registering.forget(connection, number, refresher.now)


def left(engine: Engine) -> list[str]:
    """Return the tables that still hold something, but for what was removed."""
    with reading(engine) as connection:
        tables = (table for table in TABLES if table.name != "catalog_removed")
        return [table.name for table in tables if connection.execute(select(table)).first()]


@pytest.mark.parametrize("reads_between", [False, True])
def test_what_several_ask_for_stays_until_the_last_is_gone(
    refresher: Refresher, tmp_path: Path, *, reads_between: bool
) -> None:
    askers = Askers(refresher, tmp_path / "workspace")
    changes: dict[str, Callable[[bool], None]] = {
        "workspace": lambda there: askers.workspace(is_there=there),
        "registered": lambda there: askers.registration(FILE, is_there=there),
        "discovered": lambda there: askers.discovery(is_there=there),
        "led to": lambda there: askers.registration("to.yaml", is_there=there),
    }
    orders = list(permutations(changes))
    for coming, going in zip(orders[::4], orders[7::3], strict=True):
        for one in coming:
            changes[one](True)
            refresher.run(later=HOUR)
            assert "component:one" in refresher.names(), (coming, one)
        for one in going:
            assert "component:one" in refresher.names(), (coming, going, one)
            changes[one](False)
            if reads_between:
                refresher.run(later=HOUR)
        assert left(refresher.engine) == [], (coming, going)


def test_locations_in_a_circle_do_not_hold_each_other(refresher: Refresher, site: Site) -> None:
    site.files["a.yaml"] = LEADING % ("a", "./a.yaml, ./b.yaml")
    site.files["b.yaml"] = f"{LEADING % ('b', './c.yaml')}---\n{COMPONENT % 'two'}"
    site.files["c.yaml"] = LEADING % ("c", "./a.yaml, ./b.yaml")
    registered = refresher.register("a.yaml")
    refresher.run()
    assert refresher.names() == ["component:two", "location:a", "location:b", "location:c"]

    unregister(refresher, registered.id)

    assert left(refresher.engine) == []


def test_a_circle_that_is_cut_off_goes_and_what_others_hold_of_it_stays(
    refresher: Refresher, site: Site
) -> None:
    site.files["top.yaml"] = LEADING % ("top", "./a.yaml")
    site.files["a.yaml"] = LEADING % ("a", "./b.yaml")
    site.files["b.yaml"] = LEADING % ("b", f"./a.yaml, ./{FILE}")
    refresher.register("top.yaml")
    refresher.register(FILE)
    refresher.run()
    site.files["top.yaml"] = LEADING % ("top", "")

    refresher.run(later=HOUR)

    assert refresher.names() == ["component:one", "location:top"]


def test_a_placeholder_that_could_not_be_read_is_asked_for_again(refresher: Refresher, site: Site) -> None:
    taking = (COMPONENT % "taking").replace("type: service", "type: service, note: {$text: ./note.txt}")
    site.files |= {"taking.yaml": taking, "note.txt": 500}
    refresher.register("taking.yaml")
    refresher.run()
    assert refresher.names() == []

    for note in ("one", 404, "two"):
        site.files["note.txt"] = note
        refresher.run(later=HOUR)
        entity = refresher.entity("component:default/taking")
        assert entity is not None
        assert ("status" in entity) == (note == 404)
        assert entity["spec"]["note"] == (note if isinstance(note, str) else "one")


def test_a_new_layout_has_sources_read_again_that_did_not_change(
    refresher: Refresher, monkeypatch: pytest.MonkeyPatch
) -> None:
    refresher.register(FILE)
    refresher.run()
    before = refresher.entity("component:default/one")

    monkeypatch.setattr(drafting, "LAYOUT", drafting.LAYOUT + 1)
    refresher.run(later=HOUR)

    after = refresher.entity("component:default/one")
    assert before is not None
    assert after is not None
    assert before["metadata"]["etag"] != after["metadata"]["etag"]


def test_a_new_layout_has_files_read_again_that_did_not_change(
    refresher: Refresher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    askers = Askers(refresher, tmp_path / "workspace")
    refresher.now += 10_000 * HOUR
    askers.workspace(is_there=True)
    stamps = [source_stamp(refresher)]
    monkeypatch.setattr(drafting, "LAYOUT", drafting.LAYOUT + 1)

    askers.workspace(is_there=True)
    stamps.append(source_stamp(refresher))

    assert all(stamps)
    assert stamps[0].split(".")[0] != stamps[1].split(".")[0]


def source_stamp(refresher: Refresher) -> str:
    with reading(refresher.engine) as connection:
        return str(connection.execute(select(catalog_source.c.stamp)).scalar_one())
