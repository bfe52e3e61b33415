"""The search rows of an entity."""

from __future__ import annotations

from typing import Any

import pytest

from waypost.catalog.rules.search import clashing_keys, js_text, leaves_of, search_rows


def rows(**spec: Any) -> dict[str, tuple[str | None, str | None]]:
    document = {"kind": "C", "metadata": {"name": "N", "namespace": "d"}, "spec": spec, "relations": []}
    return {
        row.key.removeprefix("spec."): (row.value, row.original)
        for row in search_rows(document, "uid")
        if row.key.startswith("spec.")
    }


def test_every_leaf_is_a_row_in_lower_case() -> None:
    document = {
        "kind": "Component",
        "metadata": {"name": "Web", "namespace": "default", "etag": "e", "labels": {"Tier": "One"}},
        "status": {"a": 1},
        "relations": [{"type": "ownedBy", "targetRef": "group:default/a"}],
    }

    found = [tuple(row) for row in search_rows(document, "u-1")]

    assert found == [
        ("kind", "component", "Component"),
        ("metadata.labels.tier", "one", "One"),
        ("metadata.name", "web", "Web"),
        ("metadata.namespace", "default", "default"),
        ("metadata.uid", "u-1", "u-1"),
        ("relations.ownedby", "group:default/a", "group:default/a"),
    ]


def test_texts_in_lists_are_keys_too() -> None:
    assert rows(list=["One", 3, None, {"deep": {"x": 1}}]) == {
        "list": (None, None),
        "list.one": ("true", "true"),
        "list.deep.x": ("1", "1"),
    }


def test_a_long_value_leaves_a_key_without_value() -> None:
    assert rows(a="x" * 200, b="x" * 201, c="\U0001f600" * 101) == {
        "a": ("x" * 200, "x" * 200),
        "b": (None, None),
        "c": (None, None),
    }


def test_a_long_key_is_dropped() -> None:
    assert rows(**{"k" * 200: 1}) == {}


def test_keys_that_differ_only_in_case_are_told() -> None:
    document = {"kind": "C", "metadata": {"name": "n", "labels": {"tier": "1", "Tier": "2"}}}

    assert clashing_keys(leaves_of(document)) == ["metadata.labels.Tier", "metadata.labels.tier"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"), (False, "false"), (10, "10"), (10.0, "10"), (0.5, "0.5"), (-0.0, "0"), (1e21, "1e+21"),
        (123456789012345678901234, "1.2345678901234569e+23"), (1e-7, "1e-7"), (1.5e-7, "1.5e-7"), (1e-6, "0.000001"),
        (float("inf"), "Infinity"), (float("-inf"), "-Infinity"), (float("nan"), "NaN"), (1.5e300, "1.5e+300"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_javascript_does(value: float, text: str) -> None:
    assert js_text(value) == text
