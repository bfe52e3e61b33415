"""A drill from the command line: finding the runbook, who and where, going on, and what comes of it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from waypost.catalog.model import Catalog
from waypost.catalog.refs import EntityRef
from waypost.core.errors import Fault, InputError, suggest
from waypost.core.host import Host
from waypost.core.plugin import Knowledge
from waypost.runbooks.addresses import make_addresses
from waypost.runbooks.briefs import Brief, brief_of, document_of
from waypost.runbooks.drill.recording import Drill, find_kept, forget, keep, moment, write_record
from waypost.runbooks.drill.session import QuitError, Session
from waypost.runbooks.drill.talking import LeftError, ask_choice, ask_line, ask_yes, say, value_fault
from waypost.runbooks.drill.walk import Walk, make_walk
from waypost.runbooks.model import Runbook, Runbooks


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the command line says of a drill; "" or None is asked, or by default."""

    by: str
    environment: str
    start: str
    record: Path | None
    limit_s: float
    may_read: bool
    keeps_values: bool


def find_runbook(knowledge: Knowledge, name: str) -> Runbook:
    """Return the runbook called *name*, or the one that answers the alert *name*, in any case.

    Raises:
        InputError: There is none; it says which may have been meant.
    """
    runbooks, catalog = knowledge[Runbooks], knowledge[Catalog]
    addresses = make_addresses(document_of(each, catalog) for each in runbooks.ordered)
    entry = addresses.find(name)
    if entry is not None:
        return runbooks.get(entry.runbook)
    near = " or ".join(each.entry.alert for each in addresses.likely(name)[:3])
    raise InputError(
        f"no runbook is called '{name}', and none answers an alert of that name",
        [f"did you mean {near}?" if near else "'waypost runbook list' shows all"],
    )


def read_values(brief: Brief, given: Iterable[str]) -> dict[str, str]:
    """Return the values that *given* names, each as ``NAME=value``.

    Raises:
        InputError: One names no variable of the page, or does not fit it.
    """
    known = {variable.name: variable for variable in brief.variables}
    values: dict[str, str] = {}
    faults: list[Fault] = []
    for each in given:
        name, equals, value = each.partition("=")
        variable = known.get(name) or known.get(name.upper())
        if variable is None or not equals:
            told = "has no such variable" if equals else "write it as NAME=value"
            faults.append(Fault(name, f"{told}. {suggest(name, known)}".rstrip(". ")))
        elif fault := value_fault(variable, value):
            faults.append(Fault(name, fault))
        else:
            values[variable.name] = value
    if faults:
        raise InputError("--set", faults)
    return values


def is_terminal() -> bool:
    """Tell whether a person sits at both ends."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def run_drill(
    host: Host,
    knowledge: Knowledge,
    brief: Brief,
    *,
    values: Mapping[str, str],
    wanted: Wanted,
    now: datetime,
) -> int:
    """Lead through *brief*, and write the record; return the exit code: 0 written, 1 not."""
    walk = make_walk(brief)
    root = host.workspace.root
    start = walk.find(wanted.start) if wanted.start else 0
    try:
        drill, start = _begin(host, knowledge, brief, walk, wanted=wanted, start=start, now=now)
    except LeftError:
        return 1
    session = Session(
        brief,
        walk,
        drill,
        lambda each: keep(root, each),
        wanted.limit_s,
        dict(values),
        may_read=wanted.may_read,
    )
    _introduce(brief, walk)
    try:
        session.go(start)
    except QuitError:
        return _stop(root, session, wanted)
    except LeftError:
        say("The drill is kept as far as it got; the same command goes on with it.")
        return 1
    return _write(root, session, wanted)


def _begin(
    host: Host, knowledge: Knowledge, brief: Brief, walk: Walk, *, wanted: Wanted, start: int, now: datetime
) -> tuple[Drill, int]:
    kept = find_kept(host.workspace.root, brief.name)
    if kept is not None and kept.done:
        places = [place for place, step in enumerate(walk.steps) if step.label not in kept.done]
        say(
            f"A drill of {kept.at[:10]} was broken off: {len(kept.done)} of {len(walk.steps)} steps are done."
        )
        if ask_yes("Go on with it?"):
            return kept, start or (places[0] if places else len(walk.steps))
    by = _group(knowledge[Catalog], wanted.by)
    environment = wanted.environment
    while not environment:
        environment = ask_line("Environment (such as staging): ")
    head = host.workspace.history.head or ""
    drill = Drill(runbook=brief.name, by=by, at=moment(now), environment=environment, commit=head[:12])
    return drill, start


def _group(catalog: Catalog, given: str) -> str:
    """Return the group that goes through the runbook, as a reference.

    Raises:
        InputError: *given* is no group of the catalog.
    """
    if given:
        return _known_group(catalog, given)
    while True:
        try:
            return _known_group(catalog, ask_line("By (a group): "))
        except InputError as error:
            say(f"  {error}")


def _known_group(catalog: Catalog, given: str) -> str:
    ref = EntityRef.parse(given, default_kind="group")
    found = catalog.find(ref)
    if found is None or ref.kind != "group":
        near = suggest(ref.name, (group.ref.name for group in catalog.groups))
        raise InputError(given, [f"is no group of the catalog. {near}".rstrip()])
    return str(found.ref)


def _introduce(brief: Brief, walk: Walk) -> None:
    say("", f"{brief.title}: {len(walk.steps)} steps. Nothing runs unless you say so.")
    say(
        "At every step: run it here, say that you did it elsewhere, skip it, go back, or quit. Ctrl-C stops a command."
    )


def _stop(root: Path, session: Session, wanted: Wanted) -> int:
    """Ask what is to become of a drill that is not at its end."""
    count, done = len(session.walk.steps), len(session.drill.done)
    if not done:
        forget(root, session.drill.runbook)
        say("Nothing was done, and nothing is kept.")
        return 1
    try:
        choices = {"k": "keep it, to go on later", "w": "write the record so far", "d": "drop it"}
        answer = ask_choice(f"{done} of {count} steps are done.", choices)
    except LeftError:
        answer = "k"
    if answer == "w":
        session.drill = session.drill.with_note(f"Ended after {done} of {count} steps.")
        return _write(root, session, wanted)
    if answer == "d":
        forget(root, session.drill.runbook)
        say("It is dropped.")
        return 1
    say("It is kept; the same command goes on with it.")
    return 1


def _write(root: Path, session: Session, wanted: Wanted) -> int:
    if not session.drill.done:
        say("Nothing was done, so there is nothing to record.")
        return 1
    drill = session.drill
    if wanted.keeps_values and session.values:
        drill = drill.with_note("Values: " + ", ".join(f"{k}={v}" for k, v in session.values.items()))
    try:
        note = ask_line("What did the page get wrong, or what was learnt? (Enter for nothing): ")
    except LeftError:
        note = ""
    path = write_record(
        root, drill.with_note(note), [step.label for step in session.walk.steps], wanted.record
    )
    forget(root, drill.runbook)
    shown = path.relative_to(root) if path.is_relative_to(root) else path
    say(f"Recorded in {shown}. Commit it with whatever it changes on the page.")
    return 0


def brief_by_name(knowledge: Knowledge, name: str) -> Brief:
    """Return the brief of the runbook called *name*, or that answers the alert *name*.

    Raises:
        InputError: There is none.
    """
    return brief_of(find_runbook(knowledge, name), knowledge[Catalog])
