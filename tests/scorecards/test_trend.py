from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from scorecards.estate import LEDGER, TILL, Estate
from waypost.core.database import reading, transaction
from waypost.scorecards.reading.tables import scorecards_trend
from waypost.scorecards.reading.trend import close_day

GOOD = (TILL, "slo.target", 99.95), (LEDGER, "slo.target", 98)
BETTER = (TILL, "slo.target", 99.95), (LEDGER, "slo.target", 99.5)
DAY = date(2026, 11, 2)


def close(estate: Estate, day: date) -> None:
    with transaction(estate.engine) as connection:
        close_day(connection, day)


def kept(estate: Estate, by: str = "whole") -> list[Any]:
    table = scorecards_trend
    with reading(estate.engine) as connection:
        rows = connection.execute(select(table).where(table.c.by == by).order_by(table.c.day, table.c.key))
        return list(rows)


def test_a_day_keeps_what_grades_say_as_a_whole_and_by_part(estate: Estate) -> None:
    estate.run(*GOOD)

    close(estate, DAY)

    [whole] = kept(estate)
    assert (whole.day, whole.key, whole.entities, whole.met, whole.of) == (DAY, "", 2, 2, 2)
    assert whole.levels == {"bronze": 1, "silver": 1, "none": 0}
    assert whole.median_score == (1 + 1 / 4) / 2
    assert whole.checks == {"owned": {"pass": 2}, "precise": {"fail": 1, "pass": 1}}
    assert [(row.key, row.entities) for row in kept(estate, "tier")] == [("tier-1", 1), ("tier-2", 1)]
    assert [(row.key, row.checks) for row in kept(estate, "owner")] == [("group:default/pay", {})]
    assert [row.key for row in kept(estate, "system")] == [""]


def test_a_day_like_the_one_before_is_not_kept(estate: Estate) -> None:
    estate.run(*GOOD)
    close(estate, DAY)
    close(estate, DAY + timedelta(days=1))

    estate.run(*BETTER)
    close(estate, DAY + timedelta(days=2))

    assert [row.day for row in kept(estate)] == [DAY, DAY + timedelta(days=2)]
    assert [(row.day.day, row.key) for row in kept(estate, "tier")] == [
        (2, "tier-1"),
        (2, "tier-2"),
        (4, "tier-2"),
    ]


def test_a_day_that_is_closed_again_is_as_of_the_second_time(estate: Estate) -> None:
    estate.run(*GOOD)
    close(estate, DAY)
    estate.run(*BETTER)
    close(estate, DAY)
    close(estate, DAY)

    assert [row.levels["silver"] for row in kept(estate)] == [2]


def test_a_part_that_is_gone_ends_with_a_day_of_none(estate: Estate) -> None:
    estate.run(*GOOD)
    close(estate, DAY)
    catalog = estate.workspace.root / "catalog/estate.yaml"
    catalog.write_text(catalog.read_text(encoding="utf-8").replace("tier-2", "tier-3"), encoding="utf-8")

    estate.run(*GOOD)
    close(estate, DAY + timedelta(days=1))
    close(estate, DAY + timedelta(days=2))

    assert [(row.day.day, row.key, row.entities) for row in kept(estate, "tier")] == [
        (2, "tier-1", 1),
        (2, "tier-2", 1),
        (3, "tier-2", 0),
        (3, "tier-3", 1),
    ]
