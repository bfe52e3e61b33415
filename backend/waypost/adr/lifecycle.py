"""The life of a decision: what may follow what, what becomes of a record, and what of its text decides."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Final, NamedTuple

from waypost.adr.approved_text import with_uids
from waypost.adr.model import STATE_WORDS, Decision, Decisions, State
from waypost.core.plugin import Before

NEXT: Final[Mapping[State, frozenset[State]]] = {
    State.DRAFT: frozenset({State.PROPOSED}),
    State.PROPOSED: frozenset({State.DRAFT, State.ACCEPTED, State.REJECTED}),
    State.ACCEPTED: frozenset({State.DEPRECATED, State.SUPERSEDED}),
    State.DEPRECATED: frozenset({State.SUPERSEDED}),
    State.REJECTED: frozenset(),
    State.SUPERSEDED: frozenset(),
}
"""What may follow each state. A change may take several steps at once."""
IDLE_AFTER: Final = timedelta(days=90)
"""How long an accepted decision may wait for somebody to begin."""

_OUTCOMES = frozenset({"decision outcome", "decision", "outcome", "entscheidung", "décision"})
_TARGET = re.compile(r"\]\([^)]*\)|\]\[[^\]]*\]")


def may_become(was: State, now: State) -> bool:
    """Tell whether *now* can follow from *was*, in any number of steps."""
    reached, left = {was}, [was]
    while left:
        following = NEXT[left.pop()] - reached
        reached |= following
        left += following
    return now in reached


class Pair(NamedTuple):
    """A record before a change, and what it is now: None where it is gone."""

    was: Decision
    now: Decision | None


def follow(before: Before, decisions: Decisions) -> Iterator[Pair]:
    """Give each decision of *before* with what became of it: by its uid, its file, or a name that it kept."""
    by_uid = {decision.uid: decision for decision in decisions.ordered if decision.uid}
    moved = {change.old_path: change.path for change in before.changes if change.status == "renamed"}
    for was in before.knowledge[Decisions].ordered:
        path = moved.get(was.path, was.path)
        now = by_uid.get(was.uid) or decisions.by_path.get(path) or _by_former_name(was, decisions)
        yield Pair(was, now)


def _by_former_name(was: Decision, decisions: Decisions) -> Decision | None:
    name = was.path.rpartition("/")[2].rpartition(".")[0].lower()
    return next((d for d in decisions.ordered if name in map(str.lower, d.aliases)), None)


def written_state(decision: Decision) -> State | None:
    """Return the state that the record itself says, whatever others say of it."""
    return STATE_WORDS.get(decision.status)


def changed_substance(was: Decision, now: Decision, before: Decisions, decisions: Decisions) -> list[str]:
    """Return what decides and differs: ``title``, ``summary`` and so on, or the heading of the section.

    Words count; mark-up, punctuation, where links lead and the numbers of decisions do not.
    """
    old, new = _substance(was, before), _substance(now, decisions)
    return [name for name in old | new if old.get(name, ()) != new.get(name, ())]


def _substance(decision: Decision, decisions: Decisions) -> dict[str, object]:
    words = partial(_words, decisions=decisions)
    found: dict[str, object] = {
        "title": words(decision.title),
        "summary": words(decision.summary) if decision.is_own_format else (),
        "scope": decision.scope,
        "triggers": frozenset(decision.triggers),
        "supersedes": frozenset(_identity(name, decisions) for name in decision.supersedes),
    }
    for section in decision.file.sections:
        if section.heading.text.casefold() in _OUTCOMES:
            # What follows, and how it is confirmed, is learnt later; it stands in sections below.
            told = re.split(r"^#{1,6} ", section.text, maxsplit=1, flags=re.MULTILINE)[0]
            found[section.heading.text] = words(told)
    return found


def _words(text: str, *, decisions: Decisions) -> tuple[str, ...]:
    cited = with_uids(_TARGET.sub("]", text), decisions=decisions)
    return tuple(re.findall(r"\w+", cited.casefold()))


def _identity(name: str, decisions: Decisions) -> str:
    found = decisions.by_id.get(name)
    return (found.uid or found.slug) if found else name


def idle_days(decision: Decision, today: date) -> int:
    """Return for how many days *decision* has been accepted and not begun; 0 where that is not long."""
    day = decision.decided or decision.dated
    if not decision.in_force or decision.implementation != "not-started" or day is None:
        return 0
    return (today - day).days if today - day >= IDLE_AFTER else 0


def find_cycles(decisions: Decisions) -> tuple[tuple[str, ...], ...]:
    """Return the circles of supersession of three or more: the ids in the order of who supersedes whom.

    Each begins with its smallest id, and is given once.
    """
    found: dict[tuple[str, ...], None] = {}
    for decision in decisions.ordered:
        cycle = _cycle_from(decision.id, decisions)
        if cycle and len(cycle) > 2:  # noqa: PLR2004 - of two each says so itself
            first = cycle.index(min(cycle))
            found[(*cycle[first:], *cycle[:first])] = None
    return tuple(found)


def _cycle_from(start: str, decisions: Decisions) -> Sequence[str]:
    """Return a way from *start* back to itself, the shortest, or nothing."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    for way in ways:
        for other in decisions.by_id[way[-1]].supersedes:
            if other == start:
                return way
            if other not in seen and other in decisions.by_id:
                seen.add(other)
                ways.append((*way, other))
    return ()
