"""From YAML events to plain values, without recursion, within limits, and to where each key stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn, Protocol

import yaml

from waypost.core.yamlscalars import CORE, TAG_PREFIX, YAML_1_1, ScalarError, ScalarSchema


class Events(Protocol):
    """The part of PyYAML's C parser that is used."""

    def get_event(self) -> Any:
        """Return the next event."""
        ...


@dataclass(frozen=True, slots=True)
class YamlFault:
    """One thing wrong in a YAML text: where, counted from 1, and a sentence."""

    line: int
    column: int
    message: str


@dataclass(frozen=True, slots=True)
class YamlLimits:
    """How much a YAML text may ask for.

    ``depth`` and ``nodes`` are of one document; ``nodes`` counts what aliases repeat. ``aliases`` is the most
    times that one anchor may be repeated, multiplied through anchors within anchors, as the ``yaml`` package
    counts.
    """

    depth: int = 100
    nodes: int = 1_000_000
    aliases: int = 100


class RefusedError(Exception):
    """A text that is refused whole: one fault spoils every document of the file."""

    def __init__(self, fault: YamlFault) -> None:
        super().__init__(fault.message)
        self.fault = fault


@dataclass(slots=True)
class Built:
    """One document as built: its value, where it starts, and what is wrong with it."""

    value: Any = None
    line: int = 1
    faults: list[YamlFault] = field(default_factory=list)


@dataclass(slots=True)
class _Anchor:
    value: Any
    nodes: int
    inner: tuple[_Anchor, ...]
    uses: int = 1
    weight: int = 0

    def is_over(self, limit: int) -> bool:
        """Count one more use, and tell whether it is too many."""
        self.uses += 1
        if self.weight == 0:
            own = 0 if self.value in ({}, []) else 1
            self.weight = max([own, *(anchor.uses * anchor.weight for anchor in self.inner)])
        return self.uses * self.weight > limit


class _Nothing:
    """The place of a key that has not come yet."""


_NOTHING = _Nothing()


@dataclass(slots=True)
class _Open:
    """A mapping or sequence that is being filled, and the name of its anchor."""

    value: Any
    is_mapping: bool
    anchor: str | None
    tag: str | None
    nodes_before: int
    aliases_before: int
    key: Any = _NOTHING
    odd_keys: dict[str, list[Any]] | None = None


class Builder:
    """Builds the documents of one event stream.

    ``first_line`` is added to every line, for a text that was cut out of a file.
    """

    def __init__(self, events: Events, limits: YamlLimits, first_line: int = 0) -> None:
        self._next: Callable[[], Any] = events.get_event
        self._limits = limits
        self._first_line = first_line
        self._schema: ScalarSchema = CORE
        self._nodes = 0

    def documents(self) -> Iterator[Built]:
        """Give each document.

        Raises:
            RefusedError: A limit is passed, or an alias stands for nothing.
            yaml.YAMLError: The text is not YAML from here on.
        """
        while True:
            event = self._next()
            if isinstance(event, yaml.StreamEndEvent):
                return
            if isinstance(event, yaml.DocumentStartEvent):
                # A document without directives keeps the last version, as the `yaml` package does.
                if event.version is not None:
                    self._schema = YAML_1_1 if event.version == (1, 1) else CORE
                yield self._document()

    def _document(self) -> Built:
        self._built = built = Built()
        self._stack: list[_Open] = []
        self._anchors: dict[str, _Anchor] = {}
        self._aliases: list[_Anchor] = []
        self._nodes = 0
        event = self._next()
        built.line = event.start_mark.line + 1 + self._first_line
        while event.__class__ is not yaml.DocumentEndEvent:
            self._take(event)
            event = self._next()
        return built

    def _take(self, event: Any) -> None:
        kind = event.__class__
        if kind is yaml.ScalarEvent:
            value = self._scalar(event)
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            value = self._close(event)
        elif kind is yaml.AliasEvent:
            value = self._alias(event)
        else:
            self._open(event, kind is yaml.MappingStartEvent)
            return
        stack = self._stack
        if not stack:
            self._built.value = value
            return
        top = stack[-1]
        if not top.is_mapping:
            top.value.append(value)
        elif top.key is _NOTHING:
            top.key = (
                value if value.__class__ is str and value not in top.value else self._key(value, top, event)
            )
        else:
            self._pair(top, value, event)

    def _scalar(self, event: Any) -> Any:
        self._nodes += 1
        text, tag = event.value, event.tag
        if tag is None:
            value = self._schema.plain(text) if event.style == "" else text
        elif tag == "!":
            value = text
        else:
            try:
                value = self._schema.tagged(tag, text)
            except ScalarError as error:
                self._fault(event, str(error))
                value = text
        if event.anchor is not None:
            self._anchors[event.anchor] = _Anchor(value, 1, ())
        return value

    def _open(self, event: Any, is_mapping: bool) -> None:  # noqa: FBT001 - the one caller asks for one of two
        self._nodes += 1
        if len(self._stack) >= self._limits.depth:
            self._refuse(event, f"nested deeper than {self._limits.depth} levels")
        if self._nodes > self._limits.nodes:
            self._refuse(event, f"holds more than {self._limits.nodes} values")
        if event.anchor is not None:
            self._anchors.pop(event.anchor, None)  # Until it is closed nothing may repeat it.
        value: Any = {} if is_mapping else []
        self._stack.append(
            _Open(value, is_mapping, event.anchor, event.tag, self._nodes - 1, len(self._aliases))
        )

    def _close(self, event: Any) -> Any:
        top = self._stack.pop()
        if self._nodes > self._limits.nodes:
            self._refuse(event, f"holds more than {self._limits.nodes} values")
        value = top.value if top.tag is None else self._collection(top, event)
        if top.anchor is not None:
            inner = tuple(self._aliases[top.aliases_before :])
            self._anchors[top.anchor] = _Anchor(value, self._nodes - top.nodes_before, inner)
        return value

    def _collection(self, top: _Open, event: Any) -> Any:
        """Return a collection with a tag: sets and ordered maps vanish in JSON, the rest stay as they are."""
        if top.tag == f"{TAG_PREFIX}set" and top.is_mapping:
            if any(value is not None for value in top.value.values()):
                self._fault(event, "Set items must all have null values")
            return {}
        if top.tag == f"{TAG_PREFIX}omap" and not top.is_mapping:
            return {}
        return top.value

    def _alias(self, event: Any) -> Any:
        anchor = self._anchors.get(event.anchor)
        if anchor is None:
            self._refuse(event, f"no anchor '{event.anchor}' stands before this alias")
        if anchor.is_over(self._limits.aliases):
            self._refuse(event, f"more than {self._limits.aliases} repetitions by aliases")
        self._aliases.append(anchor)
        self._nodes += anchor.nodes
        if self._nodes > self._limits.nodes:
            self._refuse(event, f"holds more than {self._limits.nodes} values")
        return anchor.value

    def _key(self, value: Any, top: _Open, event: Any) -> str:
        """Return *value* as a key of *top*, and tell of one that was there before.

        Keys are the same when their values are: ``1`` and ``"1"`` are two keys, of which the last counts.
        """
        text = key_text(value)
        seen = top.odd_keys = top.odd_keys or {}
        if text in top.value or text in seen:
            before = seen.get(text, [text])
            if any(type(key) is type(value) and key == value for key in before):
                self._fault(event, f"the key '{text}' stands here twice; keys must be unique")
            seen[text] = [*before, value]
        else:
            seen[text] = [value]
        return text

    def _pair(self, top: _Open, value: Any, event: Any) -> None:
        key, top.key = top.key, _NOTHING
        if key == "<<" and self._schema.merges:
            self._merge(top, value, event)
        else:
            top.value[key] = value

    def _merge(self, top: _Open, source: Any, event: Any) -> None:
        for mapping in source if isinstance(source, list) else [source]:
            if not isinstance(mapping, dict):
                self._refuse(event, "'<<' can only merge mappings")
            for key, value in mapping.items():
                top.value.setdefault(key, value)
        # A key of their own may still stand beside the merged ones.
        top.odd_keys = {key: [_NOTHING] for key in top.value} | (top.odd_keys or {})

    def _fault(self, event: Any, message: str) -> None:
        mark = event.start_mark
        self._built.faults.append(YamlFault(mark.line + 1 + self._first_line, mark.column + 1, message))

    def _refuse(self, event: Any, message: str) -> NoReturn:
        mark = event.start_mark
        raise RefusedError(YamlFault(mark.line + 1 + self._first_line, mark.column + 1, message))


def key_text(value: Any) -> str:
    """Return a key as JavaScript makes it a property's name."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, dict):
        pairs = ", ".join(key if item is None else f"{key}: {key_text(item)}" for key, item in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, list):
        items = ", ".join(key_text(item) or "null" for item in value)
        return f"[ {items} ]" if items else "[]"
    return _number_text(value)


def _number_text(value: float) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value != value:  # noqa: PLR0124 - the one number that is not itself
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    text = repr(value)
    if "e" not in text:
        return text
    digits, _, power = text.partition("e")
    return f"{digits}e{int(power):+d}"
