from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waypost.adr.status import parse_status


@pytest.mark.parametrize(
    ("text", "status"),
    [
        pytest.param("Accepted", "accepted", id="a word"),
        pytest.param("**Accepted**", "accepted", id="bold"),
        pytest.param("✅ Accepted", "accepted", id="behind a symbol"),
        pytest.param("Accepted ([#1484](x))", "accepted", id="with a remark"),
        pytest.param("Accepted. Tracking issue: [#2803][t].", "accepted", id="with a sentence"),
        pytest.param("Superseded by [ADR-22](adr-22.md).", "superseded", id="with its successor"),
        pytest.param("remplacé par 0004", "remplacé", id="French, as written"),
        pytest.param("Implemented (moved)", "implemented", id="an unknown word"),
        pytest.param("on hold", "on hold", id="two unknown words"),
        pytest.param("Discussed by @s.a.n and @b.", "discussed by @s.a.n and @b", id="a sentence"),
        pytest.param("{Deprecated|Proposed|Accepted}", "", id="left from a template"),
        pytest.param("What is the status, such as proposed?", "", id="a template's question"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_a_status_is_the_word_that_a_reader_would_name(text: str, status: str) -> None:
    assert parse_status(text) == status


@given(st.text())
def test_no_text_breaks_the_reading(text: str) -> None:
    assert parse_status(text) == parse_status(text).lower()
