from __future__ import annotations

import pytest

from waypost.scorecards.rules.compiling import RuleError
from waypost.scorecards.rules.messages import parse_message


@pytest.mark.parametrize(
    ("text", "expressions", "filled"),
    [
        pytest.param("plain", (), "plain", id="no expression"),
        pytest.param("${a} of ${b}", ("a", "b"), "1 of 1", id="two"),
        pytest.param("${ {'x': 1}['x'] }!", ("{'x': 1}['x']",), "1!", id="braces inside"),
        pytest.param("${'}' + a}", ("'}' + a",), "1", id="a brace in quotes"),
    ],
)
def test_expressions_in_a_message_are_found_and_filled(
    text: str, expressions: tuple[str, ...], filled: str
) -> None:
    message = parse_message(text)

    assert message.expressions == expressions
    assert message.fill([1] * len(expressions)) == filled


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "?"),
        (True, "yes"),
        (99.95, "99.95"),
        (3.0, "3"),
        ([1, "a"], "1, a"),
        ("text", "text"),
        ("2026-11-23T10:54:17+00:00", "2026-11-23"),
    ],
)
def test_values_are_shown_as_people_read_them(value: object, shown: str) -> None:
    assert parse_message("${a}").fill([value]) == shown


@pytest.mark.parametrize("text", ["${", "a ${b", "${}", "${'}"])
def test_a_message_that_is_not_closed_is_refused(text: str) -> None:
    with pytest.raises(RuleError, match="not closed or is empty"):
        parse_message(text)
