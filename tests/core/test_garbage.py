"""Pausing the search for garbage."""

from __future__ import annotations

import gc

import pytest

from waypost.core.garbage import collection_paused


def test_it_goes_on_behind_the_block_even_when_that_fails() -> None:
    seen = []

    with pytest.raises(ZeroDivisionError), collection_paused():
        seen.append(gc.isenabled() / 0)

    assert (seen, gc.isenabled()) == ([], True)


def test_who_paused_it_before_keeps_it_paused() -> None:
    with collection_paused():
        with collection_paused():
            pass

        assert not gc.isenabled()
