from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, select

import build
from scorecards.estate import CATALOG, LEDGER, SCORECARD, TILL, Estate
from waypost.core.database import reading
from waypost.scorecards import store
from waypost.scorecards.tables import (
    scorecards_change,
    scorecards_grade,
    scorecards_grade_change,
    scorecards_result,
)

GOOD = (TILL, "slo.target", 99.95), (LEDGER, "slo.target", 98)
POOR = (TILL, "slo.target", 50), (LEDGER, "slo.target", 98)


def states(engine: Engine) -> dict[tuple[str, str], str]:
    with reading(engine) as connection:
        rows = connection.execute(select(scorecards_result)).all()
    return {(row.entity, row.check_id): row.state for row in rows}


def levels(engine: Engine) -> dict[str, str]:
    with reading(engine) as connection:
        rows = connection.execute(select(scorecards_grade)).all()
    return {row.entity: row.level for row in rows}


def rows(engine: Engine, table: Any) -> list[Any]:
    with reading(engine) as connection:
        return list(connection.execute(select(table).order_by(table.c.id)))


def test_every_check_of_every_entity_it_applies_to_is_evaluated(estate: Estate) -> None:
    said = estate.run(*GOOD)

    assert said == "Evaluated 4 checks of 2 entities by 1 scorecards; 4 changed."
    assert states(estate.engine) == {
        (TILL, "owned"): "pass",
        (TILL, "precise"): "pass",
        (LEDGER, "owned"): "pass",
        (LEDGER, "precise"): "fail",
    }
    assert levels(estate.engine) == {TILL: "silver", LEDGER: "bronze"}


def test_evaluating_again_changes_nothing_and_writes_no_history(estate: Estate) -> None:
    estate.run(*GOOD)
    with reading(estate.engine) as connection:
        before = store.results_of(connection, [TILL, LEDGER])
    estate.now += timedelta(hours=1)

    said = estate.run(*GOOD)

    assert said.endswith("0 changed.")
    with reading(estate.engine) as connection:
        assert store.results_of(connection, [TILL, LEDGER]) == before
    assert len(rows(estate.engine, scorecards_change)) == 4


def test_a_changed_fact_moves_the_level_and_both_are_in_the_history(estate: Estate) -> None:
    estate.run(*GOOD)
    estate.now += timedelta(hours=1)

    estate.run(*POOR)

    change = rows(estate.engine, scorecards_change)[-1]
    moved = rows(estate.engine, scorecards_grade_change)[-1]
    assert (change.entity, change.check_id, change.state, change.was, change.because, change.at) == (
        TILL, "precise", "fail", "pass", "data", estate.now,
    )  # fmt: skip
    assert (moved.level, moved.was, moved.because) == ("bronze", "silver", "data")


def test_a_broken_collector_costs_a_level_only_after_the_grace(estate: Estate) -> None:
    estate.run(*GOOD)
    seen = []
    for day in (1, 8, 15, 16):
        estate.now = build.NOON + timedelta(days=day)
        estate.evaluate()
        seen.append((day, states(estate.engine)[TILL, "precise"], levels(estate.engine)[TILL]))

    assert seen == [
        (1, "pass", "silver"),
        (8, "stale", "silver"),
        (15, "stale", "bronze"),
        (16, "stale", "bronze"),
    ]


def test_an_exemption_counts_while_it_lasts(estate: Estate) -> None:
    estate.run(*POOR)
    exemption = (
        "apiVersion: waypost.dev/v1alpha1\nkind: Exemption\nmetadata: {name: later}\nspec: {scorecard: ready, "
        "checks: [precise], entities: [component:till], reason: soon, from: 2026-11-01, expires: 2026-11-03}\n"
    )
    build.write_files(estate.workspace.root, {"catalog/exemption.yaml": exemption})
    estate.evaluate()
    during = (states(estate.engine)[TILL, "precise"], levels(estate.engine)[TILL])

    estate.now += timedelta(days=2)
    estate.evaluate()

    assert during == ("exempt", "silver")
    assert (states(estate.engine)[TILL, "precise"], levels(estate.engine)[TILL]) == ("fail", "bronze")
    assert [row.because for row in rows(estate.engine, scorecards_grade_change)][-2:] == ["exemption"] * 2


def test_a_changed_rule_is_told_as_such(estate: Estate) -> None:
    estate.run(*GOOD)
    build.write_files(estate.workspace.root, {"catalog/ready.yaml": SCORECARD.replace("99.9,", "99.99,")})

    estate.evaluate()

    assert states(estate.engine)[TILL, "precise"] == "fail"
    assert rows(estate.engine, scorecards_change)[-1].because == "rule"


def test_what_is_gone_from_the_files_is_gone_from_the_results(estate: Estate) -> None:
    estate.run(*GOOD)
    ready = SCORECARD[: SCORECARD.index("    - id: precise")]
    build.write_files(
        estate.workspace.root,
        {"catalog/estate.yaml": CATALOG.replace("name: ledger", "name: book"), "catalog/ready.yaml": ready},
    )

    estate.evaluate()

    assert states(estate.engine) == {(TILL, "owned"): "pass", ("component:default/book", "owned"): "pass"}
    ends = [row for row in rows(estate.engine, scorecards_grade_change) if row.entity == LEDGER]
    assert (ends[-1].level, ends[-1].was) == ("", "bronze")


def test_the_order_of_documents_changes_nothing(estate: Estate) -> None:
    estate.run(*GOOD)
    with reading(estate.engine) as connection:
        before = (store.results_of(connection, [TILL, LEDGER]), store.grades_of(connection, [TILL, LEDGER]))
    turned = "---\n".join(reversed(CATALOG.split("---\n")))
    build.write_files(estate.workspace.root, {"catalog/estate.yaml": turned})

    estate.run(*reversed(GOOD))

    with reading(estate.engine) as connection:
        after = (store.results_of(connection, [TILL, LEDGER]), store.grades_of(connection, [TILL, LEDGER]))
    assert after == before
