"""The shape of a CEL expression: what it names, how large it is, how deeply it loops."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """One node of an expression.

    ``kind`` is const, name, select, call, list, map or loop. ``name`` is the name, the field or the
    function; ``value`` is a constant's value. ``tested`` marks the field of a ``has()``. A loop's
    ``binds`` are the names that live inside it, and its first part is what it runs over.
    """

    kind: str
    name: str = ""
    value: object = None
    parts: tuple[Node, ...] = ()
    tested: bool = False
    binds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """A place in the data that an expression reads: ``facts.docs.runbook`` without its ``facts``.

    ``is_tested`` where it stands in ``has()`` only, so that its absence is no surprise.
    """

    root: str
    path: Path
    is_tested: bool = False


def walk(node: Node) -> Iterator[Node]:
    """Give *node* and every node below it."""
    yield node
    for part in node.parts:
        yield from walk(part)


def references(node: Node, bound: frozenset[str] = frozenset()) -> Iterator[Reference]:
    """Give each place that is read, the longest path once where it stands."""
    chain = chain_of(node)
    if chain is not None:
        if chain.root not in bound:
            yield chain
        return
    inner = bound | set(node.binds)
    for number, part in enumerate(node.parts):
        yield from references(part, bound if node.kind == "loop" and number == 0 else inner)


def loop_depth(node: Node) -> int:
    """Return how many loops stand inside each other at most; what a loop runs over is outside of it."""
    if node.kind != "loop":
        return max(map(loop_depth, node.parts), default=0)
    return max(loop_depth(node.parts[0]), 1 + max(map(loop_depth, node.parts[1:])))


def chain_of(node: Node) -> Reference | None:
    """Return the path that *node* selects, None where it starts from something computed."""
    if node.kind == "name":
        return Reference(node.name, ())
    field = _field(node)
    below = chain_of(node.parts[0]) if field is not None else None
    if below is None or field is None:
        return None
    return Reference(below.root, (*below.path, field), node.tested)


def _field(node: Node) -> str | None:
    if node.kind == "select":
        return node.name
    if node.kind == "call" and node.name == "_[_]" and isinstance(node.parts[1].value, str):
        return node.parts[1].value
    return None


def read_checked(data: bytes) -> Node:
    """Read the tree from *data*, a serialized ``cel.expr.CheckedExpr`` inside an ``Any``.

    The library gives no other way to its tree, and protobuf's runtime is not needed for so little.
    """
    checked = _last(data, 2)
    return _expr(_last(checked, 4))


def _expr(data: bytes) -> Node:
    for number, value in _fields(data):
        if number in _READERS:
            return _READERS[number](_bytes(value))
    return Node("const")


def _const(data: bytes) -> Node:
    for number, value in _fields(data):
        if number == 5:  # noqa: PLR2004 - a double, kept as its eight bytes
            return Node("const", value=struct.unpack("<d", _bytes(value))[0])
        if number == 6:  # noqa: PLR2004 - text
            return Node("const", value=_bytes(value).decode())
        if number in {3, 4}:
            return Node("const", value=value)
        if number == 2:  # noqa: PLR2004 - a truth value
            return Node("const", value=bool(value))
    return Node("const")


def _name(data: bytes) -> Node:
    return Node("name", _text(data, 1))


def _select(data: bytes) -> Node:
    tested = any(number == 3 and value for number, value in _fields(data))  # noqa: PLR2004
    return Node("select", _text(data, 2), parts=(_expr(_last(data, 1)),), tested=tested)


def _call(data: bytes) -> Node:
    target = [_expr(part) for part in _all(data, 1)]
    return Node("call", _text(data, 2), parts=(*target, *map(_expr, _all(data, 3))))


def _list(data: bytes) -> Node:
    return Node("list", parts=tuple(map(_expr, _all(data, 1))))


def _map(data: bytes) -> Node:
    parts = [_expr(part) for entry in _all(data, 2) for key in (3, 4) for part in _all(entry, key)]
    return Node("map", _text(data, 1), parts=tuple(parts))


def _loop(data: bytes) -> Node:
    binds = tuple(name for name in (_text(data, 1), _text(data, 3), _text(data, 8)) if name)
    return Node("loop", parts=tuple(_expr(_last(data, n)) for n in (2, 4, 5, 6, 7)), binds=binds)


_READERS = {3: _const, 4: _name, 5: _select, 6: _call, 7: _list, 8: _map, 9: _loop}


def _all(data: bytes, wanted: int) -> list[bytes]:
    return [_bytes(value) for number, value in _fields(data) if number == wanted]


def _last(data: bytes, wanted: int) -> bytes:
    return next(iter(reversed(_all(data, wanted))), b"")


def _text(data: bytes, wanted: int) -> str:
    return _last(data, wanted).decode()


def _bytes(value: bytes | int) -> bytes:
    return value if isinstance(value, bytes) else b""


def _fields(data: bytes) -> Iterator[tuple[int, bytes | int]]:
    """Give the fields of a protobuf message: numbers as numbers, all else as bytes."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, at = _varint(data, at)
            yield number, value
            continue
        size, at = {1: (8, at), 5: (4, at)}.get(wire) or _varint(data, at)
        yield number, data[at : at + size]
        at += size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    shift = value = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:  # noqa: PLR2004 - the last byte has no high bit
            return value, at
        shift += 7
