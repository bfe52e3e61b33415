"""How a process beside the server's workers is told to stop, and ends in any case."""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType
from typing import Final

STOP_WAIT_S: Final = 4.0


def stop_on_signal() -> threading.Event:
    """Return what SIGTERM and SIGINT set; a process that does not heed it is ended seconds later."""
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()
        ending = threading.Timer(STOP_WAIT_S, os._exit, [0])
        ending.daemon = True
        ending.start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    return stopping
