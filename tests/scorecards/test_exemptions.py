from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import build
from waypost.scorecards.exemptions.model import Exemption, Place, ends_at, find_active, is_active

DAY = timedelta(days=1)
PLACE = Place("ready", "owned", "component:default/till")
days = st.integers(min_value=-400, max_value=400)
longest = st.none() | st.integers(min_value=0, max_value=400)


def exemption(starts: int = 0, lasts: int = 30, **other: object) -> Exemption:
    start = build.NOON + starts * DAY
    values = {"checks": ("owned",), "entities": (PLACE.entity,), "scorecard": "ready", "name": "x"} | other
    return Exemption(**values, starts_at=start, expires_at=start + lasts * DAY)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param(-1, False, id="before it starts"),
        pytest.param(0, True, id="as it starts"),
        pytest.param(29, True, id="on its last day"),
        pytest.param(30, False, id="as it ends"),
    ],
)
def test_an_exemption_is_active_from_its_start_until_its_end(day: int, *, expected: bool) -> None:
    assert is_active(exemption(), build.NOON + day * DAY, None) is expected


def test_an_exemption_ends_when_its_scorecard_no_longer_allows_it() -> None:
    assert ends_at(exemption(lasts=90), 30 * DAY) == build.NOON + 30 * DAY


@given(starts=days, lasts=st.integers(1, 400), allowed=longest, at=days)
def test_an_exemption_is_never_active_outside_its_time_nor_longer_than_allowed(
    starts: int, lasts: int, allowed: int | None, at: int
) -> None:
    given_one = exemption(starts, lasts)
    limit = None if allowed is None else allowed * DAY
    active = is_active(given_one, build.NOON + at * DAY, limit)

    expected = starts <= at < starts + (lasts if allowed is None else min(lasts, allowed))
    assert active is expected


@given(starts=days, lasts=st.integers(1, 400), at=days)
def test_whoever_asks_gets_the_same_answer(starts: int, lasts: int, at: int) -> None:
    given_one, moment = exemption(starts, lasts), build.NOON + at * DAY

    assert (find_active([given_one], PLACE, moment) is not None) is is_active(given_one, moment, None)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"scorecard": "other"}, id="another scorecard"),
        pytest.param({"checks": ("other",)}, id="another check"),
        pytest.param({"entities": ("component:default/other",)}, id="another entity"),
        pytest.param({"findings": ("CVE-2026-1",)}, id="single findings"),
    ],
)
def test_an_exemption_from_something_else_does_not_count(other: dict[str, Any]) -> None:
    assert find_active([exemption(**other)], PLACE, build.NOON) is None


def test_of_two_active_exemptions_the_one_that_lasts_longer_counts() -> None:
    short, long = exemption(lasts=3, name="short"), exemption(lasts=9, name="long")

    assert find_active([long, short], PLACE, build.NOON) is long
