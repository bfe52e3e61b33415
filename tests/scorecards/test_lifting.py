from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

import build
from waypost.scorecards.model import MET, STATE_LETTERS
from waypost.scorecards.reading.heat import cells, counts_of
from waypost.scorecards.reading.index import CardIndex, Row
from waypost.scorecards.reading.lifting import Lift, lifts
from waypost.scorecards.reading.rollups import Graded

LEVELS = ("", "bronze", "silver", "gold")
MET_LETTERS = {STATE_LETTERS[state] for state in MET}

letters = st.sampled_from(sorted(STATE_LETTERS.values()))
ladders = st.lists(st.sampled_from(LEVELS), min_size=1, max_size=6)


def reached(states: str, ladder: Sequence[str]) -> int:
    """Return the place of the highest level whose checks, and those below, are all met; 0 for none."""
    place = 0
    for level in LEVELS[1:]:
        if any(of == level and letter not in MET_LETTERS for letter, of in zip(states, ladder, strict=True)):
            break
        place += 1
    return place


def index_of(ladder: Sequence[str], rows: Sequence[Row]) -> CardIndex:
    checks = [{"id": f"c{place}", "level": level} for place, level in enumerate(ladder)]
    document = {"name": "x", "levels": [{"name": name} for name in LEVELS[1:]], "checks": checks}
    return CardIndex(document, rows)


def row(states: str, ladder: Sequence[str], goal: str, kept: int) -> Row:
    """Return an entity, whose level is kept at *kept* by grace where that is higher."""
    level = max(reached(states, ladder), kept)
    graded = Graded(LEVELS[level], None, level >= LEVELS.index(goal), "", "")
    return Row("component:default/x", graded, None, goal, None, build.NOON, states)


@settings(max_examples=150, deadline=None)
@given(data=st.data(), ladder=ladders)
def test_a_check_lifts_whom_it_alone_keeps_down(data: st.DataObject, ladder: list[str]) -> None:
    drawn = st.tuples(
        st.lists(letters, min_size=len(ladder), max_size=len(ladder)).map("".join),
        st.sampled_from(LEVELS[1:]),
        st.integers(0, 3),
    )
    rows = [row(states, ladder, goal, kept) for states, goal, kept in data.draw(st.lists(drawn, max_size=6))]

    found = lifts(index_of(ladder, rows))

    for place in range(len(ladder)):
        better = [replace(each, states=f"{each.states[:place]}p{each.states[place + 1 :]}") for each in rows]
        now = [LEVELS.index(each.graded.level) for each in rows]
        then = [reached(each.states, ladder) for each in better]
        risen = [each for each, before, after in zip(rows, now, then, strict=True) if after > before]
        targets = sum(
            before < LEVELS.index(each.target_level) <= after
            for each, before, after in zip(rows, now, then, strict=True)
        )
        assert found.get(f"c{place}", Lift()) == Lift(len(risen), targets)


@settings(max_examples=50, deadline=None)
@given(
    st.integers(1, 5).flatmap(
        lambda size: st.lists(st.lists(letters, min_size=size, max_size=size).map("".join), min_size=1)
    )
)
def test_what_is_counted_together_is_what_is_counted_one_by_one(states: list[str]) -> None:
    checks = [f"c{place}" for place in range(len(states[0]))]

    counted = dict(counts_of(checks, states))
    drawn = cells(states, len(checks))

    for place, check in enumerate(checks):
        column = [each[place] for each in states]
        assert sum(counted[check].values()) == len(column)
        assert counted[check].get("fail", 0) == drawn[place]["unmet"] == column.count("f")
        assert drawn[place]["met"] == column.count("p") + column.count("w")
        assert drawn[place]["exempt"] == column.count("x")
        assert drawn[place]["of"] == len(column) - column.count("-") - column.count("u")
