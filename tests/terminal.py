"""A person at a real terminal: a command in a pseudo-terminal, what it shows, and what is typed."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

_WAIT_S = 60.0
# Makes the terminal the command's own, so that Ctrl-C reaches it; what runs in the background has it ignored.
_TAKE = (
    "import fcntl,os,signal,sys,termios; os.setsid(); fcntl.ioctl(0,termios.TIOCSCTTY,0);"
    " signal.signal(signal.SIGINT,signal.SIG_DFL); os.execv(sys.argv[1],sys.argv[1:])"
)


class Terminal:
    """A running command: ``shown`` is all that it wrote so far."""

    def __init__(self, process: subprocess.Popen[bytes], master: int) -> None:
        self.shown = ""
        self._seen = 0
        self._process = process
        self._master = master

    def expect(self, pattern: str) -> str:
        """Wait until it shows *pattern* behind what was expected before; return that text."""
        deadline = time.monotonic() + _WAIT_S
        while True:
            found = re.compile(pattern).search(self.shown, self._seen)
            if found:
                before, self._seen = self._seen, found.end()
                return self.shown[before : found.end()]
            if time.monotonic() > deadline or not self._read():
                pytest.fail(f"it never showed {pattern!r}, but:\n{self.shown[self._seen :]}")

    def type(self, text: str) -> None:
        """Type *text* and Enter."""
        os.write(self._master, text.encode() + b"\r")

    def press(self, key: bytes) -> None:
        """Press one key, such as Ctrl-C."""
        os.write(self._master, key)

    def answer(self, what: str | bytes | None) -> None:
        """Type a line, press a key, or only look."""
        if isinstance(what, str):
            self.type(what)
        elif what is not None:
            self.press(what)

    def end(self) -> int:
        """Wait until it ends; return its exit code."""
        deadline = time.monotonic() + _WAIT_S
        while time.monotonic() < deadline and self._read():
            pass
        return self._process.wait(_WAIT_S)

    def _read(self) -> bool:
        """Take what it shows next; tell whether more may come."""
        ready, _, _ = select.select([self._master], [], [], 0.2)
        if not ready:
            return True
        try:
            piece = os.read(self._master, 65_536)
        except OSError:  # Linux says so where the other side is closed.
            return False
        self.shown += piece.decode(errors="replace").replace("\r\n", "\n")
        return bool(piece)


@contextmanager
def open_terminal(
    *arguments: str, cwd: Path, environment: Mapping[str, str] | None = None
) -> Iterator[Terminal]:
    """Run ``waypost`` with *arguments* in a terminal of its own."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 200, 0, 0))
    command = [sys.executable, "-c", _TAKE, sys.executable, "-m", "waypost", *arguments]
    with subprocess.Popen(
        command, cwd=cwd, stdin=slave, stdout=slave, stderr=slave, env={**os.environ, **(environment or {})}
    ) as process:
        os.close(slave)
        try:
            yield Terminal(process, master)
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            os.close(master)
