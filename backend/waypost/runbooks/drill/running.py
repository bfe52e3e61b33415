"""Runs one command of a drill in a shell of its own, in the terminal's foreground, with a limit of time."""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from waypost.core.errors import ServiceUnavailableError
from waypost.runbooks.filling import quoted

_KEPT_BYTES: Final = 1_000_000
_INTERRUPTED: Final = (-signal.SIGINT, 128 + signal.SIGINT)
_GRACE_S: Final = 2.0
_PIECE_S: Final = 0.2


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended: its exit status, the end of what it wrote, and the variables that it left."""

    status: int
    output: str
    took_s: float
    is_timed_out: bool = False
    left: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_interrupted(self) -> bool:
        """Whether somebody stopped it with Ctrl-C."""
        return self.status in _INTERRUPTED

    @property
    def is_good(self) -> bool:
        """Whether it ended by itself, and says that all is well."""
        return self.status == 0 and not self.is_timed_out


def run_command(
    command: str,
    write: Callable[[bytes], object],
    *,
    before: Mapping[str, str],
    leaves: Collection[str],
    limit_s: float,
) -> Ran:
    """Run *command*, hand what it writes to *write* as it comes, and return how it ended.

    It is the terminal's foreground meanwhile: Ctrl-C stops it, and it may ask for a password.

    Args:
        before: Variables that earlier commands left.
        leaves: The names of those that this one sets.
        limit_s: After so many seconds it is stopped, with all that it started.

    Raises:
        ServiceUnavailableError: This machine has no bash.
    """
    bash = shutil.which("bash")
    if bash is None:
        raise ServiceUnavailableError("there is no bash on this machine to run the command")
    started = time.monotonic()
    with TemporaryDirectory(prefix="waypost-drill-") as folder:
        kept = Path(folder) / "left"
        script = _script(command, before, leaves, kept)
        with _passing_on() as interrupts:
            process = subprocess.Popen(  # noqa: S603 - a person has read the command, and told us to run it
                [bash, "--norc", "--noprofile", "-c", script],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                process_group=0,
            )
            interrupts.lead_to(process)
            with _in_foreground(process):
                output, is_timed_out = _follow(process, write, started + limit_s)
                status = _end(process, is_forced=is_timed_out)
        return Ran(status, output, time.monotonic() - started, is_timed_out, _read_left(kept))


def _script(command: str, before: Mapping[str, str], leaves: Collection[str], kept: Path) -> str:
    lines = [f"{name}={quoted(value)}" for name, value in before.items()]
    if leaves:
        names = " ".join(sorted(leaves))
        told = f'for _wp in {names}; do printf "%s=%s\\0" "$_wp" "${{!_wp-}}"; done > {quoted(str(kept))}'
        lines.append(f"trap {quoted(told)} EXIT")
    return "\n".join([*lines, command])


def _read_left(kept: Path) -> dict[str, str]:
    if not kept.is_file():
        return {}
    pairs = kept.read_bytes().decode(errors="replace").split("\0")
    return {name: value for name, _, value in (pair.partition("=") for pair in pairs) if name and value}


class _Interrupts:
    """Takes Ctrl-C where it reaches us, and hands it on, also to a command that is only just being started."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._is_waiting = False

    def take(self, *_: object) -> None:
        """Hand one on, or keep it."""
        if self._process is None:
            self._is_waiting = True
        else:
            _signal(self._process, signal.SIGINT)

    def lead_to(self, process: subprocess.Popen[bytes]) -> None:
        """Hand to *process* what comes, and what has come."""
        self._process = process
        if self._is_waiting:
            self.take()


@contextmanager
def _passing_on() -> Iterator[_Interrupts]:
    interrupts = _Interrupts()
    before = signal.signal(signal.SIGINT, interrupts.take)
    try:
        yield interrupts
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _in_foreground(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Let the terminal's keys reach *process*, and nobody else."""
    # Whoever is in the background and moves the foreground is stopped by this signal.
    before = signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    try:
        with suppress(OSError):
            os.tcsetpgrp(0, process.pid)
        with suppress(OSError):
            # It may have asked for input a moment too early, and been stopped.
            os.killpg(process.pid, signal.SIGCONT)
        yield
    finally:
        with suppress(OSError):
            os.tcsetpgrp(0, os.getpgrp())
        signal.signal(signal.SIGTTOU, before)


def _follow(
    process: subprocess.Popen[bytes], write: Callable[[bytes], object], deadline: float
) -> tuple[str, bool]:
    """Hand on what *process* writes until it ends; return the end of it, and whether it took too long."""
    assert process.stdout is not None  # noqa: S101 - it was started with a pipe
    told = bytearray()
    while time.monotonic() < deadline:
        ready, _, _ = select.select([process.stdout], [], [], _PIECE_S)
        if ready:
            piece = os.read(process.stdout.fileno(), 65_536)
            if not piece:
                return told.decode(errors="replace"), False
            write(piece)
            told += piece
            del told[:-_KEPT_BYTES]
        elif process.poll() is not None:
            # What it left in the background may hold the pipe for ever.
            return told.decode(errors="replace"), False
    return told.decode(errors="replace"), True


def _end(process: subprocess.Popen[bytes], *, is_forced: bool) -> int:
    assert process.stdout is not None  # noqa: S101 - the same
    if is_forced:
        _signal(process, signal.SIGTERM)
    try:
        status = process.wait(_GRACE_S if is_forced else None)
    except subprocess.TimeoutExpired:
        _signal(process, signal.SIGKILL)
        status = process.wait()
    if is_forced:
        _signal(process, signal.SIGKILL)
    elif status in _INTERRUPTED:
        # What a shell has put into its background is deaf to Ctrl-C.
        _signal(process, signal.SIGTERM)
    process.stdout.close()
    return status


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
