"""Processes: work in a child whose memory comes back, children that are kept running, and ends that are shared."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from types import FrameType

import click

from waypost.cli.failing import worded

PARENT_CHECK_S = 0.5
STOP_WAIT_S = 8.0
# A child that dies at once, again and again, is tried less and less often.
FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 60.0
TOLD_WAIT_S = 5.0

_log = logging.getLogger(__name__)
_fork = get_context("fork")


def run_in_child(work: Callable[[], None]) -> int:
    """Do *work* in a process of its own, and return its exit code; all of its memory is given back.

    What goes wrong in it is told there, as any command tells it. It ends when this process is told to.
    """
    child = _fork.Process(target=_work, args=(work,), name="work")
    child.start()
    with _told_to(child):
        try:
            child.join()
        finally:
            child.terminate()
            child.join()
    code = child.exitcode or 0
    return code if code >= 0 else 128 - code


class Keeper:
    """Keeps one child running: it is started again when it ends, each time later if it ends at once."""

    def __init__(self, work: Callable[[], None], name: str) -> None:
        self._work = work
        self._name = name
        self._stopping = threading.Event()
        self._child = self._start()
        self._thread = threading.Thread(target=self._keep, name=f"keep-{name}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Tell the child to end, and return when it has; it is killed when it does not within seconds."""
        self._stopping.set()
        self._child.terminate()
        self._thread.join(STOP_WAIT_S)
        if self._child.is_alive():
            self._child.kill()
            self._thread.join()

    def _start(self) -> BaseProcess:
        child = _fork.Process(target=_work, args=(self._work,), name=self._name)
        child.start()
        return child

    def _keep(self) -> None:
        wait_s = FIRST_WAIT_S
        while True:
            started = time.monotonic()
            self._child.join()
            if self._stopping.is_set():
                return
            if time.monotonic() - started > LONGEST_WAIT_S:
                wait_s = FIRST_WAIT_S
            if self._child.exitcode == 0:  # It was told to end, and so are we as a rule: Ctrl-C tells all.
                wait_s = TOLD_WAIT_S
            else:
                how = _how_ended(self._child.exitcode)
                _log.error("the %s %s; it is started again in %g s", self._name, how, wait_s)
            if self._stopping.wait(wait_s):
                return
            self._child = self._start()
            wait_s = min(2 * wait_s, LONGEST_WAIT_S)


def stop_with_parent() -> None:
    """End this process soon after the one that started it is gone, however that went.

    A process that is killed cannot tell its children to stop; they would keep the port.
    """
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(PARENT_CHECK_S)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(PARENT_CHECK_S)
        os._exit(0)  # pragma: no cover - only where the signal was not heeded; nothing is written after it.

    threading.Thread(target=watch, name="stop-with-parent", daemon=True).start()


def _work(work: Callable[[], None]) -> None:
    """Be the child: signals end it as they end any process, and errors are worded as any command words them."""
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    stop_with_parent()
    try:
        with worded():
            work()
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)  # Whoever started it was interrupted as well, and says so.


@contextmanager
def _told_to(child: BaseProcess) -> Iterator[None]:
    """Hand SIGTERM on to *child*; then it does here what it did before, or unwinds where it would end us on the spot."""
    before = signal.getsignal(signal.SIGTERM)

    def end(number: int, frame: FrameType | None) -> None:
        child.terminate()
        if callable(before):
            before(number, frame)
        else:
            raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _how_ended(code: int | None) -> str:
    if code is not None and code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended with exit code {code}"
