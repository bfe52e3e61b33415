"""Texts of a report show as they are, whatever they hold."""

from __future__ import annotations

import pytest

from waypost.core.report import MOST_ROWS, code, table, told


def test_a_long_table_is_cut_and_counted() -> None:
    text = table(("A",), [(str(number),) for number in range(MOST_ROWS + 5)])

    assert text.endswith("… and 5 more.")
    assert len(text.splitlines()) == MOST_ROWS + 4


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("a|b", "a&#124;b", id="a table's bar"),
        pytest.param("@all", "@\u200ball", id="a mention"),
        pytest.param("<b>", "&lt;b&gt;", id="HTML"),
        pytest.param("one\ntwo", "one two", id="lines"),
    ],
)
def test_text_shows_as_itself_and_calls_nobody(text: str, shown: str) -> None:
    assert told(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("plain", "`plain`", id="plain"),
        pytest.param("a`b", "``a`b``", id="a tick within"),
        pytest.param("`a`", "`` `a` ``", id="ticks at the ends"),
        pytest.param("a|b", "`a\\|b`", id="a table's bar"),
    ],
)
def test_code_shows_as_itself(text: str, shown: str) -> None:
    assert code(text) == shown
