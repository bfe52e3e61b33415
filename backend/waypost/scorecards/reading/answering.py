"""Between the scorecards in memory and the web: answers under the ETag of their revision."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson
from flask import request

from waypost.catalog.model import EntityRef
from waypost.core import web
from waypost.core.errors import Fault, InputError
from waypost.core.reply import Reply
from waypost.scorecards.reading.current import Cards, current_cards
from waypost.scorecards.reading.trend import WHOLE, Place


def answer(make: Callable[[Cards], Any], *, is_kept: bool = True) -> Reply:
    """Return what *make* gives as JSON, under the ETag of the results; it is not even made for who has it.

    Args:
        make: Makes plain values, as they go out.
        is_kept: Whether the answer is kept until the results change: what few ask for again is not.
    """
    cards = current_cards(web.edge())
    if cards.etag and web.is_current(cards.etag):
        return Reply(b"", cards.etag)
    if not is_kept:
        return Reply(orjson.dumps(make(cards)), cards.etag)
    address = f"{request.path}?{request.query_string.decode('latin-1')}"
    return Reply(cards.once(address, lambda: orjson.dumps(make(cards))), cards.etag)


def part_of(query: Mapping[str, Any]) -> Place:
    """Return which part of the entities *query* asks for, its key in full.

    Raises:
        InputError: There is no key, or one where the whole is asked for, or no reference where it must be one.
    """
    by, key = query["by"], query["key"]
    if by == WHOLE:
        if key:
            raise InputError("the query", [Fault("key", "goes with 'by': owner, system, domain or tier")])
        return by, ""
    if key is None:
        raise InputError("the query", [Fault("key", f"say which {by}; leave it empty for those without one")])
    if by == "tier" or not key:
        return by, key
    return by, str(EntityRef.parse(key, "group" if by == "owner" else by))
