"""Facts about texts that somebody wrote to be slow to read: each takes about as long as it is long."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

import pytest

from waypost.adr.versions import state_in
from waypost.core.frontmatter import read_entries, split_lines
from waypost.core.markdownfile import parse_outline
from waypost.documents.snippets.manifests import is_elided, is_template
from waypost.documents.snippets.promql import read_promql
from waypost.documents.snippets.shelltext import expanded, placeholders
from waypost.runbooks.commandtext import set_variables
from waypost.runbooks.filling import fill

_ENOUGH_S: Final = 5.0
_READERS: Final[tuple[tuple[Callable[[str], object], str], ...]] = (
    (lambda text: state_in("adr/a.md", text), "---\r\n" + "tag: a\r\n" * 2_000 + "---\r\n# Title\r\n"),
    (parse_outline, "\n# " * 30_000),
    (lambda text: read_entries(split_lines(text)), "---\na" + " " * 300_000 + "b\n---\n"),
    (expanded, "<<a\n" * 50_000),
    (placeholders, "<<'a'\n" * 50_000),
    (set_variables, "a\n" + "<<a\n" * 50_000),
    (is_template, "{{" * 100_000),
    (is_template, "${a" * 100_000),
    (is_elided, " " * 200_000),
    (read_promql, "${" * 100_000),
    (lambda text: fill(text, {"NODE": "a"}), "$(" * 20_000 + "$NODE"),
)


@pytest.mark.parametrize(("read", "text"), _READERS)
def test_a_long_text_is_read_at_once(read: Callable[[str], object], text: str) -> None:
    started = time.monotonic()

    read(text)

    assert time.monotonic() - started < _ENOUGH_S


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("a: {{ b }}", True),
        ("a: {{ b\n}}", False),
        ("a: {{}", False),
        ("a: }} {{", False),
        ("${1} ${A}", True),
        ("${A\n}", False),
        ("} ${A", False),
        ("{% if %}", True),
        ("{a: {b: c}}", False),
    ],
)
def test_a_template_is_told_by_what_opens_and_closes_in_a_line(text: str, *, is_one: bool) -> None:
    assert is_template(text) is is_one
