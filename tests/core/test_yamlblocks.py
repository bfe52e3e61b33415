"""The part of YAML that is read by the line: the same as the whole of it is read."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waypost.core.yamlblocks import UnusualError, is_plain, read_document
from waypost.core.yamlfile import YamlLimits, parse_yaml

# Other limits, which nothing here comes near, have a text read as a whole.
WHOLE = YamlLimits(depth=99)

KEYS = st.sampled_from(["a", "b", "c", "a.b/c-d", "null", "True", "n", '"q"', "a b", "1", "<<", "-"])
VALUES = st.sampled_from(
    [
        "x", "a b", "1", "1.0", "0o17", "true", "null", "~", "no", "2024-01-01", "12:30", "a:b", "a: b", "a #c",
        "a#c", '"q"', '"a\\nb"', "'s'", "'it''s'", "[]", "{}", "[a, b]", "{a: b}", "|", "|-", ">", "|2", "*x",
        "&x y", "!t z", "https://x/y?z=1", "x ", "(x", "$x", "a, b", "-", "- x", "? x", ".", "+1", "a]", "@x", "%x",
        "# c", '"', "", "x:", "é", "a\tb",
    ]
)  # fmt: skip
INDENTS = st.sampled_from(["", "", "  ", "  ", "    ", "   ", "      "])


@st.composite
def lines(draw: st.DrawFn) -> str:
    indent, dash = draw(INDENTS), draw(st.sampled_from(["", "", "", "- "]))
    form = draw(st.integers(0, 9))
    if form < 5:
        return f"{indent}{dash}{draw(KEYS)}: {draw(VALUES)}"
    if form < 7:
        return f"{indent}{dash}{draw(KEYS)}:"
    if form < 9:
        return f"{indent}- {draw(VALUES)}"
    return draw(
        st.sampled_from(
            ["---", "---", "--- x", "...", "", "  ", "# c", "  # c", "%YAML 1.1", f"{indent}text"]
        )
    )


def read(text: str, limits: YamlLimits | None = None) -> tuple[list[tuple[Any, int, int]], Any]:
    documents, faults = parse_yaml(text, limits) if limits else parse_yaml(text)
    return [(repr(one.value), one.line, one.index) for one in documents], faults


@settings(max_examples=1_500, deadline=None)
@given(st.lists(lines(), max_size=12).map("\n".join), st.sampled_from(["", "\n", "\n\n", " "]))
def test_a_text_is_read_as_the_whole_language_reads_it(text: str, end: str) -> None:
    assert read(text + end) == read(text + end, WHOLE)


TEXT = """\
# A comment.
apiVersion: backstage.io/v1alpha1
metadata:
  name: web
  tags:
  - a
  - "b c"
  links:
    - url: https://example.org/x
      title: 'It'

    - url: y:z
spec:
  definition: |
    openapi: 3.1.0

      more
  short: |-
    one
  size: 10
  none:
  empty: []
  also: {}
"""


def test_what_most_files_hold_is_read_by_the_line() -> None:
    rows = TEXT.split("\n")

    value, first = read_document(rows, 0, len(rows) - 1)

    assert first == 1
    assert value == {
        "apiVersion": "backstage.io/v1alpha1",
        "metadata": {
            "name": "web",
            "tags": ["a", "b c"],
            "links": [{"url": "https://example.org/x", "title": "It"}, {"url": "y:z"}],
        },
        "spec": {
            "definition": "openapi: 3.1.0\n\n  more\n",
            "short": "one",
            "size": 10,
            "none": None,
            "empty": [],
            "also": {},
        },
    }
    assert read(TEXT) == read(TEXT, WHOLE)
    (document,), _ = parse_yaml(f"---\n{TEXT}---\n{TEXT}"[4:].split("---\n")[0])
    assert document.line_of("spec", "size") == 20


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("- a", id="a list"),
        pytest.param("a", id="a text"),
        pytest.param("", id="nothing"),
        pytest.param("a: b\na: c", id="a key twice"),
        pytest.param("a: b\n  c", id="a value in two lines"),
        pytest.param("a: |\n\n  b", id="a text that begins with an empty line"),
        pytest.param("a: |\n  b\n     ", id="a text with a line of spaces"),
        pytest.param("a:\n    b: |\n      c\n     d: e", id="a text that ends between two margins"),
        pytest.param("true: a", id="a key that is no text"),
        pytest.param("a: b\n" * 200_001, id="too long"),
        pytest.param("\n".join(f"{' ' * at}a:" for at in range(60)), id="too deep"),
    ],
)
def test_what_is_unusual_is_left_to_others(text: str) -> None:
    rows = text.split("\n")

    with pytest.raises(UnusualError):
        read_document(rows, 0, len(rows))


def test_characters_that_hide_are_not_plain() -> None:
    assert is_plain("a: b\n")
    assert not any(is_plain(text) for text in ("a: b", "a:\tb\n", "a: é\n", "a\r\n", "\x00\n"))
