"""Which triggers a change implies by what it touches, and which decisions answer for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from waypost.adr.model import Decision, Decisions, State
from waypost.adr.rights import Condition, Rights, Trigger
from waypost.adr.touched import Touched, touched_by, value_at
from waypost.catalog.refs import EntityRef
from waypost.core.markdownfile import MarkdownFile
from waypost.core.plugin import Before, Knowledge
from waypost.documents.globs import compile_glob
from waypost.documents.model import Documents

_OVER = frozenset({"done", "not-applicable"})


@dataclass(frozen=True, slots=True)
class Implied:
    """A trigger that a change implies, the scope that it demands, and the thing that shows it."""

    trigger: str
    scope: str
    because: str
    path: str
    line: int


def implied_triggers(before: Before, knowledge: Knowledge) -> tuple[Implied, ...]:
    """Return the triggers that the change since *before* implies: the widest scope first, one entry a thing.

    They are judged by the rights as they were, so that a change cannot excuse itself; by those of now where
    there were none.
    """
    rights = _judging(before, knowledge)
    touched = touched_by(before, knowledge)
    found = (
        _implied(trigger, because, thing, line)
        for trigger in rights.triggers.values()
        for condition in trigger.when
        for thing, because, line in _matches(condition, touched)
    )
    one_each = {(each.trigger, each.path, each.because): each for each in found}
    return tuple(sorted(one_each.values(), key=lambda each: (-rights.rank(each.scope), each.trigger)))


def _judging(before: Before, knowledge: Knowledge) -> Rights:
    now, old = knowledge[Decisions].rights, before.knowledge[Decisions].rights
    return old if old.triggers else now


def _implied(trigger: Trigger, because: str, thing: Touched, line: int) -> Implied:
    return Implied(trigger.name, trigger.scope, because, thing.path, line)


def _matches(condition: Condition, touched: Iterable[Touched]) -> Iterator[tuple[Touched, str, int]]:
    """Give the things for which *condition* holds, with the sentence that says so and its line."""
    found = [(thing, *_told(condition, thing)) for thing in touched if _holds(condition, thing)]
    if not condition.owners:
        yield from found
        return
    owners = sorted({thing.owner for thing, _, _ in found if thing.owner})
    if len(owners) >= condition.owners:
        thing, _, line = found[0]
        yield thing, f"touches {len(found)} entities of {len(owners)} owners: {', '.join(owners)}", line


def _holds(condition: Condition, thing: Touched) -> bool:
    wanted = "page" if condition.pages else "entity" if condition.entities else ""
    if thing.what != wanted and (wanted or thing.what == "entity"):
        return False
    kinds = {kind.lower() for kind in condition.pages or condition.entities}
    return (
        (not kinds or bool(kinds & thing.kinds))
        and (not condition.types or bool(set(condition.types) & thing.types))
        and (not condition.paths or _is_at(condition.paths, thing.paths))
        and (not condition.changes or bool(set(condition.changes) & thing.changes))
        and (not condition.keys or bool(_changed_keys(condition, thing)))
    )


def _is_at(patterns: Iterable[str], paths: Iterable[str]) -> bool:
    return any(compile_glob(pattern).fullmatch(path) for pattern in patterns for path in paths)


def _changed_keys(condition: Condition, thing: Touched) -> list[str]:
    """Return the keys of *condition* that differ; of a thing that is new or gone, only those that end up as asked."""
    if not thing.now or (not thing.was and not condition.to):
        return []
    return [
        key
        for key in condition.keys
        if value_at(thing.was, key) != value_at(thing.now, key)
        and (not condition.to or str(value_at(thing.now, key)) in condition.to)
    ]


def _told(condition: Condition, thing: Touched) -> tuple[str, int]:
    what = " ".join(sorted(thing.kinds)) if thing.what == "page" else ""
    name = f"{what} '{thing.name}'" if what else thing.name
    keys = _changed_keys(condition, thing)
    if keys:
        now = value_at(thing.now, keys[0])
        became = f" to '{now}'" if condition.to else ""
        return f"changes {', '.join(keys)} of {name}{became}", thing.line_of(*keys[0].split("."))
    changes = set(condition.changes) & thing.changes or thing.changes
    if "section-removed" in changes and thing.lost:
        titles = ", ".join(f"'{title}'" for title in thing.lost)
        return f"removes {titles} from {name}", 1
    for change, verb in (("removed", "removes"), ("deprecated", "deprecates"), ("added", "adds")):
        if change in changes:
            key = ("spec", "lifecycle") if thing.what == "entity" else ("status",)
            return f"{verb} {name}", thing.line_of(*key) if change == "deprecated" else thing.line_of()
    return f"changes {name}", thing.line_of()


def deciding(before: Before, knowledge: Knowledge) -> tuple[Decision, ...]:
    """Return the decisions of our own format that the change adds or changes; rejected ones decide nothing."""
    changed = {change.path for change in before.changes if change.status != "deleted"}
    return tuple(
        decision
        for decision in knowledge[Decisions].ordered
        if decision.path in changed and decision.is_own_format and decision.state is not State.REJECTED
    )


def implementing(before: Before, knowledge: Knowledge) -> tuple[Decision, ...]:
    """Return the decisions that the change carries out: those it cites, and those that affect what it touches.

    A decision that is carried out in full already covers nothing more.
    """
    decisions = knowledge[Decisions]
    cited = set(_cited(before, knowledge))
    touched = {thing.name for thing in touched_by(before, knowledge) if thing.what == "entity"}
    subjects = touched | {str(ref) for ref in _subjects(before, knowledge)}
    return tuple(
        decision
        for decision in decisions.ordered
        if decision.state in (State.ACCEPTED, State.PROPOSED)
        and decision.implementation not in _OVER
        and (decision.id in cited or any(str(ref) in subjects for ref in decision.affects))
    )


def _pages(before: Before, knowledge: Knowledge) -> Iterator[tuple[MarkdownFile, Iterable[EntityRef]]]:
    pages, old_pages = knowledge[Documents].pages, before.knowledge[Documents].pages
    for change in before.changes:
        for page in (pages.get(change.path), old_pages.get(change.old_path or change.path)):
            if page:
                yield page.file, page.about


def _subjects(before: Before, knowledge: Knowledge) -> Iterator[EntityRef]:
    for _, about in _pages(before, knowledge):
        yield from about


def _cited(before: Before, knowledge: Knowledge) -> Iterator[str]:
    """Give the ids of the decisions that changed pages name, as a link or in their front matter."""
    decisions = knowledge[Decisions]
    for file, _ in _pages(before, knowledge):
        names = [link.target.removeprefix("adr:") for link in file.links if link.target.startswith("adr:")]
        names += [link.target.rpartition("/")[2].removesuffix(".md") for link in file.links]
        for key in ("implements", "adrs"):
            listed = file.front_matter.get(key)
            names += map(str, listed if isinstance(listed, list) else [listed] if listed else [])
        found = (decisions.find(name.removeprefix("adr:")) for name in names if name)
        yield from (decision.id for decision in found if decision)


def uncovered(before: Before, knowledge: Knowledge) -> tuple[Implied, ...]:
    """Return the implied triggers that ask for approvals and that no decision of the change names."""
    rights = _judging(before, knowledge)
    asking = [each for each in implied_triggers(before, knowledge) if _asks(rights, each.scope)]
    if not asking:
        return ()
    named = {
        trigger
        for decision in (*deciding(before, knowledge), *implementing(before, knowledge))
        for trigger in decision.triggers
    }
    return tuple(each for each in asking if each.trigger not in named)


def _asks(rights: Rights, scope: str) -> bool:
    found = rights.find_scope(scope)
    return found is not None and found.asks
