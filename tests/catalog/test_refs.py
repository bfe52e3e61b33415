"""References: how they are written, and what they mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waypost.catalog.refs import EntityRef
from waypost.core.errors import InputError

PART = st.text("abcXYZ019-_.", min_size=1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("component:default/web", "component:default/web", id="whole"),
        pytest.param("Component:Default/Web", "component:default/web", id="in any case"),
        pytest.param("web", "group:here/web", id="name alone"),
        pytest.param("user:ada", "user:here/ada", id="without a namespace"),
        pytest.param("team-a/web", "group:team-a/web", id="without a kind"),
        pytest.param("a/b:c", "group:a/b:c", id="a colon behind the slash is part of the name"),
        pytest.param("a:b:c", "a:here/b:c", id="only the first colon counts"),
        pytest.param("a:b/c/d", "a:b/c/d", id="only the first slash counts"),
    ],
)
def test_a_reference_is_read_as_backstage_reads_it(text: str, expected: str) -> None:
    assert str(EntityRef.parse(text, "Group", "here")) == expected


@pytest.mark.parametrize("text", ["", ":a", "a:", "a:/b", "/b", "a:b/", "web"])
def test_a_reference_with_a_part_missing_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="entity reference"):
        EntityRef.parse(text)


def test_a_reference_may_be_an_object() -> None:
    assert str(EntityRef.of({"kind": "User", "name": "Ada"}, default_namespace="here")) == "user:here/ada"


@pytest.mark.parametrize("value", [None, 0, 1, True, [], ["a"], {}, {"name": "a"}, {"kind": "a", "name": 1}])
def test_other_values_are_no_references(value: object) -> None:
    with pytest.raises(InputError):
        EntityRef.of(value)


@given(PART, PART, PART)
def test_what_is_written_is_read_back(kind: str, namespace: str, name: str) -> None:
    ref = EntityRef.parse(f"{kind}:{namespace}/{name}")

    assert EntityRef.parse(str(ref)) == ref
