"""Tells what a change does to one scorecard: its sums, who falls and rises, and which checks move."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from waypost.core.words import counted
from waypost.scorecards.evaluation.grading import GRACE
from waypost.scorecards.model import State
from waypost.scorecards.preview.layout import MOST_ROWS, Block, Bullets, Code, Grid, Heading, Line
from waypost.scorecards.preview.model import (
    Blocker,
    CardPreview,
    Direction,
    Edit,
    Move,
    Row,
    Sum,
    Upcoming,
    sum_of,
)

NO_LEVEL: Final = "no level"
_EXAMPLES: Final = 3


def card_blocks(card: CardPreview) -> Iterator[Block]:
    """Give all that is to be told of a scorecard that the change does something to."""
    yield Heading(f"{card.card.title} (`{card.card.name}`)")
    yield from _about(card)
    if card.edits:
        yield Bullets(tuple(_edit_line(card, edit) for edit in card.edits))
    yield _sums(card)
    yield from _movers(card)
    yield from _groups(card)
    yield from _checks(card)
    if card.upcoming:
        yield Bullets(tuple(_upcoming_line(each) for each in card.upcoming))


def _about(card: CardPreview) -> Iterator[Block]:
    if card.before is None:
        yield Line(f"The scorecard is new, {card.card.lifecycle}.")
    elif card.after is None:
        yield Line("The scorecard is gone.")
    if not card.reaches_teams:
        yield Line(f"It is {_article(card.card.lifecycle)}: no team sees it yet.")
    if card.uncompared:
        named = ", ".join(f"`{check}`" for check in list(card.uncompared)[:MOST_ROWS])
        yield Line(f"Not compared, for facts that are not at hand: {named}.")
    for word, direction in (("joins", Direction.JOINS), ("leaves", Direction.LEAVES)):
        found = card.going(direction)
        if found and card.before and card.after:
            named = ", ".join(f"`{row.entity}`" for row in found[:_EXAMPLES])
            more = f" and {len(found) - _EXAMPLES} more" if len(found) > _EXAMPLES else ""
            verb = word if len(found) == 1 else {"joins": "join", "leaves": "leave"}[word]
            yield Line(f"{counted(len(found), 'entity')} {verb} it: {named}{more}.")


def _article(word: str) -> str:
    return f"a{'n' * (word[0] in 'aeiou')} {word}"


def _edit_line(card: CardPreview, edit: Edit) -> str:
    """Return an edit, with what its check comes to now."""
    counts = card.states.get(edit.check, ({}, {}))[1]
    told = ", ".join(f"{state} {number}" for state, number in sorted(counts.items()) if number)
    return f"{edit.text}; now {told}" if told else edit.text


def _sums(card: CardPreview) -> Grid:
    before = sum_of(row.before for row in card.rows if row.before)
    after = sum_of(row.after for row in card.rows if row.after)
    levels = [level.name for level in reversed(card.card.levels)]
    levels += sorted((before.levels.keys() | after.levels.keys()) - {*levels, ""})
    rows = [
        ("entities", str(before.entities), str(after.entities)),
        ("meet their target", _share(before), _share(after)),
        ("median score", _median(before), _median(after)),
        *(
            (level or NO_LEVEL, str(before.levels.get(level, 0)), str(after.levels.get(level, 0)))
            for level in [*levels, ""]
        ),
    ]
    return Grid("", ("", "Before", "After"), tuple(rows))


def _share(found: Sum) -> str:
    return f"{found.met} of {found.targeted}"


def _median(found: Sum) -> str:
    if found.median_score is None:
        return "none"
    return f"{found.median_score:.0%} ({counted(found.scored, 'entity')})"


def _movers(card: CardPreview) -> Iterator[Block]:
    for title, direction in (("Falls", Direction.FALLS), ("Rises", Direction.RISES)):
        found = sorted(card.going(direction), key=lambda row: (row.at.tier, row.at.owner, row.entity))
        if found:
            yield Grid(
                f"{title}: {len(found)} of {len(card.rows)}",
                ("Entity", "Owner", "Tier", "Level", "Because of"),
                tuple(_mover(row) for row in found),
            )


def _mover(row: Row) -> tuple[str | tuple[str, ...], ...]:
    because: tuple[str, ...] = ("its levels",)
    if row.because:
        shown = row.because[:_EXAMPLES]
        because = tuple(part for each in shown for part in _blocker(each, is_last=each is row.because[-1]))
        because += (_more(len(row.because)),)
    graced = (f"(after {GRACE.days} days of grace)",) if row.is_graced else ()
    level = (
        f"{_level(row.before.level if row.before else '')} → {_level(row.after.level if row.after else '')}"
    )
    return (
        Code(row.entity),
        Code(row.at.owner) if row.at.owner else "nobody",
        row.at.tier,
        level,
        (*because, *graced),
    )


def _blocker(blocker: Blocker, *, is_last: bool) -> tuple[str, ...]:
    message = f": {blocker.message}" if blocker.message else ""
    return Code(blocker.check), f"{blocker.state}{message}{'' if is_last else ';'}"


def _more(number: int) -> str:
    return f"and {number - _EXAMPLES} more" if number > _EXAMPLES else ""


def _level(name: str) -> str:
    return name or NO_LEVEL


def _groups(card: CardPreview) -> Iterator[Block]:
    """Give who moves by tier and by owner; one group alone says nothing new."""
    if not any(row.direction is not Direction.STAYS or row.target_move for row in card.rows):
        return
    yield _group(card, "tier", lambda row: row.at.tier, every=True)
    yield _group(card, "owner", lambda row: row.at.owner, every=False)


def _group(card: CardPreview, word: str, key: Callable[[Row], str], *, every: bool) -> Grid:
    groups: dict[str, list[Row]] = {}
    for row in card.rows:
        groups.setdefault(key(row), []).append(row)
    rows = []
    for name in sorted(groups):
        found = groups[name]
        counts = Counter(row.direction for row in found)
        targets = Counter(row.target_move for row in found)
        if every or counts[Direction.STAYS] < len(found) or targets["meets"] or targets["misses"]:
            sides = [
                sum_of(row.before for row in found if row.before),
                sum_of(row.after for row in found if row.after),
            ]
            rows.append(
                (
                    (Code(name) if word == "owner" else name) if name else "nobody",
                    f"{counts[Direction.FALLS]} of {len(found)}",
                    f"{counts[Direction.RISES]} of {len(found)}",
                    " → ".join(_share(side) for side in sides),
                    " → ".join(_median(side).partition(" (")[0] for side in sides),
                )
            )
    headings = (word.capitalize(), "Fall", "Rise", "Meet their target", "Median score")
    return Grid(f"By {word}", headings, tuple(rows))


def _checks(card: CardPreview) -> Iterator[Block]:
    """Give which checks move and how, with an example each, then every move in a fold."""
    every = [(row, move) for row in card.rows for move in row.moves]
    if not every:
        return
    kinds: dict[tuple[str, str, str, str], list[tuple[Row, Move]]] = {}
    for row, move in every:
        kinds.setdefault((move.check, move.was, move.state, move.because), []).append((row, move))
    order = {check: place for place, check in enumerate(card.states)}
    rows = []
    for (check, was, state, because), found in sorted(
        kinds.items(), key=lambda item: (order.get(item[0][0], len(order)), item[0])
    ):
        asked = max(_asked(counts) for counts in card.states[check])
        row, move = found[0]
        rows.append(
            (
                Code(check),
                _step(was, state),
                f"{len(found)} of {asked}",
                because,
                (Code(row.entity), move.message),
            )
        )
    yield Grid("Checks that move", ("Check", "State", "Entities", "Moved by", "Such as"), tuple(rows))
    if len(every) > len(rows):
        yield Grid(
            f"All {counted(len(every), 'move')} of checks",
            ("Entity", "Owner", "Check", "State", "Message"),
            tuple(
                (Code(row.entity), Code(row.at.owner) if row.at.owner else "nobody", Code(move.check),
                 _step(move.was, move.state), move.message)
                for row, move in every
            ),
            fold=True,
        )  # fmt: skip


def _asked(counts: Mapping[str, int]) -> int:
    return sum(number for state, number in counts.items() if state != State.NOT_APPLICABLE)


def _step(was: str, state: str) -> str:
    return f"{was or 'not asked'} → {state or 'not asked'}"


def _upcoming_line(upcoming: Upcoming) -> str:
    asked = sum(upcoming.would.values())
    would = (
        ", ".join(f"{state} {number}" for state, number in sorted(upcoming.would.items()))
        or "nobody is asked"
    )
    named = ", ".join(f"`{ref}`" for ref in upcoming.failing[:_EXAMPLES])
    more = f" and {len(upcoming.failing) - _EXAMPLES} more" if len(upcoming.failing) > _EXAMPLES else ""
    falls = f"{upcoming.falls} would fall" if upcoming.falls else "no level would fall"
    told = f"`{upcoming.check}` counts from {upcoming.on} on. As things are, of {counted(asked, 'entity')}: {would}; {falls}"
    return f"{told}. Not met by {named}{more}." if named else f"{told}."
