"""Evaluates the bench's estate in a folder, and writes what that took as JSON."""

from __future__ import annotations

import json
import resource
import sys
from contextlib import nullcontext, suppress
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine

import build
from bench import rules
from waypost.core.database import open_engine, transaction, upgrade
from waypost.core.host import find_plugins
from waypost.core.plugin import Context
from waypost.core.progress import SilentProgress, open_progress
from waypost.facts.changes import lock_facts, next_revision
from waypost.facts.tables import facts_fact
from waypost.facts.writing import put_facts
from waypost.scorecards.evaluation.recording import Evaluation, Tally

FACTS = 40
"""Facts that change one after the other, each evaluated on its own."""


def measure(root: Path, entities: int, checks: int) -> dict[str, float]:
    """Evaluate so many entities by so many checks: all is new, nothing changed, all once more, one fact each."""
    engine = open_engine(f"sqlite:///{root / 'waypost.db'}")
    upgrade(engine, find_plugins())
    known = rules.knowledge(entities, checks)
    with transaction(engine) as connection:
        put_facts(connection, "all", rules.all_facts(entities), at=build.NOON, refused=[])
    found: dict[str, float] = {}
    with Evaluation(known) as evaluation:
        for name, is_anew in (("first", False), ("unchanged", False), ("anew", True)):
            begin = spent()
            _run(engine, evaluation, build.NOON, is_anew=is_anew)
            found[name] = spent() - begin
        single = 0.0
        for number in range(FACTS):
            ref, at = str(rules.entity(number).ref), build.NOON + timedelta(minutes=number + 1)
            with transaction(engine) as connection:
                _change(connection, ref, number, at)
            begin = spent()
            assert _run(engine, evaluation, at).checks in range(1, 9)
            single += spent() - begin
        found["fact"] = single / FACTS
        found["peak"] = peak_megabytes()
    engine.dispose()
    return found


def _change(connection: Connection, ref: str, number: int, at: datetime) -> None:
    """Give a service another number of contributors, as a push does."""
    lock_facts(connection, at)
    revision = next_revision(connection, at)
    columns = facts_fact.c
    connection.execute(
        facts_fact.update()
        .where(columns.entity == ref, columns.path == "git.contributors")
        .values(value=number % 5 + 1, revision=revision)
    )


def _run(engine: Engine, evaluation: Evaluation, now: datetime, *, is_anew: bool = False) -> Tally:
    # A bar for a single entity is nothing that anybody sees.
    shown = open_progress() if is_anew or now == build.NOON else nullcontext(SilentProgress())
    with shown as progress, transaction(engine) as connection:
        given = build.context(connection, now=now)
        context = Context(
            workspace=given.workspace, settings=given.settings, knowledge=given.knowledge,
            connection=connection, now=now, progress=progress,
        )  # fmt: skip
        return evaluation.run(context, is_anew=is_anew)


def _family() -> list[int]:
    """Return this process and those it started."""
    children = Path("/proc/self/task").glob("*/children")
    return [int(pid) for file in children for pid in file.read_text(encoding="ascii").split()]


def spent() -> float:
    """Return the seconds of CPU of this process and of the worker that it started."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    own = sum(one.ru_utime + one.ru_stime for one in used)
    for pid in _family():
        with suppress(OSError):
            own += int(Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[0]) / 1e9
    return own


def peak_megabytes() -> float:
    """Return the most memory that this process and its worker had, in megabytes."""
    return sum(_peak_of(pid) for pid in ["self", *map(str, _family())])


def _peak_of(pid: str) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    kib = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(kib) * 1024 / 1e6


if __name__ == "__main__":
    json.dump(measure(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])), sys.stdout)
