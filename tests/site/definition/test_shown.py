from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from definitions import ASYNCAPI_2, ASYNCAPI_3, OPENAPI, SWAGGER, api, pieces_html, shown
from waypost.core.yamlfile import parse_yaml
from waypost.site.definition.shown import show_definition

_TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "<script>alert(1)</script>",
            "</details><img src=x onerror=y>",
            "#/components/schemas/Order",
            "{}",
            "\0",
            "a|b",
            "`x`",
        ]
    ),
)
_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), _TEXTS),
    lambda inside: st.one_of(
        st.lists(inside, max_size=4),
        st.dictionaries(
            st.one_of(
                _TEXTS, st.sampled_from(["$ref", "type", "properties", "items", "allOf", "oneOf", "schema"])
            ),
            inside,
            max_size=4,
        ),
    ),
    max_leaves=12,
)
_ALLOWED = re.compile(
    r"</?(?:a|b|blockquote|br|code|dd|details|div|dl|dt|em|h3|hr|li|ol|p|pre|small|span|strong|summary|table|tbody|td|th|thead|tr|ul)\b[^<>]*>"
)


def _places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, each in inside for place in _places(each, (*path, key)))]


@settings(max_examples=150, deadline=None)
@given(st.data(), st.sampled_from([OPENAPI, SWAGGER, ASYNCAPI_2, ASYNCAPI_3]))
def test_whatever_stands_anywhere_in_a_definition_it_is_shown_and_escaped(
    data: st.DataObject, text: str
) -> None:
    document = parse_yaml(text)[0][0].value
    for _ in range(data.draw(st.integers(1, 3))):
        *path, last = data.draw(st.sampled_from([place for place in _places(document) if place]))
        holder = document
        for key in path:
            holder = holder[key]
        holder[last] = data.draw(_VALUES)

    found = shown("openapi", json.dumps(document))

    html = pieces_html(found)
    assert "<" not in _ALLOWED.sub("", html)
    assert "<script" not in found.markdown
    assert "<img" not in found.markdown


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200), st.sampled_from(["openapi", "asyncapi", "graphql", "grpc", "crd", "???"]))
def test_any_text_is_shown_as_code_at_least(text: str, kind: str) -> None:
    found = show_definition(api(kind, text))

    assert found is None or pieces_html(found) is not None


def test_graphql_is_coloured_code_and_a_file_beside_the_page() -> None:
    found = shown("graphql", "type Query { node(id: ID!): Node }")

    assert found.file_uri == "catalog/api/default/shop/definition.graphql"
    assert found.text == "type Query { node(id: ID!): Node }"
    assert "wp-missing" not in found.markdown
    assert 'class="highlight"' in pieces_html(found)
    assert pieces_html(found).count("<span class=") > 3


@pytest.mark.parametrize(
    ("kind", "definition", "told"),
    [
        pytest.param("openapi", "just words", "This is no OpenAPI document", id="no document"),
        pytest.param("asyncapi", "a: 1", "This is no AsyncAPI document", id="another document"),
        pytest.param("openapi", "openapi: 3.0.0\npaths: [", "cannot be read (line 3", id="broken YAML"),
        pytest.param("openapi", '{"openapi": "3.0.0",', "cannot be read (line", id="broken JSON"),
        pytest.param("openapi", "info:\n  openapi: 3", "names no version", id="version inside"),
        pytest.param("openapi", "openapi: &a [*a]", "cannot be read", id="holds itself"),
    ],
)
def test_what_cannot_be_read_is_code_with_a_note(kind: str, definition: str, told: str) -> None:
    found = shown(kind, definition)

    assert told in found.markdown
    assert "<pre>" in pieces_html(found)


def test_json_is_known_wherever_it_names_its_version() -> None:
    assert "OpenAPI 3.0.0" in shown("openapi", '{"info":{},"openapi":"3.0.0"}').markdown


def test_a_type_of_its_own_is_rendered_by_what_it_holds() -> None:
    assert "OpenAPI 3.1.0" in shown("rest", OPENAPI).markdown


def test_an_entity_without_a_definition_has_no_section() -> None:
    assert show_definition(api("openapi", "  ")) is None
    assert show_definition(api("openapi", {"not": "a text"})) is None


def test_a_long_text_of_code_is_cut_and_says_so() -> None:
    found = shown("grpc", "message A {}\n" * 8000)

    assert "The first 60,000 of 104,000 characters." in pieces_html(found)
    assert len(found.text) == 104_000


def test_nesting_without_end_is_cut() -> None:
    deep: dict[str, Any] = {"type": "string"}
    for _ in range(60):
        deep = {"type": "object", "properties": {"a": deep}}
    document = {"openapi": "3.0.0", "components": {"schemas": {"Deep": deep}}}

    html = pieces_html(shown("openapi", json.dumps(document)))

    assert "There is more inside: see the definition." in html
