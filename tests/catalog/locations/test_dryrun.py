"""What registering a location would bring."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from catalog.sites import COMPONENT, LEADING, reader_for, serve_files
from waypost.catalog.locations.dryrun import dry_run
from waypost.catalog.rules.annotations import LocationRef
from waypost.core.errors import InputError

NOTED = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: noted}
spec: {type: service, lifecycle: production, owner: me, note: {$text: ./note.txt}, data: {$json: data.json}, more: {$yaml: more.yaml}}
"""


def refused(files: Mapping[str, str | int], path: str = "a.yaml") -> str:
    """Return why a dry run of *path* is refused, without the server's address."""
    with serve_files(files) as site, reader_for(site.server) as reader:
        with pytest.raises(InputError) as raised:
            dry_run(reader, LocationRef("url", site.at(path)), ("url",))
        return str(raised.value).replace(site.server.url, "")


def test_it_gives_every_entity_the_last_found_first() -> None:
    files = {
        "a.yaml": f"{COMPONENT % 'one'}---\n{LEADING % ('more', './sub/b.yaml, ../c.yaml')}",
        "sub/b.yaml": COMPONENT % "two",
        "c.yaml": COMPONENT % "three",
    }
    with serve_files(files) as site, reader_for(site.server) as reader:
        found = dry_run(reader, LocationRef("url", site.at("a.yaml")), ("url",))

    assert [entity["metadata"]["name"] for entity in found][1:] == ["more", "three", "two", "one"]
    assert found[0]["metadata"]["name"].startswith("generated-")
    assert not any(entity.keys() & {"relations", "status"} for entity in found)
    assert found[3]["metadata"]["annotations"] == {
        "backstage.io/managed-by-location": f"url:{site.at('sub/b.yaml')}",
        "backstage.io/managed-by-origin-location": f"url:{site.at('a.yaml')}",
        "backstage.io/view-url": site.at("sub/b.yaml"),
    }


def test_placeholders_take_files_in() -> None:
    files = {"a.yaml": NOTED, "note.txt": "a note", "data.json": '{"a": [1]}', "more.yaml": "b: yes"}
    with serve_files(files) as site, reader_for(site.server) as reader:
        found = dry_run(reader, LocationRef("url", site.at("a.yaml")), ("url",))

    spec = found[1]["spec"]
    assert (spec["note"], spec["data"], spec["more"]) == ("a note", {"a": [1]}, {"b": "yes"})


@pytest.mark.parametrize(
    ("files", "message"),
    [
        pytest.param(
            {}, "NotFoundError: Unable to read url, cannot fetch /a.yaml: ", id="a file that is not there"
        ),
        pytest.param({"a.yaml": "a: ["}, "Error: YAML error at url:/a.yaml, ", id="broken YAML"),
        pytest.param({"a.yaml": "[]"}, "Error: Expected object at root, got list", id="no object"),
        pytest.param(
            {"a.yaml": "kind: Component\nmetadata: {}"},
            "TypeError: <root> must have required property 'apiVersion' - missingProperty: apiVersion",
            id="no entity",
        ),
        pytest.param(
            {"a.yaml": COMPONENT % "a_" + "  x: 1\n---\na: ["},
            "Error: YAML error",
            id="one broken document of two",
        ),
        pytest.param(
            {"a.yaml": COMPONENT % "-a"},
            "InputError: Policy check failed for component:default/-a; caused by Error: ",
            id="a name that is none",
        ),
        pytest.param(
            {"a.yaml": LEADING % ("b", "./b.yaml, ./c.yaml")},
            ", NotFoundError: Unable to read url, cannot fetch /c.yaml",
            id="two targets that are not there",
        ),
        pytest.param(
            {"a.yaml": LEADING % ("b", "./b.yaml, ./b.yaml"), "b.yaml": COMPONENT % "b"},
            "Duplicate nested entity: component:default/b",
            id="one entity twice",
        ),
        pytest.param(
            {"a.yaml": (LEADING % ("b", "./b.yaml")).replace("{t", "{type: file, t")},
            'InputError: Registered locations must be of an allowed type ["url"]',
            id="a type that may not be read",
        ),
        pytest.param(
            {"a.yaml": NOTED},
            "InputError: Processor PlaceholderProcessor threw an error while preprocessing",
            id="nothing to take in",
        ),
    ],
)
def test_anything_wrong_on_the_way_is_told(files: dict[str, str | int], message: str) -> None:
    assert message in refused(files)


def test_a_target_that_need_not_be_there_is_left_out() -> None:
    leading = (LEADING % ("more", "./none.yaml")).replace("{t", "{presence: optional, t")
    with serve_files({"a.yaml": leading}) as site, reader_for(site.server) as reader:
        found = dry_run(reader, LocationRef("url", site.at("a.yaml")), ("url",))

    assert len(found) == 2


def test_a_location_of_another_type_cannot_be_read() -> None:
    with serve_files({}) as site, reader_for(site.server) as reader, pytest.raises(InputError) as raised:
        dry_run(reader, LocationRef("odd", "x"), ("url", "odd"))

    assert str(raised.value) == "InputError: No processor was able to handle reading of odd:x"
