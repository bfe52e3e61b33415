"""Where everything of the picture goes: columns beside the entity, rows above it, arrows between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from waypost.catalog.refs import EntityRef
from waypost.site.graph.neighbourhood import Group, Neighbourhood, Step
from waypost.site.graph.words import Side, filtered_address, words_of

WIDTH: Final = 164
HEIGHT: Final = 38
HEAD: Final = 20
GAP: Final = 54
"""Between columns: the room of the arrows."""
BESIDE: Final = 12
RISE: Final = 46
MARGIN: Final = 8
_ROW: Final = HEIGHT + 10

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A place of the picture: an entity where ``ref`` is given, else a word about those that are left out."""

    x: float
    y: float
    ref: EntityRef | None
    text: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Arrow:
    """A line that leaves at ``start`` and points to ``end``: sideways, or up past ``turn`` where that is given."""

    start: Point
    end: Point
    turn: float | None = None


@dataclass(slots=True)
class Picture:
    """Boxes, arrows and words, each at its place in a space of ``width`` by ``height``."""

    width: float
    height: float
    boxes: list[Box] = field(default_factory=list)
    arrows: list[Arrow] = field(default_factory=list)
    words: list[tuple[float, float, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Item:
    """A box of a column; ``head`` stands over it where a new relation begins."""

    ref: EntityRef | None
    text: str = ""
    address: str = ""
    head: str = ""
    points_here: bool = False

    @property
    def height(self) -> int:
        return _ROW + (HEAD if self.head else 0)


_Column = list[_Item]
_SIDES: Final[tuple[Side, Side]] = ("left", "right")


def lay_out(around: Neighbourhood) -> Picture:
    """Return the picture of what is *around* an entity."""
    near = {side: list(_near(around.at(side), around.centre)) for side in _SIDES}
    far = {side: list(_far(around, side)) for side in _SIDES}
    above = list(_near(around.at("top"), around.centre))
    spread = max(len(above) * (WIDTH + BESIDE) - BESIDE, WIDTH) / 2
    reach = {
        side: max((bool(near[side]) + bool(far[side])) * (WIDTH + GAP) + WIDTH / 2, spread) for side in _SIDES
    }
    top = MARGIN + bool(above) * (HEAD + HEIGHT + RISE) + bool(around.steps["top"]) * (HEAD + HEIGHT + BESIDE)
    tall = max(_height(column) for column in (*near.values(), *far.values(), [_Item(None)]))
    middle = MARGIN + reach["left"]
    picture = Picture(middle + reach["right"] + MARGIN, top + tall + MARGIN)
    centre = Box(middle - WIDTH / 2, top + (tall - HEIGHT) / 2, around.centre)
    for side in _SIDES:
        away = -1 if side == "left" else 1
        placed = _stack(picture, near[side], (centre.x + away * (WIDTH + GAP), top + tall / 2))
        beyond = _stack(picture, far[side], (centre.x + 2 * away * (WIDTH + GAP), top + tall / 2))
        picture.arrows += _joined(centre, placed, near[side], side)
        picture.arrows += _joined_far(placed, beyond, around.steps[side], side)
    _place_above(picture, above, centre, around.steps["top"])
    picture.boxes.append(centre)
    return picture


def _near(groups: list[Group], centre: EntityRef) -> Iterator[_Item]:
    for group in groups:
        head = group.words.arrow
        for ref in group.shown:
            yield _Item(ref, head=head, points_here=group.words.points_here)
            head = ""
        if group.more:
            address = filtered_address(group.relation, centre)
            yield _Item(None, f"and {group.more:,} more", address, points_here=group.words.points_here)


def _far(around: Neighbourhood, side: Side) -> Iterator[_Item]:
    """Give what is two steps out, by relation, each beside the neighbours that lead to it: few lines cross then."""
    places = {ref: at for at, ref in enumerate(ref for group in around.at(side) for ref in group.shown)}
    found: dict[EntityRef, list[Step]] = {}
    for step in around.steps[side]:
        found.setdefault(step.far, []).append(step)
    beside = {ref: sum(places[step.near] for step in steps) / len(steps) for ref, steps in found.items()}
    by_relation: dict[str, list[EntityRef]] = {}
    for ref in sorted(found, key=lambda ref: (beside[ref], ref)):
        by_relation.setdefault(found[ref][0].relation, []).append(ref)
    for relation, refs in by_relation.items():
        head = words_of(relation).arrow
        for ref in refs:
            yield _Item(ref, head=head)
            head = ""
    if around.left_out[side]:
        yield _Item(None, f"and {around.left_out[side]:,} more")


def _height(column: _Column) -> float:
    return sum(item.height for item in column)


def _stack(picture: Picture, column: _Column, middle: Point) -> list[Box]:
    """Put *column* so that the middle of its left side is at *middle*."""
    x, y = middle[0], middle[1] - _height(column) / 2
    placed: list[Box] = []
    for item in column:
        if item.head:
            picture.words.append((x, y + HEAD - 5, item.head))
            y += HEAD
        placed.append(Box(x, y, item.ref, item.text, item.address))
        y += _ROW
    picture.boxes += placed
    return placed


def _joined(centre: Box, placed: list[Box], column: _Column, side: Side) -> Iterator[Arrow]:
    for box, item in zip(placed, column, strict=True):
        near, far = (_left(centre), _right(box)) if side == "left" else (_right(centre), _left(box))
        yield Arrow(far, near) if item.points_here else Arrow(near, far)


def _joined_far(placed: list[Box], beyond: list[Box], steps: tuple[Step, ...], side: Side) -> Iterator[Arrow]:
    near, far = _by_ref(placed), _by_ref(beyond)
    for step in steps:
        here, there = near[step.near], far[step.far]
        yield Arrow(_right(there), _left(here)) if side == "left" else Arrow(_right(here), _left(there))


def _place_above(picture: Picture, above: _Column, centre: Box, steps: tuple[Step, ...]) -> None:
    """Put what the entity belongs to in a row above all columns, and what that belongs to above it."""
    y = MARGIN + HEAD + bool(steps) * (HEAD + HEIGHT + BESIDE)
    turn = y + HEIGHT + RISE
    middle = centre.x + WIDTH / 2
    x = middle - (len(above) * (WIDTH + BESIDE) - BESIDE) / 2
    for item in above:
        picture.boxes.append(Box(x, y, item.ref, item.text, item.address))
        picture.arrows.append(Arrow((middle, centre.y), (x + WIDTH / 2, y + HEIGHT), turn))
        if item.head:
            picture.words.append((x, y - 5, item.head))
        for step in steps:
            if step.near == item.ref:
                higher = Box(x, MARGIN + HEAD, step.far)
                picture.boxes.append(higher)
                picture.arrows.append(Arrow((x + WIDTH / 2, y), (x + WIDTH / 2, higher.y + HEIGHT), y))
                picture.words.append((x, higher.y - 5, words_of(step.relation).arrow))
        x += WIDTH + BESIDE


def _by_ref(boxes: list[Box]) -> Mapping[EntityRef, Box]:
    return {box.ref: box for box in boxes if box.ref}


def _left(box: Box) -> Point:
    return box.x, box.y + HEIGHT / 2


def _right(box: Box) -> Point:
    return box.x + WIDTH, box.y + HEIGHT / 2
