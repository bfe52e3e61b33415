from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
from alembic import command
from sqlalchemy import Connection, text

import build
from scorecards.estate import LEDGER, TILL
from waypost.core import database
from waypost.core.database import open_engine, reading, transaction, upgrade
from waypost.core.host import find_plugins
from waypost.scorecards import store
from waypost.scorecards.model import State

LATER = build.NOON + timedelta(days=1)
DEFINITION = {"checks": [{"id": "a"}, {"id": "b"}], "levels": []}


def insert(connection: Connection, table: str, **values: Any) -> None:
    names = ", ".join(values)
    places = ", ".join(f":{name}" for name in values)
    connection.execute(text(f"INSERT INTO scorecards_{table} ({names}) VALUES ({places})"), values)  # noqa: S608 - names of ours


def time_text(at: Any) -> str:
    return str(at.replace(tzinfo=None))


def fill_old(connection: Connection) -> None:
    """Keep results as they were kept before: a row a check; the ledger is gone since."""
    key = {"scorecard": "ready", "entity": TILL}
    insert(
        connection, "definition", name="ready", lifecycle="active", document=orjson.dumps(DEFINITION).decode()
    )
    nothing = {"would": "", "message": "", "evidence": "null", "exemption": "", "digest": "d"}
    insert(connection, "result", **key, **nothing, check_id="a", state="pass", since=time_text(build.NOON))
    found = {"would": "fail", "message": "m", "evidence": '["x"]', "exemption": "e", "digest": "d"}
    insert(connection, "result", **key, **found, check_id="b", state="exempt", since=time_text(LATER))
    insert(
        connection, "grade", **key, owner="", system="", domain="", tier="unset", level="low", evaluated=2,
        applicable=2, target_level="", since=time_text(build.NOON),
    )  # fmt: skip
    for entity in (TILL, LEDGER):
        for check, state, was, at in (("a", "pass", "", build.NOON), ("b", "fail", "", build.NOON)):
            insert(
                connection, "change", scorecard="ready", entity=entity, check_id=check, at=time_text(at),
                state=state, was=was, because="rule",
            )  # fmt: skip
        insert(
            connection, "grade_change", scorecard="ready", entity=entity, at=time_text(build.NOON), level="low",
            was="", score=0.5, because="rule",
        )  # fmt: skip
    insert(
        connection, "change", **key, check_id="b", at=time_text(LATER), state="exempt", was="fail",
        because="exemption",
    )  # fmt: skip
    insert(
        connection, "grade_change", scorecard="ready", entity=LEDGER, at=time_text(LATER), level="", was="low",
        because="data",
    )  # fmt: skip


def test_results_and_history_of_an_older_database_are_kept(empty_database_url: str) -> None:
    empty_engine = open_engine(empty_database_url)
    plugins = find_plugins()
    config = database._migrations(plugins)
    with transaction(empty_engine) as connection:
        config.attributes.update(connection=connection, done=[])
        command.upgrade(config, "scorecards_0001")
        fill_old(connection)

    upgrade(empty_engine, plugins)

    with reading(empty_engine) as connection:
        results = store.results_of(connection, [TILL])["ready", TILL]
        [last, first] = store.history_of(connection, "ready", TILL)
        [end, _] = store.history_of(connection, "ready", LEDGER)
    assert (results["a"].state, results["a"].since) == (State.PASS, build.NOON)
    exempt = results["b"]
    assert (exempt.state, exempt.would, exempt.evidence, exempt.since) == (
        State.EXEMPT,
        State.FAIL,
        ["x"],
        LATER,
    )
    assert first.moves == [("a", "", "pass", "rule"), ("b", "", "fail", "rule")]
    assert (first.level, first.was_level, first.score) == ("low", "", 0.5)
    assert (last.level, last.was_level, last.moves) == ("low", "low", [("b", "fail", "exempt", "exemption")])
    assert (end.level, end.moves) == ("", [("a", "pass", "", "data"), ("b", "fail", "", "data")])
    empty_engine.dispose()
