"""Whether a document is an entity, and what it becomes."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from waypost.catalog.rules.annotations import LocationRef
from waypost.catalog.rules.faults import RejectedError
from waypost.catalog.rules.verdict import process

HERE = LocationRef("url", "https://github.com/acme/repo/blob/main/sub/catalog-info.yaml")
WEB: dict[str, Any] = {
    "apiVersion": "backstage.io/v1alpha1",
    "kind": "Component",
    "metadata": {"name": "web"},
    "spec": {"type": "service", "lifecycle": "production", "owner": "team"},
}
TEMPLATE: dict[str, Any] = {
    "apiVersion": "scaffolder.backstage.io/v1beta3",
    "kind": "Template",
    "metadata": {"name": "new"},
    "spec": {"type": "service", "steps": [{"action": "debug:log"}]},
}


def changed(document: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """Return *document* with *value* at the dotted *path*."""
    whole = deepcopy(document)
    at: Any = whole
    *keys, last = path.split(".")
    for key in keys:
        at = at.setdefault(key, {})
    at[last] = value
    return whole


def test_an_entity_says_where_it_was_read_from() -> None:
    metadata = process(deepcopy(WEB), HERE, LocationRef("url", "https://example.org/all.yaml")).document[
        "metadata"
    ]

    assert metadata == {
        "name": "web",
        "namespace": "default",
        "annotations": {
            "backstage.io/managed-by-location": str(HERE),
            "backstage.io/managed-by-origin-location": "url:https://example.org/all.yaml",
            "backstage.io/view-url": HERE.target,
            "backstage.io/edit-url": "https://github.com/acme/repo/edit/main/sub/catalog-info.yaml",
            "backstage.io/source-location": "url:https://github.com/acme/repo/tree/main/sub/",
        },
    }


def test_an_authors_own_view_url_stays_but_not_the_location() -> None:
    given = {"backstage.io/view-url": "https://mine", "backstage.io/managed-by-location": "url:https://mine"}

    notes = process(changed(WEB, "metadata.annotations", given), HERE, HERE).document["metadata"][
        "annotations"
    ]

    assert (notes["backstage.io/view-url"], notes["backstage.io/managed-by-location"]) == (
        "https://mine",
        str(HERE),
    )


@pytest.mark.parametrize(
    ("address", "edit", "source"),
    [
        pytest.param(
            "https://gitlab.com/a/b/-/blob/main/x/c.yaml",
            "https://gitlab.com/a/b/-/edit/main/x/c.yaml",
            "url:https://gitlab.com/a/b/-/blob/main/x/",
            id="gitlab",
        ),
        pytest.param("https://example.org/x/c.yaml", None, None, id="no forge that is known"),
        pytest.param(
            f"https://github.com/a/b/blob/{'a1' * 20}/c.yaml",
            None,
            f"url:https://github.com/a/b/tree/{'a1' * 20}/",
            id="a commit cannot be edited",
        ),
    ],
)
def test_where_to_edit_follows_from_the_forge(address: str, edit: str | None, source: str | None) -> None:
    notes = process(deepcopy(WEB), LocationRef("url", address), HERE).document["metadata"]["annotations"]

    assert (notes.get("backstage.io/edit-url"), notes.get("backstage.io/source-location")) == (edit, source)


@pytest.mark.parametrize("key", ["apiVersion", "kind", "metadata", "spec"])
def test_an_entity_lacks_nothing(key: str) -> None:
    with pytest.raises(RejectedError, match=f"'{key}' is missing"):
        process({name: value for name, value in WEB.items() if name != key}, HERE, HERE)


def test_a_file_has_no_view_url() -> None:
    notes = process(deepcopy(WEB), LocationRef("file", "/a.yaml"), HERE).document["metadata"]["annotations"]

    assert "backstage.io/view-url" not in notes


@pytest.mark.parametrize(
    ("path", "value"),
    [
        pytest.param("metadata.annotations", None, id="no annotations"),
        pytest.param("metadata.annotations", 0, id="annotations that are nothing"),
        pytest.param("metadata.namespace", "a--b", id="double dash in a namespace"),
        pytest.param("metadata.tags", ["c++", "tier:1", "c#"], id="tags"),
        pytest.param("metadata.links", [{"url": "mailto:x", "extra": 1}], id="a link with an extra key"),
        pytest.param("metadata.labels", {"a.b/c": "", "d": "E_1.f"}, id="labels"),
        pytest.param("metadata.mine", {"a": 1}, id="extra metadata"),
        pytest.param("spec.mine", None, id="extra spec"),
        pytest.param("spec.dependencyOf", 0, id="a dependencyOf that is nothing"),
        pytest.param("spec.dependencyOf", {"kind": "api", "name": "x"}, id="a reference as an object"),
    ],
)
def test_what_backstage_accepts_is_accepted(path: str, value: object) -> None:
    process(changed(WEB, path, value), HERE, HERE)


@pytest.mark.parametrize(
    ("path", "value", "stage"),
    [
        pytest.param("apiVersion", "", "envelope", id="empty version"),
        pytest.param("kind", 1, "envelope", id="a number as kind"),
        pytest.param("metadata", [], "envelope", id="a list as metadata"),
        pytest.param("metadata.name", None, "envelope", id="null as name"),
        pytest.param("metadata.namespace", "", "envelope", id="empty namespace"),
        pytest.param("metadata.annotations", [], "emit", id="a list as annotations"),
        pytest.param("metadata.annotations", "x", "emit", id="a text as annotations"),
        pytest.param("metadata.annotations", {"a": 1}, "policy", id="a number as annotation"),
        pytest.param("metadata.name", "a b", "policy", id="a space in the name"),
        pytest.param("metadata.name", "a" * 64, "policy", id="a long name"),
        pytest.param("metadata.name", "web\n", "policy", id="a newline behind the name"),
        pytest.param("metadata.namespace", "Team", "policy", id="upper case namespace"),
        pytest.param("metadata.tags", ["Java"], "policy", id="upper case tag"),
        pytest.param("metadata.tags", "java", "policy", id="a text as tags"),
        pytest.param("metadata.labels", {"a/b/c": "d"}, "policy", id="two slashes in a label"),
        pytest.param("metadata.labels", {"a": "b c"}, "policy", id="a space in a label"),
        pytest.param("metadata.labels", None, "policy", id="null as labels"),
        pytest.param("metadata.links", [{"url": "/a"}], "policy", id="a relative link"),
        pytest.param("metadata.links", [{"title": "a"}], "policy", id="a link without url"),
        pytest.param("metadata.links", [{"url": "a:b", "title": " \ufeff"}], "policy", id="a blank title"),
        pytest.param("metadata.links", [{"url": ""}], "policy", id="an empty link"),
        pytest.param("metadata.links", [1], "policy", id="a number as link"),
        pytest.param("metadata.links", {}, "policy", id="an object as links"),
        pytest.param("metadata.description", 1, "policy", id="a number as description"),
        pytest.param("metadata.title", "", "policy", id="an empty title"),
        pytest.param("relations", [], "policy", id="relations"),
        pytest.param("spec", [], "policy", id="a list as spec"),
        pytest.param("apiVersion", "a..b/v1", "policy", id="an empty label in the version"),
        pytest.param("kind", "Compo-nent", "policy", id="a dash in the kind"),
        pytest.param("apiVersion", "backstage.io/v2", "unrecognised", id="a version of nobody"),
        pytest.param("kind", "Componnt", "unrecognised", id="a kind of nobody"),
        pytest.param("spec.owner", "", "kind", id="an empty owner"),
        pytest.param("spec.system", None, "kind", id="null as system"),
        pytest.param("spec.dependsOn", ["component:a", ""], "kind", id="an empty reference in a list"),
        pytest.param("spec.providesApis", "a", "kind", id="a text as list"),
        pytest.param("spec.dependsOn", ["a"], "postprocess", id="a reference without a kind"),
        pytest.param("spec.dependencyOf", [""], "postprocess", id="an empty reference"),
        pytest.param("spec.dependencyOf", {}, "postprocess", id="an empty object as reference"),
    ],
)
def test_what_backstage_refuses_is_refused_at_the_same_step(path: str, value: object, stage: str) -> None:
    with pytest.raises(RejectedError) as refused:
        process(changed(WEB, path, value), HERE, HERE)

    assert refused.value.stage == stage


@pytest.mark.parametrize("document", [None, "x", 1, True, []])
def test_only_an_object_is_an_entity(document: object) -> None:
    with pytest.raises(RejectedError) as refused:
        process(document, HERE, HERE)

    assert refused.value.stage == "parse"


def test_all_faults_of_a_step_are_told_at_once() -> None:
    with pytest.raises(RejectedError) as refused:
        process({**WEB, "spec": {"type": 1, "dependsOn": "x"}}, HERE, HERE)

    assert [fault.keys for fault in refused.value.document_faults] == [
        ("spec",), ("spec",), ("spec", "type"), ("spec", "dependsOn"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "value"),
    [
        pytest.param("spec.parameters", "x", id="parameters"),
        pytest.param("spec.parameters", [1], id="a form"),
        pytest.param("spec.steps", [{}], id="a step without action"),
        pytest.param("spec.steps", {}, id="steps"),
        pytest.param("spec.output", {"other": 1}, id="another output"),
        pytest.param("spec.output", {"links": [{"url": ""}]}, id="an empty address"),
        pytest.param("spec.steps", [{"action": "a", "if": 1}], id="a number as condition"),
    ],
)
def test_a_template_keeps_its_schema(path: str, value: object) -> None:
    with pytest.raises(RejectedError):
        process(changed(TEMPLATE, path, value), HERE, HERE)


def test_a_template_is_owned_by_a_group() -> None:
    processed = process(changed(TEMPLATE, "spec.owner", "team"), HERE, HERE)

    assert [tuple(relation) for relation in processed.relations] == [
        ("template:default/new", "ownedBy", "group:default/team"),
        ("group:default/team", "ownerOf", "template:default/new"),
    ]


@pytest.mark.parametrize(
    ("spec", "faults"),
    [
        pytest.param({"type": "file", "target": "./a.yaml"}, 1, id="a file inside a web address"),
        pytest.param({"type": "url", "targets": ["./a.yaml"]}, 0, id="a web address"),
        pytest.param({"target": "./a.yaml"}, 0, id="without a type"),
        pytest.param({"presence": "maybe"}, 1, id="an unknown presence"),
    ],
)
def test_a_location_is_of_a_type_that_is_read(spec: dict[str, Any], faults: int) -> None:
    location = {**WEB, "kind": "Location", "spec": spec}

    try:
        process(location, HERE, HERE)
        found = 0
    except RejectedError as error:
        found = len(error.document_faults)

    assert found == faults


def test_a_location_names_files_not_folders() -> None:
    location = {**WEB, "kind": "Location", "spec": {"targets": ["./a.yaml", "./folder/"]}}

    with pytest.raises(RejectedError, match="is a folder"):
        process(location, LocationRef("file", "/a.yaml"), HERE)


def test_lists_of_references_are_sorted_as_javascript_does() -> None:
    lists = ["component:\U0001f600", "component:\ufb00", "component:a"]

    spec = process(changed(WEB, "spec.dependsOn", lists), HERE, HERE).document["spec"]

    assert spec["dependsOn"] == ["component:a", "component:\U0001f600", "component:\ufb00"]
