"""Reading one source, wherever it comes from."""

from __future__ import annotations

import pytest

from catalog.texts import GROUP, WEB
from waypost.catalog.ingestion.reading import SourceContent, Target, read_source
from waypost.catalog.rules.annotations import LocationRef
from waypost.core.errors import NotFoundError

HERE = LocationRef("url", "https://example.org/a/catalog-info.yaml")
ROOT = LocationRef("url", "https://example.org/all.yaml")


def read(text: str, texts: dict[str, str] | None = None) -> SourceContent:
    def fill(target: str) -> str:
        if target not in (texts or {}):
            raise NotFoundError("file", target)
        return (texts or {})[target]

    return read_source(text, HERE, ROOT, fill=fill)


def test_a_source_gives_its_entities_with_what_they_declare() -> None:
    group, web = read(f"{GROUP}---\n{WEB}").entities

    assert (group.ref, group.line, group.relations) == ("group:default/payments", 1, ())
    assert (web.ref, web.line, web.lines("spec", "owner")) == ("component:default/web", 6, 13)
    assert web.relations[-1] == ("dependsOn", "resource:default/z")
    assert ("ownedBy", "group:default/payments") in web.relations
    notes = web.document["metadata"]["annotations"]
    assert notes["backstage.io/managed-by-origin-location"] == str(ROOT)


def test_a_location_leads_to_its_targets() -> None:
    text = (
        "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: all}\n"
        "spec:\n  presence: optional\n  targets: [./b.yaml,\n    ./c.yaml]\n"
    )

    ref = "location:default/all"
    assert read(text).targets == (
        Target(ref, "url", "./b.yaml", is_required=False, line=6),
        Target(ref, "url", "./c.yaml", is_required=False, line=7),
    )


def test_what_placeholders_take_in_is_told() -> None:
    text = GROUP.replace("children: []", "children: [], mine: [{$text: b.txt}, {$text: b.txt}]")

    content = read(text, {"b.txt": "B"})

    assert content.includes == ("b.txt",)
    assert content.entities[0].document["spec"]["mine"] == ["B", "B"]


@pytest.mark.parametrize(
    ("text", "rule", "ref", "is_whole"),
    [
        pytest.param("a: [", "catalog/yaml", "", True, id="no YAML"),
        pytest.param("[1]", "catalog/envelope", "", True, id="no object"),
        pytest.param("kind: Group\nmetadata: {name: a}", "catalog/envelope", "group:default/a", True, id="no version"),
        pytest.param(GROUP.replace("payments}", "a b}"), "catalog/format", "group:default/a b", False, id="name"),
        pytest.param(
            GROUP.replace("[]", "{$text: ./nope}"), "catalog/placeholder", "group:default/payments", False, id="placeholder"
        ),
    ],
)  # fmt: skip
def test_a_fault_is_of_the_source_or_of_one_entity(text: str, rule: str, ref: str, *, is_whole: bool) -> None:
    content = read(text)

    (fault,) = content.faults
    assert (fault.rule, fault.ref, fault.is_whole, content.entities) == (rule, ref, is_whole, ())


def test_the_second_of_two_with_one_name_is_left_out() -> None:
    content = read(f"{GROUP}---\n{GROUP}")

    assert [(fault.rule, fault.line) for fault in content.faults] == [("catalog/duplicate", 8)]
    assert len(content.entities) == 1
