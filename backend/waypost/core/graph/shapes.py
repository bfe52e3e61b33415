"""What a picture is made of: boxes, arrows and words, each at its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

T = TypeVar("T")

WIDTH: Final = 164
HEIGHT: Final = 38
HEAD: Final = 20
GAP: Final = 54
"""Between columns: the room of the arrows."""
MARGIN: Final = 8
ROW: Final = HEIGHT + 10

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box(Generic[T]):
    """A place of the picture: a thing where ``ref`` names one, else a word about those that are left out."""

    x: float
    y: float
    ref: T | None
    text: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Arrow:
    """A line that leaves at ``start`` and points to ``end``: sideways, or up past ``turn`` where that is given.

    ``kind`` is a word for its looks, "" for the usual ones.
    """

    start: Point
    end: Point
    turn: float | None = None
    kind: str = ""


@dataclass(slots=True)
class Picture(Generic[T]):
    """Boxes, arrows and words, each at its place in a space of ``width`` by ``height``."""

    width: float
    height: float
    boxes: list[Box[T]] = field(default_factory=list)
    arrows: list[Arrow] = field(default_factory=list)
    words: list[tuple[float, float, str]] = field(default_factory=list)


def left(box: Box[T]) -> Point:
    """Return the middle of the left side of *box*."""
    return box.x, box.y + HEIGHT / 2


def right(box: Box[T]) -> Point:
    """Return the middle of the right side of *box*."""
    return box.x + WIDTH, box.y + HEIGHT / 2
