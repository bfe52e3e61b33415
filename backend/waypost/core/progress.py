"""Progress: a bar on a terminal, plain lines elsewhere, nothing where nobody looks."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sized
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO, TypeVar

if TYPE_CHECKING:
    from rich.progress import Progress

T = TypeVar("T")


class SilentProgress:
    """Shows nothing."""

    def track(self, items: Iterable[T], label: str, total: int | None = None) -> Iterator[T]:
        """Give *items* one by one."""
        del label, total
        yield from items

    def say(self, text: str) -> None:
        """Tell nobody."""


class PlainProgress:
    """Writes plain lines: no control codes, for logs and pipes."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def track(self, items: Iterable[T], label: str, total: int | None = None) -> Iterator[T]:
        """Give *items* one by one; say *label* when it begins, and how many there were when it ends."""
        del total
        self.say(f"{label} ...")
        done = 0
        for item in items:
            yield item
            done += 1
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
