"""Runs the preview for a command: opens what there was before, compares, and tells it in the shape that is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

import orjson

from waypost.core.before import opened_before
from waypost.core.contentcache import open_cache
from waypost.core.errors import NotFoundError
from waypost.core.host import Host, load_knowledge
from waypost.core.plugin import Progress
from waypost.scorecards.preview.comparing import preview
from waypost.scorecards.preview.given import read_given
from waypost.scorecards.preview.layout import markdown, plain_text
from waypost.scorecards.preview.model import Preview
from waypost.scorecards.preview.telling import blocks_of
from waypost.scorecards.preview.wire import PreviewWire

UNCHANGED: Final = "The change does nothing to scorecards."


def tell_preview(
    host: Host, revision: str, *, facts: str, scorecard: str, shape: str, at: datetime, progress: Progress
) -> str:
    """Return what the change since *revision* does to scorecards.

    Args:
        facts: A file or address with facts from elsewhere, "" for those of the workspace's database.
        scorecard: Only this one, "" for all.
        shape: ``text``, ``markdown`` or ``json``.

    Raises:
        InputError: There is no such revision, or the facts cannot be read.
        NotFoundError: Neither side has the scorecard.
    """
    with _compared(host, revision, facts=facts, scorecard=scorecard, at=at, progress=progress) as found:
        return _SHAPES[shape](found)


@contextmanager
def _compared(
    host: Host, revision: str, *, facts: str, scorecard: str, at: datetime, progress: Progress
) -> Iterator[Preview]:
    given = [read_given(facts, host.settings, at)] if facts else []
    with (
        open_cache(host.workspace.root) as cache,
        opened_before(host, revision, given=(cache, *given), progress=progress) as before,
    ):
        knowledge = load_knowledge(
            host.workspace,
            host.plugins,
            host.settings,
            host.find_engine(),
            given=(cache, *given),
            progress=progress,
        )
        knowledge.put(before)
        found = preview(host.workspace, knowledge, at, progress, scorecard=scorecard)
        if scorecard and not found.cards and not any(each.name == scorecard for each in found.broken):
            raise NotFoundError("scorecard", scorecard)
        yield found


def _markdown(found: Preview) -> str:
    return UNCHANGED if found.is_empty else markdown(blocks_of(found))


def _text(found: Preview) -> str:
    return UNCHANGED if found.is_empty else plain_text(blocks_of(found))


def _json(found: Preview) -> str:
    return orjson.dumps(PreviewWire().dump(found), option=orjson.OPT_INDENT_2).decode()


_SHAPES: Final[dict[str, Callable[[Preview], str]]] = {"text": _text, "markdown": _markdown, "json": _json}
