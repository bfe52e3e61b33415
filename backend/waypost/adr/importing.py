"""Plans how the records of a folder become decisions of ours: which, under what number, with what front matter."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import PurePosixPath
from typing import Final

from waypost.adr import names
from waypost.adr.converting import Values, convert, with_number
from waypost.adr.model import STATE_WORDS, Decision, Decisions, State
from waypost.adr.recognise import read_record
from waypost.adr.versions import Version, read_lineages, read_texts, states_of
from waypost.adr.writing import make_uid, slug_for
from waypost.core.errors import InputError
from waypost.core.workspace import Workspace

DECIDED: Final = frozenset({State.ACCEPTED, State.REJECTED, State.DEPRECATED, State.SUPERSEDED})
NO_STATUS: Final = "none"
"""The word by which records without a status are mapped."""
_SHOWN: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a person says about an import.

    ``states`` leads from words of theirs to our states, ``makers`` are who decided where a record does not tell;
    ``renumber`` gives a record whose number is taken the next free one.
    """

    scope: str = ""
    makers: tuple[str, ...] = ()
    states: Mapping[str, State] = field(default_factory=dict)
    renumber: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record goes: ``unit``, its file or the folder that it is the README of, to ``new_unit``; its number there."""

    decision: Decision
    unit: str
    new_unit: str
    number: int | None

    @property
    def new_path(self) -> str:
        """Where its file lies afterwards."""
        return self.new_unit + self.decision.path[len(self.unit) :]


@dataclass(slots=True)
class Left:
    """What is not imported or not whole, by what is to be said of it; paths in the order in which they came."""

    by_reason: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, reason: str, path: str) -> None:
        """Note that *reason* is true of *path*."""
        self.by_reason[reason].append(path)

    def told(self) -> Iterator[str]:
        """Give a sentence for each reason, with the first few files that it is true of."""
        for reason, paths in self.by_reason.items():
            more = f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
            yield f"{reason}: {', '.join(paths[:_SHOWN])}{more}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """An import: the records *found*, what is at *home* already, what a person says, and what is to be told.

    ``states`` are those of the records that can be converted, ``dated`` what git says of days, both by path.
    """

    found: Decisions
    home: Decisions
    choice: Choice
    states: Mapping[str, State] = field(default_factory=dict)
    dated: Mapping[str, Dated] = field(default_factory=dict)
    left: Left = field(default_factory=Left)

    @property
    def chosen(self) -> list[Decision]:
        """The records that can be converted, in order."""
        return [decision for decision in self.found.ordered if decision.path in self.states]

    def days_of(self, decision: Decision) -> tuple[date | None, date | None]:
        """Return when *decision* was proposed and when it was decided."""
        return find_days(decision, self.states[decision.path], self.dated.get(decision.path, Dated()))


def make_batch(workspace: Workspace, found: Decisions, home: Decisions, choice: Choice) -> Batch:
    """Return the import of the records *found* beside those at *home*: which can be converted, and their days."""
    batch = Batch(found=found, home=home, choice=choice)
    states = _choose(batch)
    return replace(batch, states=states, dated=read_days(workspace, found.folder) if states else {})


def _choose(batch: Batch) -> dict[str, State]:
    """Return the records that can be converted, each path with its state."""
    left = batch.left
    states: dict[str, State] = {}
    for decision in batch.found.ordered:
        if decision.is_own_format:
            continue
        if decision.file.faults:
            left.add("left, the front matter is no YAML; mend it first", decision.path)
            continue
        word = decision.status or NO_STATUS
        state = batch.choice.states.get(word) or STATE_WORDS.get(decision.status)
        if state is not None:
            states[decision.path] = state
        elif decision.status:
            left.add(
                f"left, nobody guesses what '{word}' means; --status '{word}=STATE' says it", decision.path
            )
        else:
            left.add(
                f"left, without a status; --status {NO_STATUS}=STATE gives one to all of them", decision.path
            )
    return states


def place_records(batch: Batch) -> list[Place]:
    """Return where each record goes: those below the folder of decisions stay, others move there by their number.

    Who has no number gets the next free one, in the order of days; drafts stay without.
    """
    home, states = batch.home, batch.states
    inside = [d for d in batch.chosen if PurePosixPath(d.path).is_relative_to(home.folder)]
    moving = sorted(
        (d for d in batch.chosen if d not in inside), key=lambda d: (d.path.count("/"), d.number or 0, d.path)
    )
    taken = {d.number: d.path for d in home.ordered if d.number is not None}
    places = [Place(d, d.path, d.path, d.number) for d in inside]
    waiting = [d for d in moving if d.number is None and states[d.path] is not State.DRAFT]
    for decision in moving:
        number = decision.number
        if number is None:
            places += [] if decision in waiting else [_place(decision, None, home.folder)]
        elif number not in taken:
            taken[number] = decision.path
            places.append(_place(decision, number, home.folder))
        elif batch.choice.renumber:
            waiting.append(decision)
        else:
            reason = f"left, number {number} is that of {taken[number]}; --renumber gives another"
            batch.left.add(reason, decision.path)
    highest = max((d.number or 0 for d in (*home.ordered, *batch.found.ordered)), default=0)
    ordered = sorted(waiting, key=lambda d: (_age_of(d, batch), d.path))
    return places + [_place(d, number, home.folder) for number, d in enumerate(ordered, start=highest + 1)]


def _age_of(decision: Decision, batch: Batch) -> date:
    proposed, decided = batch.days_of(decision)
    return decided or proposed or date.max


def _place(decision: Decision, number: int | None, folder: str) -> Place:
    path = decision.path
    is_folder = names.name_of(path) != PurePosixPath(path).stem
    unit = posixpath.dirname(path) if is_folder else path
    slug = decision.slug or slug_for(decision.title)
    lead = "draft" if number is None else f"{number:04d}"
    name = f"{lead}-{slug}" if slug else lead
    ending = "" if is_folder else PurePosixPath(path).suffix
    return Place(decision, unit, posixpath.normpath(posixpath.join(folder, name + ending)), number)


@dataclass(frozen=True, slots=True)
class Dated:
    """When a record was first committed, and when it came to say that it was decided; None where git does not tell."""

    first: date | None = None
    decided: date | None = None


def read_days(workspace: Workspace, folder: str) -> dict[str, Dated]:
    """Return what git says of the days of each record below *folder*."""
    lineages = read_lineages(workspace, folder)
    texts = read_texts(workspace, (version for line in lineages.values() for version in line))
    return {path: _dated(line, texts) for path, line in lineages.items() if line}


def _dated(line: Sequence[Version], texts: Mapping[str, str]) -> Dated:
    decided = next((v.at.date() for v, state in states_of(line, texts) if state in DECIDED), None)
    return Dated(line[0].at.date(), decided)


def find_days(decision: Decision, state: State, dated: Dated) -> tuple[date | None, date | None]:
    """Return when *decision* was proposed and when it was decided: as it says, else as git does."""
    if state not in DECIDED:
        return decision.proposed or decision.dated or dated.first, None
    decided = decision.decided or decision.dated or dated.decided or dated.first
    proposed = decision.proposed or dated.first or decided
    # What was written down only afterwards was proposed by then.
    return (min(proposed, decided) if proposed and decided else proposed), decided


def _values(place: Place, batch: Batch, uid: str) -> Values:
    """Return the front matter of the record at *place*, but for what it supersedes."""
    decision = place.decision
    state = batch.states[decision.path]
    proposed, decided = batch.days_of(decision)
    old, new = names.name_of(decision.path), names.name_of(place.new_path)
    aliases = dict.fromkeys([*decision.aliases, *([old] if old != new else [])])
    own = decision.file.front_matter.get("summary")
    return Values(
        uid=uid,
        title=decision.title,
        status=state,
        scope=batch.choice.scope,
        summary=own if isinstance(own, str) and own else decision.summary,
        proposed=proposed,
        decided=decided,
        deciders=decision.deciders or (batch.choice.makers if state in DECIDED else ()),
        tags=decision.tags,
        aliases=tuple(aliases),
        unread=frozenset(decision.unread),
    )


def _superseded(
    place: Place, batch: Batch, places: Mapping[str, Place], uids: Mapping[str, str]
) -> tuple[str, ...]:
    """Return what the record at *place* supersedes, as a list names it; the older side says nothing of it."""
    numbers = [each.number for each in places.values()]
    named: list[str] = []
    for id_ in place.decision.supersedes:
        path = batch.found.by_id[id_].path
        other = places.get(path)
        if other is not None:
            is_alone = other.number is not None and numbers.count(other.number) == 1
            named.append(f"{other.number:04d}" if is_alone else uids[path])
        elif place.unit == place.new_unit:
            named.append(batch.found.by_id[id_].uid or id_)
        else:
            batch.left.add(
                "supersedes a record that is left; add it to 'supersedes' later", place.decision.path
            )
    return tuple(dict.fromkeys(named))


def convert_all(
    places: Iterable[Place], values: Mapping[str, Values], texts: Mapping[str, str], left: Left
) -> dict[str, str]:
    """Return the new text of each record by its path; one that cannot be converted is *left*."""
    done: dict[str, str] = {}
    for place in places:
        path = place.decision.path
        try:
            done[path] = convert(
                read_record(place.decision.file), _with_new_number(place, texts[path]), values[path]
            )
        except InputError as error:
            left.add(f"left, {'; '.join(map(str, error.faults))}", path)
    return done


def _with_new_number(place: Place, text: str) -> str:
    """Return *text* with the number in its title led on, where the record gets another than it had."""
    decision = place.decision
    was, number = decision.title_number, place.number
    if was is None or was != decision.number or number is None or number == was:
        return text
    return with_number(text, decision.line_of("title"), was, number)


def make_values(places: Sequence[Place], batch: Batch) -> dict[str, Values]:
    """Return the front matter of the record at each of *places*, by its path now."""
    used = {d.uid for d in (*batch.home.ordered, *batch.found.ordered) if d.uid}
    uids: dict[str, str] = {}
    for place in places:
        uids[place.decision.path] = make_uid(used)
        used.add(uids[place.decision.path])
    by_path = {place.decision.path: place for place in places}
    values: dict[str, Values] = {}
    for path, place in by_path.items():
        named = _superseded(place, batch, by_path, uids)
        values[path] = replace(_values(place, batch, uids[path]), supersedes=named)
        _note(path, values[path], place.decision, batch.left)
    return values


def _note(path: str, values: Values, decision: Decision, left: Left) -> None:
    if values.status in DECIDED and not values.deciders:
        left.add("does not tell who decided; --decision-maker NAME says it", path)
    for name, text in decision.unread.items():
        left.add(f"its {name} '{text}' cannot be read for certain; the day is git's", path)
    if not values.summary and values.status is not State.DRAFT:
        left.add("has no sentence that tells the decision; write 'summary'", path)
