"""Where each key and item of a YAML text stands; found only when somebody asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

import yaml

from waypost.core.yamlevents import Events, key_text
from waypost.core.yamlscalars import CORE


class _Place(NamedTuple):
    """Where a key or item stands, and the places of what it holds."""

    line: int
    column: int
    children: dict[str, _Place] | list[_Place] | None


@dataclass(slots=True)
class _Open:
    """A collection that is being read; ``key`` and ``key_place`` wait for the value."""

    place: _Place
    key: str = ""
    key_place: _Place | None = None


class Places:
    """The places of all documents in one text. Reading them costs one more pass, made at the first question."""

    def __init__(self, events: Callable[[], Events], first_line: int) -> None:
        self._events = events
        self._first_line = first_line
        self._documents: list[_Place] | None = None

    def of(self, number: int) -> _Place:
        """Return the place of the document that is *number* in the text, from 0."""
        if self._documents is None:
            self._documents = _read_places(self._events(), self._first_line)
        return self._documents[number]


class Lines:
    """Where the keys and items of one document stand, counted from 1."""

    def __init__(self, places: Places, number: int) -> None:
        self._places = places
        self._number = number

    @property
    def tree(self) -> Any:
        """Every place, for ``lines_of``; JSON wants ``plain_place`` for each."""
        return self._places.of(self._number)

    def position_of(self, *path: str | int) -> tuple[int, int]:
        """Return line and column of the key or item at *path*; of its nearest known ancestor where it is absent."""
        line, column, children = self._places.of(self._number)
        for step in path:
            found = _child(children, step)
            if found is None:
                break
            line, column, children = found
        return line, column


def lines_of(tree: Any) -> Lines:
    """Return the lines of which the places are *tree*, as ``Lines.tree`` gave it or as JSON made it."""
    return Lines(_KeptPlaces(tree), 0)


def plain_place(value: object) -> tuple[Any, ...]:
    """Return a place as JSON holds it.

    Raises:
        TypeError: *value* is no place.
    """
    if not isinstance(value, _Place):
        raise TypeError(type(value))
    return (*value,)


class _KeptPlaces(Places):
    """The places of one document that were found before."""

    def __init__(self, tree: Any) -> None:
        self._documents = [tree]


def _child(children: dict[str, _Place] | list[_Place] | None, step: str | int) -> _Place | None:
    found: _Place | None = None
    if isinstance(children, dict):
        found = children.get(str(step))
    elif isinstance(children, list) and isinstance(step, int) and 0 <= step < len(children):
        found = children[step]
    return found


def _read_places(events: Events, first_line: int) -> list[_Place]:
    """Read the places of a text that was found to be YAML throughout."""
    documents: list[_Place] = []
    reader = _Reader(first_line)
    while (event := events.get_event()).__class__ is not yaml.StreamEndEvent:
        place = reader.take(event)
        if place is not None:
            documents.append(place)
    return documents


class _Reader:
    """Follows the events of one text."""

    def __init__(self, first_line: int) -> None:
        self._first_line = first_line
        self._open: list[_Open] = []

    def take(self, event: Any) -> _Place | None:
        """Take one event; return the place of a document when its last event has come."""
        kind = event.__class__
        if kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            place = self._place(event)._replace(children={} if kind is yaml.MappingStartEvent else [])
            self._open.append(_Open(place))
            return None
        if kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            return self._put(self._open.pop().place, "")
        if kind is yaml.ScalarEvent:
            return self._put(self._place(event), _key(event))
        if kind is yaml.AliasEvent:
            return self._put(self._place(event), event.anchor)
        return None

    def _place(self, event: Any) -> _Place:
        mark = event.start_mark
        return _Place(mark.line + 1 + self._first_line, mark.column + 1, None)

    def _put(self, place: _Place, key: str) -> _Place | None:
        if not self._open:
            return place
        top = self._open[-1]
        children = top.place.children
        if isinstance(children, list):
            children.append(place)
        elif top.key_place is None:
            top.key, top.key_place = key, place
        else:
            mapping = cast("dict[str, _Place]", children)
            mapping[top.key] = top.key_place._replace(children=place.children)
            top.key_place = None
        return None


def _key(event: Any) -> str:
    return key_text(CORE.plain(event.value) if event.style == "" else event.value)
