from __future__ import annotations

import io
import logging
import re

import pytest

from waypost.core.progress import PlainProgress, SilentProgress, TerminalProgress, open_progress
from waypost.core.telemetry import configure_logging


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_elsewhere_than_on_a_terminal_lines_are_plain() -> None:
    stream = io.StringIO()

    with open_progress(stream) as progress:
        assert isinstance(progress, PlainProgress)
        done = list(progress.track([1, 2], "Reading"))
        progress.say("[bold]2 files[/bold]")

    assert done == [1, 2]
    assert stream.getvalue() == "Reading ...\nReading: 2 done\n[bold]2 files[/bold]\n"


def test_long_work_says_how_far_it_has_come() -> None:
    stream = io.StringIO()
    progress = PlainProgress(stream, every_s=0)

    assert list(progress.track([1, 2], "Reading")) == [1, 2]
    assert list(progress.track(iter("a"), "Writing")) == ["a"]

    assert stream.getvalue().splitlines() == [
        "Reading ...",
        "Reading: 1 of 2",
        "Reading: 2 of 2",
        "Reading: 2 done",
        "Writing ...",
        "Writing: 1",
        "Writing: 1 done",
    ]


def test_on_a_terminal_there_is_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()

    with open_progress(stream) as progress:
        assert isinstance(progress, TerminalProgress)
        done = list(progress.track(iter("ab"), "Reading", total=2))
        progress.say("[bold]2 files[/bold]")

    assert done == ["a", "b"]
    assert "[bold]2 files[/bold]\n" in stream.getvalue()


def test_silence_gives_the_items() -> None:
    progress = SilentProgress()
    progress.say("nothing")

    assert list(progress.track("ab", "Reading")) == ["a", "b"]


def test_a_record_is_one_line_in_utc(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before, level = root.handlers, root.level
    root.handlers = []
    try:
        configure_logging(logging.INFO)
        configure_logging(logging.INFO)
        logging.getLogger("waypost.test").info("hello")
    finally:
        root.handlers = before
        root.setLevel(level)

    lines = capsys.readouterr().err.splitlines()

    assert len(lines) == 1
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO waypost\.test: hello", lines[0])
