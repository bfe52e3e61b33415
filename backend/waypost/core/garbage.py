"""Pausing the search for garbage while very many values are made that all stay."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collection_paused() -> Iterator[None]:
    """Do not look for circles of garbage in this process until the block ends.

    Reading a large catalog makes millions of values and hardly a circle; looking through them all again and
    again as they grow takes more than a third of the time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
