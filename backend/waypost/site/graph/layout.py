"""Where everything of the picture goes: columns beside the entity, rows above it, arrows between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from waypost.catalog.refs import EntityRef
from waypost.core.graph.columns import Item, Side, height_of, joined, stack
from waypost.core.graph.shapes import GAP, HEAD, HEIGHT, MARGIN, ROW, WIDTH, Arrow, Box, Picture, left, right
from waypost.site.graph.neighbourhood import Group, Neighbourhood, Step
from waypost.site.graph.words import filtered_address, words_of

BESIDE: Final = 12
RISE: Final = 46

_Column = list[Item[EntityRef]]
_SIDES: Final[tuple[Side, Side]] = ("left", "right")


def lay_out(around: Neighbourhood) -> Picture[EntityRef]:
    """Return the picture of what is *around* an entity."""
    near = {side: list(_near(around.at(side), around.centre)) for side in _SIDES}
    far = {side: list(_far(around, side)) for side in _SIDES}
    above = list(_near(around.at("top"), around.centre))
    spread = max(len(above) * (WIDTH + BESIDE) - BESIDE, WIDTH) / 2
    reach = {
        side: max((bool(near[side]) + bool(far[side])) * (WIDTH + GAP) + WIDTH / 2, spread) for side in _SIDES
    }
    top = MARGIN + bool(above) * (HEAD + HEIGHT + RISE) + bool(around.steps["top"]) * (HEAD + HEIGHT + BESIDE)
    tall = max(ROW, *(height_of(column) for column in (*near.values(), *far.values())))
    middle = MARGIN + reach["left"]
    picture: Picture[EntityRef] = Picture(middle + reach["right"] + MARGIN, top + tall + MARGIN)
    centre: Box[EntityRef] = Box(middle - WIDTH / 2, top + (tall - HEIGHT) / 2, around.centre)
    for side in _SIDES:
        away = -1 if side == "left" else 1
        placed = stack(picture, near[side], (centre.x + away * (WIDTH + GAP), top + tall / 2))
        beyond = stack(picture, far[side], (centre.x + 2 * away * (WIDTH + GAP), top + tall / 2))
        picture.arrows += joined(centre, placed, near[side], side)
        picture.arrows += _joined_far(placed, beyond, around.steps[side], side)
    _place_above(picture, above, centre, around.steps["top"])
    picture.boxes.append(centre)
    return picture


def _near(groups: list[Group], centre: EntityRef) -> Iterator[Item[EntityRef]]:
    for group in groups:
        head = group.words.arrow
        for ref in group.shown:
            yield Item(ref, head=head, points_here=group.words.points_here)
            head = ""
        if group.more:
            address = filtered_address(group.relation, centre)
            yield Item(None, f"and {group.more:,} more", address, points_here=group.words.points_here)


def _far(around: Neighbourhood, side: Side) -> Iterator[Item[EntityRef]]:
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
            yield Item(ref, head=head)
            head = ""
    if around.left_out[side]:
        yield Item(None, f"and {around.left_out[side]:,} more")


def _joined_far(
    placed: list[Box[EntityRef]], beyond: list[Box[EntityRef]], steps: tuple[Step, ...], side: Side
) -> Iterator[Arrow]:
    near, far = _by_ref(placed), _by_ref(beyond)
    for step in steps:
        here, there = near[step.near], far[step.far]
        yield Arrow(right(there), left(here)) if side == "left" else Arrow(right(here), left(there))


def _place_above(
    picture: Picture[EntityRef], above: _Column, centre: Box[EntityRef], steps: tuple[Step, ...]
) -> None:
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


def _by_ref(boxes: list[Box[EntityRef]]) -> Mapping[EntityRef, Box[EntityRef]]:
    return {box.ref: box for box in boxes if box.ref}
