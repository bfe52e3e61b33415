"""Shapes: of what type a fact is, what lies inside it, and why a value is not so. A small part of JSON Schema."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Self

TYPES: Final = ("boolean", "integer", "number", "string", "timestamp", "object", "list")
_CLASSES: Final[Mapping[str, type | tuple[type, ...]]] = {
    "boolean": bool,
    "string": str,
    "object": Mapping,
    "list": list,
    "integer": int,
    "number": (int, float),
}
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class Shape:
    """What a value is to be: its type, and what its parts are, as far as anybody declared that.

    Attributes:
        properties: The shapes of an object's parts; None where nothing is said of them.
        items: The shape of each item of a list; None where nothing is said of them.
        enum: The only values that it may have; () for any.
        is_optional: As a part of an object, it may be absent.
        is_closed: An object has no parts but its ``properties``.
    """

    type: str
    properties: Mapping[str, Shape] | None = None
    items: Shape | None = None
    enum: tuple[Any, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    is_optional: bool = False
    is_closed: bool = False
    unit: str = ""
    description: str = field(default="", compare=False)

    def below(self, keys: Iterable[str]) -> Shape | None:
        """Return the shape of the part that *keys* lead to, None where nothing is said of it."""
        shape: Shape | None = self
        for key in keys:
            shape = (shape.properties or {}).get(key) if shape else None
        return shape

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Self:
        """Return the shape that ``to_schema`` wrote."""
        properties = document.get("properties")
        required = document.get("required", ())
        items = document.get("items")
        return cls(
            type=document.get("x-type") or document["type"],
            properties=None
            if properties is None
            else {
                name: cls.read({**part, "x-optional": name not in required})
                for name, part in properties.items()
            },
            items=cls.read(items) if items else None,
            enum=tuple(document.get("enum", ())),
            minimum=document.get("minimum"),
            maximum=document.get("maximum"),
            is_optional=document.get("x-optional", False),
            is_closed=document.get("additionalProperties") is False,
            unit=document.get("x-unit", ""),
            description=document.get("description", ""),
        )

    def to_schema(self) -> dict[str, Any]:
        """Return it as JSON Schema writes it."""
        said: dict[str, Any] = {"type": _JSON_TYPES.get(self.type, self.type)}
        if self.type in _JSON_TYPES:
            said["x-type"] = self.type
        if self.type == "timestamp":
            said["format"] = "date-time"
        if self.properties is not None:
            said["properties"] = {name: part.to_schema() for name, part in self.properties.items()}
            said["required"] = [name for name, part in self.properties.items() if not part.is_optional]
        if self.items is not None:
            said["items"] = self.items.to_schema()
        if self.is_closed:
            said["additionalProperties"] = False
        others = {
            "enum": list(self.enum) or None,
            "minimum": self.minimum,
            "maximum": self.maximum,
            "x-unit": self.unit or None,
            "description": self.description or None,
        }
        return said | {key: value for key, value in others.items() if value is not None}


_JSON_TYPES: Final = {"timestamp": "string", "list": "array"}


@dataclass(frozen=True, slots=True)
class ShapeFault:
    """Why a value is not of its shape: ``place`` leads to the part (``alerts[2].name``), "" is the value itself."""

    place: str
    message: str

    def __str__(self) -> str:
        """Return it as a sentence's end: what *must be* so, behind the place."""
        return f"{self.place} {self.message}" if self.place else self.message


def find_fault(shape: Shape, value: object) -> ShapeFault | None:
    """Return the first fault of *value*, None where it is of *shape*."""
    return next(_faults(shape, value, ""), None)


def _faults(shape: Shape, value: object, place: str) -> Iterator[ShapeFault]:
    if not is_of(shape.type, value):
        article = "an" if shape.type[0] in "aeiou" else "a"
        yield ShapeFault(place, f"must be {article} {shape.type}, not {shown(value)}")
        return
    if shape.enum and not any(value == known and type(value) is type(known) for known in shape.enum):
        yield ShapeFault(place, f"must be one of {', '.join(map(shown, shape.enum))}, not {shown(value)}")
    if shape.minimum is not None and isinstance(value, (int, float)) and value < shape.minimum:
        yield ShapeFault(place, f"must be {shape.minimum:g} at least, not {shown(value)}")
    if shape.maximum is not None and isinstance(value, (int, float)) and value > shape.maximum:
        yield ShapeFault(place, f"must be {shape.maximum:g} at most, not {shown(value)}")
    if isinstance(value, Mapping):
        yield from _faults_of_parts(shape, value, place)
    elif isinstance(value, list) and shape.items is not None:
        for number, item in enumerate(value):
            yield from _faults(shape.items, item, f"{place}[{number}]")


def _faults_of_parts(shape: Shape, value: Mapping[Any, object], place: str) -> Iterator[ShapeFault]:
    if shape.properties is None:
        return
    for name, part in shape.properties.items():
        at = f"{place}.{name}" if place else name
        if name in value:
            yield from _faults(part, value[name], at)
        elif not part.is_optional:
            yield ShapeFault(at, "is missing")
    for name in value if shape.is_closed else ():
        if name not in shape.properties:
            at = f"{place}.{name}" if place else str(name)
            yield ShapeFault(at, f"is not declared, only {', '.join(shape.properties)}")


def normal(shape: Shape, value: Any) -> Any:
    """Return *value*, which is of *shape*, as rules expect it: a ``number`` is decimal, however it was written."""
    if shape.type == "number":
        return float(value)
    if shape.properties is not None:
        parts = shape.properties
        return {name: normal(parts[name], part) if name in parts else part for name, part in value.items()}
    if shape.items is not None:
        return [normal(shape.items, item) for item in value]
    return value


def is_of(kind: str, value: object) -> bool:
    """Tell whether *value* is of the type *kind*."""
    if kind == "timestamp":
        return isinstance(value, str) and is_timestamp(value)
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _CLASSES[kind])


def is_timestamp(text: str) -> bool:
    """Tell whether *text* is a time with a zone, as RFC 3339 writes it."""
    try:
        return "T" in text and datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def shown(value: object) -> str:
    """Return *value* as a message shows it: on a line, and not too long."""
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}…"
