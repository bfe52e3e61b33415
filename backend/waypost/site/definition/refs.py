"""References within a document: ``#/components/schemas/Order`` and what it leads to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

from waypost.site.definition.values import Node, anchor, mapping

_HOPS: Final = 20
_DIGITS: Final = 8
_SCHEMAS: Final = ("#/components/schemas/", "#/definitions/")


@dataclass(frozen=True, slots=True)
class Found:
    """What a value stands for: ``value`` with every reference followed, and the last of these, "" for none.

    ``missing`` is a reference that leads out of the document, to nothing, or in a circle.
    """

    value: Any
    ref: str = ""
    missing: str = ""

    @property
    def node(self) -> Node:
        """The value where it is an object, else an empty one."""
        return mapping(self.value)


@dataclass(frozen=True, slots=True)
class Refs:
    """Follows the references of ``document``. What is in other files is not looked for."""

    document: Node

    def follow(self, value: Any) -> Found:
        """Return what *value* stands for, through as many references as it takes."""
        ref = ""
        for _ in range(_HOPS):
            target = value.get("$ref") if isinstance(value, dict) else None
            if not isinstance(target, str):
                return Found(value, ref)
            ref = target
            found, value = self._at(target)
            if not found:
                return Found({}, "", target)
        return Found({}, "", ref)

    def node(self, value: Any) -> Node:
        """Return the object that *value* stands for, an empty one where it stands for none."""
        return self.follow(value).node

    def _at(self, pointer: str) -> tuple[bool, Any]:
        if pointer == "#":
            return True, self.document
        if not pointer.startswith("#/"):
            return False, None
        value: Any = self.document
        for part in pointer[2:].split("/"):
            key = unquote(part).replace("~1", "/").replace("~0", "~")
            if isinstance(value, dict) and key in value:
                value = value[key]
            elif (
                isinstance(value, list)
                and key.isascii()
                and key.isdigit()
                and len(key) <= _DIGITS
                and int(key) < len(value)
            ):
                value = value[int(key)]
            else:
                return False, None
        return True, value


def schema_name(ref: str) -> str:
    """Return the name of the schema that *ref* leads to; "" where it leads to no schema of the document's list."""
    for prefix in _SCHEMAS:
        name = ref.removeprefix(prefix)
        if name != ref and "/" not in name:
            return unquote(name).replace("~1", "/").replace("~0", "~")
    return ""


def schema_anchor(name: str) -> str:
    """Return the id under which the page shows the schema *name*."""
    return anchor("schema", name)
