"""Telemetry: what the process says of itself, one plain line a record, with times in UTC."""

from __future__ import annotations

import logging
import sys
import time

_FORMAT = "%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s: %(message)s"


class _Formatter(logging.Formatter):
    converter = staticmethod(time.gmtime)


def configure_logging(level: int = logging.WARNING) -> None:
    """Write records of *level* and above to the standard error. Calling it again changes only the level."""
    root = logging.getLogger()
    root.setLevel(level)
    if not any(isinstance(handler.formatter, _Formatter) for handler in root.handlers):
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(_Formatter(_FORMAT, datefmt="%Y-%m-%dT%H:%M:%S"))
        root.addHandler(handler)
