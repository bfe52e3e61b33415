"""What the catalog says of a document; the sentences are those of the real one."""

from __future__ import annotations

from typing import Any

import pytest

from waypost.catalog.ingestion.validating import validate_entity

AT = "url:https://github.com/acme/repo/blob/main/catalog-info.yaml"
SOUND: dict[str, Any] = {
    "apiVersion": "backstage.io/v1alpha1",
    "kind": "Component",
    "metadata": {"name": "v"},
    "spec": {"type": "a", "lifecycle": "b", "owner": "c"},
}
VALIDATING = (
    "Processor BuiltinKindsEntityProcessor threw an error while validating the entity component:default/v"
)
POSTPROCESSING = "Processor BuiltinKindsEntityProcessor threw an error while postprocessing"
MORE = (
    "To learn more about catalog file format, visit: https://github.com/backstage/backstage/blob/master"
    "/docs/architecture-decisions/adr002-default-catalog-file-format.md"
)
PREPROCESSING = "Processor PlaceholderProcessor threw an error while preprocessing"


def changed(**changes: Any) -> dict[str, Any]:
    """Return the sound entity with *changes*; None takes a key away."""
    return {key: value for key, value in {**SOUND, **changes}.items() if value is not None}


def spec(**changes: Any) -> dict[str, Any]:
    """Return the sound entity with *changes* of its spec."""
    return changed(spec={**SOUND["spec"], **changes})


def test_a_sound_entity_has_no_errors() -> None:
    assert validate_entity(SOUND, AT, ("url",)) == []


@pytest.mark.parametrize(
    ("entity", "begin", "name", "cause"),
    [
        (changed(spec=None), VALIDATING, "TypeError", "<root> must have required property 'spec' - missingProperty: spec"),
        (spec(owner=1), VALIDATING, "TypeError", "/spec/owner must be string - type: string"),
        (spec(owner=""), VALIDATING, "TypeError", "/spec/owner must NOT have fewer than 1 characters - limit: 1"),
        (changed(x=1), "Policy check failed for component:default/v", "Error", "Malformed envelope, <root> must NOT have additional properties"),
        (changed(metadata={"name": "v", "tags": ["A"]}), "Policy check failed for component:default/v", "Error", f'"tags.0" is not valid; expected a string that is sequences of [a-z0-9+#] separated by [-], at most 63 characters in total but found "A". {MORE}'),
        (changed(apiVersion="a/b/c"), "Policy check failed for component:default/v", "Error", f'"apiVersion" is not valid; expected a valid prefix and/or suffix but found "a/b/c". {MORE}'),
        (changed(metadata={"name": "v", "links": [1]}), "Policy check failed for component:default/v", "Error", "a link must be an object with a 'url', but is a number"),
        (spec(dependsOn=["x"]), POSTPROCESSING, "Error", 'Entity reference "x" had missing or empty kind (e.g. did not start with "component:" or similar)'),
        (spec(system="a/"), POSTPROCESSING, "TypeError", 'Entity reference "a/" was not on the form [<kind>:][<namespace>/]<name>'),
    ],
)  # fmt: skip
def test_an_error_has_its_cause(entity: dict[str, Any], begin: str, name: str, cause: str) -> None:
    assert validate_entity(entity, AT, ("url",)) == [
        {
            "name": "InputError",
            "message": f"{begin}; caused by {name}: {cause}",
            "cause": {"name": name, "message": cause},
        }
    ]


@pytest.mark.parametrize(
    ("entity", "name", "message"),
    [
        (changed(kind=None), "TypeError", "<root> must have required property 'kind' - missingProperty: kind"),
        (changed(metadata={"name": "v", "annotations": 1}), "Error", "metadata.annotations must be a valid object"),
        (changed(kind="Robot"), "InputError", "No processor recognized the entity robot:default/v as valid, possibly caused by a foreign kind or apiVersion"),
        (changed(kind="Location", spec={"type": "file"}), "InputError", 'Registered locations must be of an allowed type ["url"]'),
    ],
)  # fmt: skip
def test_some_errors_have_none(entity: dict[str, Any], name: str, message: str) -> None:
    assert validate_entity(entity, AT, ("url",)) == [{"name": name, "message": message}]


@pytest.mark.parametrize(
    ("location", "message"),
    [
        ("nonsense", "Unable to parse location ref 'nonsense', expected '<type>:<target>', e.g. 'url:https://host/path'"),
        ("https://x", "Invalid location ref 'https://x', please prefix it with 'url:', e.g. 'url:https://x'"),
        ("url:javascript:x", "Invalid location ref 'url:javascript:x', target is a javascript: URL"),
        ("file:/x", "Invalid location ref file:/x, only 'url:<target>' is supported, e.g. url:https://host/path"),
    ],
)  # fmt: skip
def test_only_addresses_are_locations(location: str, message: str) -> None:
    assert validate_entity(SOUND, location, ("url",)) == [{"name": "TypeError", "message": message}]


def test_what_placeholders_take_in_is_taken_for_granted() -> None:
    assert validate_entity(spec(note={"$text": "./x"}, data={"$json": "./y"}), AT, ("url",)) == []


@pytest.mark.parametrize(
    ("target", "part"),
    [
        (1, "expected a string value parameter"),
        ("https://github.com/acme/other/blob/main/x", "only reference files from the same repository"),
    ],
)
def test_a_placeholder_names_a_file_beside(target: object, part: str) -> None:
    (error,) = validate_entity(spec(note={"$text": target}), AT, ("url",))

    assert error["message"].startswith(PREPROCESSING)
    assert part in error["message"]


def test_keys_that_differ_in_case_are_no_error_here() -> None:
    assert validate_entity(spec(a=1, A=2), AT, ("url",)) == []
