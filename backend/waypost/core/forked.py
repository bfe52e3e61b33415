"""Work shared with forked processes: each takes a part of many like things, and hands back bytes."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final, TypeVar

T = TypeVar("T")

FEW: Final = 400
"""So few are done sooner than a process is begun."""
MOST_PROCESSES: Final = 4


def in_parts(items: Sequence[T], work: Callable[[Sequence[T]], bytes]) -> list[bytes]:
    """Return what *work* gives for all of *items*, in one or several parts, in their order.

    Where there are many, and a processor more than one, forked processes take a part each. What one of them does to
    the memory is lost with it; *work* must open nothing, and use no connection. The part of a process that fails is
    done in this one.
    """
    count = min(len(os.sched_getaffinity(0)), MOST_PROCESSES) if hasattr(os, "sched_getaffinity") else 1
    if count < 2 or len(items) < FEW:  # noqa: PLR2004 - alone
        return [work(items)]
    size = -(-len(items) // count)
    parts = [items[at : at + size] for at in range(0, len(items), size)]
    children = [_fork(part, work) for part in parts[1:]]
    own = work(parts[0])
    return [own, *(_answer(child, part, work) for child, part in zip(children, parts[1:], strict=True))]


def _fork(part: Sequence[T], work: Callable[[Sequence[T]], bytes]) -> tuple[int, int]:
    """Return the process that works at *part*, and the end of the pipe from which its answer is read."""
    reading, writing = os.pipe()
    process = os.fork()
    if process:
        os.close(writing)
        return process, reading
    # Nothing of the parent's may be run at the end: no buffer flushed twice, no file deleted.
    code = 1
    try:
        os.close(reading)
        data = work(part)
        with open(writing, "wb") as pipe:  # noqa: PTH123 - a descriptor
            pipe.write(struct.pack("!Q", len(data)) + data)
        code = 0
    finally:
        os._exit(code)


def _answer(child: tuple[int, int], part: Sequence[T], work: Callable[[Sequence[T]], bytes]) -> bytes:
    process, reading = child
    with open(reading, "rb") as pipe:  # noqa: PTH123 - a descriptor
        data = pipe.read()
    with suppress(ChildProcessError):
        os.waitpid(process, 0)
    size = struct.calcsize("!Q")
    is_whole = len(data) >= size and struct.unpack("!Q", data[:size])[0] == len(data) - size
    return data[size:] if is_whole else work(part)
