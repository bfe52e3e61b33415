from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import build
from waypost.scorecards.exemptions.covering import Cover, find_cover, findings_of, next_edge
from waypost.scorecards.exemptions.ledger import Asked, Stage, make_ledger
from waypost.scorecards.exemptions.model import Exemption, Place, Terms, ends_at, is_active
from waypost.scorecards.model import ExemptionPolicy

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
    assert is_active(exemption(), PLACE, build.NOON + day * DAY) is expected


def test_an_exemption_ends_when_its_scorecard_no_longer_allows_it() -> None:
    assert ends_at(exemption(lasts=90), Terms(30 * DAY)) == build.NOON + 30 * DAY


@given(starts=days, lasts=st.integers(1, 400), allowed=longest, at=days)
def test_an_exemption_is_never_active_outside_its_time_nor_longer_than_allowed(
    starts: int, lasts: int, allowed: int | None, at: int
) -> None:
    given_one = exemption(starts, lasts)
    place = replace(PLACE, terms=Terms(None if allowed is None else allowed * DAY))
    active = is_active(given_one, place, build.NOON + at * DAY)

    expected = starts <= at < starts + (lasts if allowed is None else min(lasts, allowed))
    assert active is expected


@given(starts=days, lasts=st.integers(1, 400), at=days)
def test_whoever_asks_gets_the_same_answer(starts: int, lasts: int, at: int) -> None:
    given_one, moment = exemption(starts, lasts), build.NOON + at * DAY

    assert (find_cover([given_one], PLACE, moment).whole is not None) is is_active(given_one, PLACE, moment)


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
    assert find_cover([exemption(**other)], PLACE, build.NOON).whole is None


def test_of_two_active_exemptions_the_one_that_lasts_longer_counts() -> None:
    short, long = exemption(lasts=3, name="short"), exemption(lasts=9, name="long")

    assert find_cover([long, short], PLACE, build.NOON).whole is long


WANTED = Terms(approvers=("group:default/board", "group:default/risk"))


@pytest.mark.parametrize(
    ("approvers", "expected"),
    [
        pytest.param((), False, id="nobody"),
        pytest.param(("group:default/friends",), False, id="somebody who may not"),
        pytest.param(("group:default/friends", "group:default/risk"), True, id="one of those who may"),
    ],
)
def test_an_exemption_that_nobody_approved_who_may_is_never_active(
    approvers: tuple[str, ...], *, expected: bool
) -> None:
    given_one, place = exemption(approvers=approvers), replace(PLACE, terms=WANTED)

    assert is_active(given_one, place, build.NOON) is expected
    assert find_cover([given_one], place, build.NOON) == Cover(given_one if expected else None)


def test_findings_are_covered_one_by_one_and_by_several_exemptions_together() -> None:
    one, two = (
        exemption(name="one", findings=("CVE-1", "CVE-2")),
        exemption(name="two", lasts=60, findings=("CVE-3",)),
    )
    cover = find_cover([two, one], PLACE, build.NOON)

    all_found, some = cover.find(["CVE-1", {"id": "CVE-3"}]), cover.find(["CVE-1", "CVE-4", "CVE-5"])

    assert (all_found.is_whole, all_found.names, all_found.remaining) == (True, "one, two", ())
    assert (some.is_whole, some.names) == (False, "one")
    assert some.text == "1 of 3 findings exempt; remaining: CVE-4, CVE-5"


@pytest.mark.parametrize(
    "evidence",
    [
        pytest.param(None, id="none"),
        pytest.param("CVE-1", id="a text"),
        pytest.param([], id="an empty list"),
        pytest.param(["CVE-1", 7], id="a number among them"),
        pytest.param(["CVE-1", {"name": "x"}], id="an object without an id"),
    ],
)
def test_evidence_that_lists_no_findings_is_covered_by_nothing(evidence: Any) -> None:
    cover = find_cover([exemption(findings=("CVE-1",))], PLACE, build.NOON)

    assert findings_of(evidence) == ()
    assert cover.find(evidence).is_whole is False


def test_the_next_edge_is_the_next_start_or_end_of_an_approved_one() -> None:
    soon, late, refused = exemption(2, 9), exemption(0, 5), exemption(1, 1, approvers=())
    soon, late = (replace(each, approvers=WANTED.approvers) for each in (soon, late))

    edges = [next_edge([soon, late, refused], WANTED, build.NOON + day * DAY) for day in (0, 2, 5, 11)]

    assert edges == [build.NOON + 2 * DAY, build.NOON + 5 * DAY, build.NOON + 11 * DAY, None]


@given(
    given_ones=st.lists(st.tuples(days, st.integers(1, 200), st.booleans()), max_size=5),
    allowed=longest,
    at=st.integers(min_value=-400 * 24, max_value=400 * 24),
)
def test_ledger_and_evaluation_agree_at_any_time(
    given_ones: list[tuple[int, int, bool]], allowed: int | None, at: int
) -> None:
    moment = build.NOON + timedelta(hours=at)
    policy = ExemptionPolicy({} if allowed is None else {"*": allowed * DAY}, WANTED.approvers)
    exemptions = [
        exemption(starts, lasts, name=f"e{number}", approvers=WANTED.approvers if is_approved else ())
        for number, (starts, lasts, is_approved) in enumerate(given_ones)
    ]

    entries = make_ledger(exemptions, {"ready": Asked("Ready", policy, {"owned": ("Owned", 1)})}, {}, moment)

    place = replace(PLACE, terms=policy.terms("unset"))
    active = {each.name for each in exemptions if is_active(each, place, moment)}
    assert {entry.exemption.name for entry in entries if entry.stage is Stage.ACTIVE} == active
    assert (find_cover(exemptions, place, moment).whole is not None) is bool(active)
    edge = next_edge(exemptions, place.terms, moment - timedelta(seconds=1))
    assert edge is None or edge >= moment
