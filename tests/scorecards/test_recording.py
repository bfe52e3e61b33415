from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

import build
from scorecards.estate import CATALOG, LEDGER, SCORECARD, TILL, Estate
from waypost.core.database import reading
from waypost.scorecards import store
from waypost.scorecards.results import Changed
from waypost.scorecards.tables import scorecards_grade

GOOD = (TILL, "slo.target", 99.95), (LEDGER, "slo.target", 98)
POOR = (TILL, "slo.target", 50), (LEDGER, "slo.target", 98)


def states(engine: Engine) -> dict[tuple[str, str], str]:
    with reading(engine) as connection:
        entities = connection.execute(select(scorecards_grade.c.entity)).scalars().all()
        results = store.results_of(connection, entities)
    return {(key[1], check): one.state.value for key, own in results.items() for check, one in own.items()}


def levels(engine: Engine) -> dict[str, str]:
    with reading(engine) as connection:
        rows = connection.execute(select(scorecards_grade)).all()
    return {row.entity: row.level for row in rows}


def history(engine: Engine, entity: str) -> list[Changed]:
    with reading(engine) as connection:
        return store.history_of(connection, "ready", entity)


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
    assert [len(history(estate.engine, entity)) for entity in (TILL, LEDGER)] == [1, 1]


def test_a_changed_fact_moves_the_level_and_both_are_in_the_history(estate: Estate) -> None:
    estate.run(*GOOD)
    estate.now += timedelta(hours=1)

    estate.run(*POOR)

    assert history(estate.engine, TILL)[0] == Changed(
        estate.now, "bronze", "silver", 0.25, "data", [("precise", "pass", "fail", "data")]
    )


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
    assert [change.because for change in history(estate.engine, TILL)][:2] == ["exemption"] * 2


def test_a_changed_rule_is_told_as_such(estate: Estate) -> None:
    estate.run(*GOOD)
    build.write_files(estate.workspace.root, {"catalog/ready.yaml": SCORECARD.replace("99.9,", "99.99,")})

    estate.evaluate()

    assert states(estate.engine)[TILL, "precise"] == "fail"
    assert history(estate.engine, TILL)[0].because == "rule"


def test_what_is_gone_from_the_files_is_gone_from_the_results(estate: Estate) -> None:
    estate.run(*GOOD)
    ready = SCORECARD[: SCORECARD.index("    - id: precise")]
    build.write_files(
        estate.workspace.root,
        {"catalog/estate.yaml": CATALOG.replace("name: ledger", "name: book"), "catalog/ready.yaml": ready},
    )

    estate.evaluate()

    assert states(estate.engine) == {(TILL, "owned"): "pass", ("component:default/book", "owned"): "pass"}
    end = history(estate.engine, LEDGER)[0]
    assert (end.level, end.was_level, end.moves[0]) == ("", "bronze", ("owned", "pass", "", "data"))


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


def test_what_broke_is_tried_again_the_next_day(estate: Estate) -> None:
    broken = SCORECARD.replace("facts.slo.target >= params.least", "1 / int(facts.slo.target) > 0")
    (estate.workspace.root / "catalog/ready.yaml").write_text(broken)
    estate.run((TILL, "slo.target", 0.0), (LEDGER, "slo.target", 1.0))
    assert states(estate.engine)[TILL, "precise"] == "error"

    estate.now += timedelta(hours=11)
    assert estate.evaluate().startswith("Evaluated 0 checks")
    estate.now += timedelta(hours=1)
    assert estate.evaluate().startswith("Evaluated 1 checks of 1 entities")


@pytest.mark.parametrize(
    "broken",
    ["kind: [\n", SCORECARD.replace("facts.slo.target >= params.least", "facts.slo.target >=")],
    ids=["no YAML", "no rule"],
)
def test_a_scorecard_that_cannot_be_read_keeps_what_was_known(estate: Estate, broken: str) -> None:
    estate.run(*GOOD)
    before = history(estate.engine, TILL)
    file = estate.workspace.root / "catalog/ready.yaml"
    file.write_text(broken)
    estate.now += timedelta(hours=1)
    estate.evaluate()
    assert levels(estate.engine)[TILL] == "silver"

    file.write_text(SCORECARD)
    estate.now += timedelta(hours=1)
    estate.evaluate()

    assert history(estate.engine, TILL) == before


def test_a_scorecard_that_is_gone_ends(estate: Estate) -> None:
    estate.run(*GOOD)
    (estate.workspace.root / "catalog/ready.yaml").unlink()

    estate.evaluate()

    assert levels(estate.engine) == {}
