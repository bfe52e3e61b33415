from __future__ import annotations

from waypost.core.facets import Names, dumped, versioned


def test_values_are_numbered_in_the_order_in_which_they_are_met() -> None:
    names = Names()

    assert [names.number(value) for value in ("b", "", "a", "b")] == [1, 0, 2, 1]
    assert names.shown == ["b", "a"]


def test_a_value_may_be_shown_otherwise_than_it_is_known() -> None:
    names = Names()

    assert names.number("group:default/a", ["group:default/a", "Team A"]) == 1
    assert names.shown == [["group:default/a", "Team A"]]


def test_another_content_has_another_address() -> None:
    one, other = (versioned("x.json", dumped({"a": number})) for number in (1, 2))

    assert one.startswith("x.json?")
    assert one != other
