"""Columns of a picture: boxes below each other, under the word of their relation, joined with those beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, Literal

from waypost.core.graph.shapes import HEAD, ROW, Arrow, Box, Picture, Point, T, left, right

Side = Literal["left", "right"]


@dataclass(frozen=True, slots=True)
class Item(Generic[T]):
    """A box of a column; ``head`` stands over it where a new relation begins.

    ``points_here`` tells that its arrow leads to the middle. ``kind`` is that of the arrow.
    """

    ref: T | None
    text: str = ""
    address: str = ""
    head: str = ""
    points_here: bool = False
    kind: str = ""

    @property
    def height(self) -> int:
        """How much of its column it takes."""
        return ROW + (HEAD if self.head else 0)


def height_of(column: list[Item[T]]) -> float:
    """Return how high *column* is."""
    return sum(item.height for item in column)


def stack(picture: Picture[T], column: list[Item[T]], middle: Point) -> list[Box[T]]:
    """Put *column* so that the middle of its left side is at *middle*; return its boxes in order."""
    x, y = middle[0], middle[1] - height_of(column) / 2
    placed: list[Box[T]] = []
    for item in column:
        if item.head:
            picture.words.append((x, y + HEAD - 5, item.head))
            y += HEAD
        placed.append(Box(x, y, item.ref, item.text, item.address))
        y += ROW
    picture.boxes += placed
    return placed


def joined(centre: Box[T], placed: list[Box[T]], column: list[Item[T]], side: Side) -> Iterator[Arrow]:
    """Give the arrow between *centre* and each box of a *column* that was *placed* at its *side*."""
    for box, item in zip(placed, column, strict=True):
        near, far = (left(centre), right(box)) if side == "left" else (right(centre), left(box))
        yield Arrow(far, near, kind=item.kind) if item.points_here else Arrow(near, far, kind=item.kind)
