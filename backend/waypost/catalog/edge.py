"""Between the Catalog API and the web: the index of a request, and replies that are made once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from marshmallow import Schema

from waypost.catalog.reads.current import CurrentIndex
from waypost.catalog.reads.index import EntityIndex
from waypost.core.answers import View, answers, contract_of
from waypost.core.direct import Call
from waypost.core.errors import InputError, NotFoundError, ServiceUnavailableError, WaypostError
from waypost.core.reply import Parts
from waypost.core.web import Edge, Reply

# What a kept reply costs beside its body.
_OVERHEAD_BYTES = 1_000
# What an address costs beside its letters.
_KEY_BYTES = 300
_READY_BYTES = 6_000_000


def current_index(call: Call) -> EntityIndex:
    """Return the index of the newest revision."""
    return call.edge.once(_make_index).get()


def _make_index(this: Edge) -> CurrentIndex:
    index = CurrentIndex(this.engine)
    this.ending.callback(index.close)
    return index


def reply_once(call: Call, make: Callable[[EntityIndex], Reply]) -> Reply:
    """Return what *make* gives for this address; made once for each revision, if it is asked for again.

    What is asked for only once is not kept: fresh memory for it would cost more than making it.
    """
    index = current_index(call)
    environ = call.environ
    key = environ["PATH_INFO"], environ.get("QUERY_STRING")
    room = len(call.query) + _KEY_BYTES
    held: Reply | None = index.responses.get(key)
    if held is None:
        held = make(index)
        if index.asked.get(key):
            held = _ready(held)
            index.responses.put(key, held, held.held_bytes + room + _OVERHEAD_BYTES)
        index.asked.put(key, True, room)
    return held


def _ready(reply: Reply) -> Reply:
    """Return *reply* as it is kept: joined, unless it is so long that the copy would take the room of all others."""
    body = reply.body
    if not isinstance(body, Parts) or body.size > _READY_BYTES:
        return reply
    return replace(reply, body=body.made_ready())


def catalog_answers(
    schema: type[Schema] | None,
    *,
    query: type[Schema] | None = None,
    body: type[Schema] | None = None,
    status: int = 200,
    many: bool = False,
    writes: bool = False,
    errors: tuple[type[WaypostError], ...] = (),
    direct: bool = False,
) -> Callable[[View], View]:
    """Return a decorator like ``answers(raw=True)``, for a view that reads its query and body itself.

    It reads them as Backstage's OpenAPI document demands, which is stricter and cheaper than a schema of
    ours; *query* and *body* only describe them.
    """
    all_errors = (InputError, NotFoundError, ServiceUnavailableError, *errors)

    def decorate(view: View) -> View:
        answer = answers(
            schema, status=status, raw=True, many=many, writes=writes, errors=all_errors, direct=direct
        )(view)
        noted = contract_of(answer)
        assert noted is not None  # noqa: S101 - as ``answers`` promises
        answer.__dict__["contract"] = replace(
            noted, query=query() if query else None, body=body() if body else None
        )
        return answer

    return decorate
