"""Progress: a bar on a terminal, plain lines elsewhere, nothing where nobody looks."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Sized
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TextIO, TypeVar

if TYPE_CHECKING:
    from rich.progress import Progress

T = TypeVar("T")
EVERY_S: Final = 5.0


class SilentProgress:
    """Shows nothing."""

    def track(self, items: Iterable[T], label: str, total: int | None = None) -> Iterator[T]:
        """Give *items* one by one."""
        del label, total
        yield from items

    def say(self, text: str) -> None:
        """Tell nobody."""


class PlainProgress:
    """Writes plain lines: no control codes, for logs and pipes.

    Args:
        every_s: How often long work says how far it has come.
    """

    def __init__(self, stream: TextIO, *, every_s: float = EVERY_S) -> None:
        self._stream = stream
        self._every_s = every_s

    def track(self, items: Iterable[T], label: str, total: int | None = None) -> Iterator[T]:
        """Give *items* one by one; say *label* when it begins, how many are done now and then, and at the end."""
        count = len(items) if total is None and isinstance(items, Sized) else total
        of = "" if count is None else f" of {count}"
        self.say(f"{label} ...")
        done, due = 0, time.monotonic() + self._every_s
        for item in items:
            yield item
            done += 1
            if (now := time.monotonic()) >= due:
                due = now + self._every_s
                self.say(f"{label}: {done}{of}")
        self.say(f"{label}: {done} done")

    def say(self, text: str) -> None:
        """Write *text* as a line."""
        print(text, file=self._stream, flush=True)


class TerminalProgress:
    """Draws a bar for each track, and leaves what is said above them."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars

    def track(self, items: Iterable[T], label: str, total: int | None = None) -> Iterator[T]:
        """Give *items* one by one, moving a bar that *label* names; it goes when all are done."""
        count = len(items) if total is None and isinstance(items, Sized) else total
        task = self._bars.add_task(label, total=count)
        try:
            for item in items:
                yield item
                self._bars.advance(task)
        finally:
            self._bars.remove_task(task)

    def say(self, text: str) -> None:
        """Write *text* above the bars, as it is."""
        self._bars.console.print(text, markup=False, highlight=False)


@contextmanager
def open_progress(
    stream: TextIO | None = None,
) -> Iterator[TerminalProgress | PlainProgress]:
    """Give the progress that suits *stream*, by default the standard error."""
    stream = stream or sys.stderr
    if not stream.isatty():
        yield PlainProgress(stream)
        return
    # Only a terminal needs what draws bars.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
    )

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(file=stream), transient=True) as bars:
        yield TerminalProgress(bars)
