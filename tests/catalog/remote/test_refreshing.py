"""Keeping sources from elsewhere up to date."""

from __future__ import annotations

import logging
import shutil
from datetime import timedelta

import pytest
from sqlalchemy import Engine

import build
from catalog.refresher import Refresher
from catalog.sites import COMPONENT, LEADING, Site, reader_for, settings_for
from conftest import MakeWorkspace
from waypost.catalog.locations import registering as locations
from waypost.catalog.remote.refreshing import refresh_due
from waypost.catalog.remote.targets import Content, Reader
from waypost.catalog.rules.annotations import LocationRef
from waypost.catalog.settings import GIT_FOLDERS, LOCATION_TYPES
from waypost.core.database import transaction
from waypost.core.errors import NotFoundError

TWO_MINUTES = timedelta(minutes=2)


def test_what_is_registered_is_read(refresher: Refresher, site: Site) -> None:
    added = refresher.register("one.yaml")

    assert refresher.run() == 1

    one = refresher.entity("component:default/one")
    assert one is not None
    assert (
        one["metadata"]["annotations"]["backstage.io/managed-by-origin-location"]
        == f"url:{site.at('one.yaml')}"
    )
    assert refresher.entity(added.ref) is not None
    assert refresher.source("one.yaml").state == "ok"


def test_nothing_is_read_before_it_is_due(refresher: Refresher, site: Site) -> None:
    refresher.register("one.yaml")
    refresher.run()

    assert refresher.run(later=TWO_MINUTES - timedelta(seconds=1)) == 0
    assert refresher.run(later=timedelta(seconds=1)) == 1
    assert site.reads == ["one.yaml", "one.yaml*"]


def test_a_location_is_followed(refresher: Refresher) -> None:
    refresher.register("both.yaml")

    refresher.run()

    assert refresher.names() == ["component:one", "component:two", "location:both"]


def test_what_changed_is_taken_over(refresher: Refresher, site: Site) -> None:
    refresher.register("one.yaml")
    refresher.run()
    site.files["one.yaml"] = COMPONENT % "other"

    refresher.run(later=TWO_MINUTES)

    assert refresher.names() == ["component:other"]


def test_what_a_location_leads_to_no_longer_is_gone(refresher: Refresher, site: Site) -> None:
    refresher.register("both.yaml")
    refresher.run()
    site.files["both.yaml"] = LEADING % ("both", "./two.yaml")

    refresher.run(later=TWO_MINUTES)

    assert refresher.names() == ["component:two", "location:both"]


@pytest.mark.parametrize("broken", [404, 500, "a: [", "[]", COMPONENT % "one" + "---\na: ["])
def test_a_source_that_fails_keeps_what_it_held(
    refresher: Refresher, site: Site, broken: str | int, caplog: pytest.LogCaptureFixture
) -> None:
    added = refresher.register("one.yaml")
    refresher.run()
    site.files["one.yaml"] = broken

    refresher.run(later=TWO_MINUTES)

    assert refresher.names() == ["component:one"]
    location = refresher.entity(added.ref)
    assert location is not None
    (item,) = location["status"]["items"]
    assert (item["type"], item["level"]) == ("backstage.io/catalog-processing", "error")
    assert item["message"] == f"{item['error']['name']}: {item['error']['message']}"
    assert refresher.source("one.yaml").state == "failing"
    assert "one.yaml failed, and is read again at 12:" in caplog.text


def test_a_source_that_works_again_has_no_status(refresher: Refresher, site: Site) -> None:
    added = refresher.register("one.yaml")
    refresher.run()
    whole, site.files["one.yaml"] = site.files["one.yaml"], 500
    refresher.run(later=TWO_MINUTES)
    site.files["one.yaml"] = whole

    refresher.run(later=timedelta(minutes=4))

    location = refresher.entity(added.ref)
    assert location is not None
    assert "status" not in location
    assert (refresher.source("one.yaml").state, refresher.source("one.yaml").failures) == ("ok", 0)


def test_failures_are_asked_less_and_less_often(refresher: Refresher, site: Site) -> None:
    site.files["one.yaml"] = 404
    refresher.register("one.yaml")
    waits = []
    for _ in range(10):
        refresher.run()
        due_at = refresher.source("one.yaml").due_at
        assert due_at is not None
        waits.append((due_at - refresher.now) // timedelta(seconds=1))
        refresher.now = due_at

    assert waits == [15, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600]


def test_nothing_of_a_location_counts_while_one_target_fails(refresher: Refresher, site: Site) -> None:
    refresher.register("both.yaml")
    site.files["two.yaml"] = 404

    refresher.run()

    assert refresher.names() == ["location:both"]
    both = refresher.entity("location:default/both")
    assert both is not None
    assert "NotFoundError" in both["status"]["items"][0]["message"]
    site.files["two.yaml"] = COMPONENT % "two"
    refresher.run(later=timedelta(minutes=4))
    assert refresher.names() == ["component:one", "component:two", "location:both"]


def test_a_target_that_need_not_be_there_fails_nothing(refresher: Refresher, site: Site) -> None:
    site.files["both.yaml"] = (LEADING % ("both", "./one.yaml, ./two.yaml")).replace(
        "{t", "{presence: optional, t"
    )
    refresher.register("both.yaml")
    refresher.run()
    site.files["two.yaml"] = 404

    refresher.run(later=TWO_MINUTES)

    assert refresher.names() == ["component:one", "location:both"]


def test_an_entity_that_fails_keeps_its_last_good_version(refresher: Refresher, site: Site) -> None:
    refresher.register("one.yaml")
    refresher.run()
    site.files["one.yaml"] = (COMPONENT % "one").replace("type: service, ", "")

    refresher.run(later=TWO_MINUTES)

    one = refresher.entity("component:default/one")
    assert one is not None
    assert one["spec"]["type"] == "service"
    assert "must have required property 'type'" in one["status"]["items"][0]["message"]


def test_what_placeholders_take_in_is_watched(refresher: Refresher, site: Site) -> None:
    site.files["one.yaml"] = (
        (COMPONENT % "one")
        .replace("}\n", ", note: {$text: ./note.txt}}\n")
        .replace("{name: one, note: {$text: ./note.txt}}", "{name: one}")
    )
    site.files["note.txt"] = "first"
    refresher.register("one.yaml")
    refresher.run()
    site.files["note.txt"] = "second"

    refresher.run(later=TWO_MINUTES)
    refresher.run(later=TWO_MINUTES)

    one = refresher.entity("component:default/one")
    assert one is not None
    assert one["spec"]["note"] == "second"
    assert site.reads[-2:] == ["one.yaml*", "note.txt*"]


def test_wildcards_lead_to_every_file_that_they_name(
    refresher: Refresher, git_workspace: MakeWorkspace
) -> None:
    root = git_workspace({"a/one.yaml": COMPONENT % "one", "b/two.yaml": COMPONENT % "two"}).root
    refresher.settings = {LOCATION_TYPES.name: ("url", "git"), GIT_FOLDERS.name: (str(root.parent),)}
    added = refresher.register_location(LocationRef("git", f"{root}/-/HEAD/-/*/*.yaml"))
    refresher.run()
    assert refresher.names() == ["component:one", "component:two"]
    build.write_files(root, {"a/one.yaml": COMPONENT % "new", "c/three.yaml": COMPONENT % "three"})
    (root / "b/two.yaml").unlink()
    build.commit(root)

    refresher.run(later=2 * TWO_MINUTES)
    refresher.run()

    assert refresher.names() == ["component:new", "component:three"]
    shutil.rmtree(root / "a")
    shutil.rmtree(root / "c")
    build.commit(root)
    refresher.run(later=2 * TWO_MINUTES)
    location = refresher.entity(added.ref)
    assert location is not None
    assert "no matching files found" in str(location["status"]["items"])
    assert refresher.names() == ["component:new", "component:three"]


def test_what_is_forgotten_goes_with_all_that_it_led_to(refresher: Refresher, engine: Engine) -> None:
    added = refresher.register("both.yaml")
    refresher.run()

    with transaction(engine) as connection:
        locations.forget(connection, added.id, refresher.now)

    assert refresher.names() == []
    assert refresher.entity(added.ref) is None


def test_what_two_locations_lead_to_stays_while_one_does(refresher: Refresher, engine: Engine) -> None:
    refresher.register("one.yaml")
    both = refresher.register("both.yaml")
    refresher.run()

    with transaction(engine) as connection:
        locations.forget(connection, both.id, refresher.now)

    assert refresher.names() == ["component:one"]


def test_a_location_that_is_moved_keeps_its_entity(refresher: Refresher, engine: Engine, site: Site) -> None:
    added = refresher.register("one.yaml")
    refresher.run()

    with transaction(engine) as connection:
        moved = locations.move(
            connection, added.id, added.location._replace(target=site.at("two.yaml")), refresher.now
        )
    refresher.run()

    assert (moved.id, moved.ref) == (added.id, added.ref)
    assert refresher.names() == ["component:two"]
    location = refresher.entity(added.ref)
    assert location is not None
    assert location["spec"]["target"] == site.at("two.yaml")


def test_a_refresh_reads_the_entity_s_source_and_what_leads_to_it(
    refresher: Refresher, engine: Engine, site: Site
) -> None:
    refresher.register("both.yaml")
    refresher.run()
    site.server.asked.clear()

    with transaction(engine) as connection:
        locations.refresh(connection, "component:default/one", refresher.now)
    refresher.run()

    assert {"both.yaml", "one.yaml"} <= {name.rstrip("*") for name in site.reads}


def test_only_what_is_there_is_refreshed(refresher: Refresher, engine: Engine) -> None:
    with transaction(engine) as connection, pytest.raises(NotFoundError) as raised:
        locations.refresh(connection, "component:default/nope", refresher.now)

    assert str(raised.value) == "Entity component:default/nope not found"


def test_what_nobody_foresaw_fails_one_source_alone(
    refresher: Refresher, caplog: pytest.LogCaptureFixture
) -> None:
    refresher.register("one.yaml")
    refresher.register("two.yaml")
    caplog.set_level(logging.ERROR)
    with reader_for(refresher.site.server) as reader:
        breaking = Breaking(reader, "one.yaml")
        refresh_due(refresher.engine, breaking, settings_for(refresher.site.server), lambda: build.NOON)

    assert refresher.names() == ["component:two"]
    assert refresher.source("one.yaml").errors == ({"name": "RuntimeError", "message": "broken"},)
    assert "reading url:" in caplog.text


class Breaking:
    """A reader with a fault of its own."""

    def __init__(self, reader: Reader, path: str) -> None:
        self._reader = reader
        self._path = path

    def read(self, location: LocationRef, stamp: str) -> Content | None:
        """Read, or break."""
        if location.target.endswith(self._path):
            raise RuntimeError("broken")
        return self._reader.read(location, stamp)

    def expand(self, location: LocationRef) -> tuple[LocationRef, ...]:
        """Give the location itself."""
        return (location,)
