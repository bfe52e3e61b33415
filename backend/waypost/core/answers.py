"""What a view says about itself and what the host makes of it: schemas in, JSON out, conditional requests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final

import orjson
from flask import Response, request
from marshmallow import Schema, ValidationError
from marshmallow.fields import List

from waypost.core.auth import require_token
from waypost.core.compress import accepts_gzip, compressed
from waypost.core.direct import Call
from waypost.core.edge import Edge, edge
from waypost.core.errors import (
    AuthenticationError,
    Fault,
    InputError,
    NotAllowedError,
    ServiceUnavailableError,
    WaypostError,
)
from waypost.core.reply import (
    JSON,
    Reply,
    Versioned,
    etag_of,
    headers_of,
    is_among,
    unchanged_headers,
)
from waypost.core.schemas import faults_of
from waypost.core.streams import Streams

__all__ = [
    "BODY_LIMIT_BYTES", "JSON", "Contract", "Reply", "Versioned", "View", "answers", "contract_of", "is_current",
    "respond", "streamed",
]  # fmt: skip

# Express refuses what is longer, and the clients split what they send by it.
BODY_LIMIT_BYTES: Final = 100 * 1024
# Each keeps a thread until its client has taken it.
_MOST_STREAMED: Final = 8

View = Callable[..., Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What a view says about itself."""

    schema: Schema | None
    status: int
    query: Schema | None
    body: Schema | None
    scope: str
    many: bool
    errors: tuple[type[WaypostError], ...]
    media_type: str
    body_limit: int


def answers(  # noqa: PLR0913 - each names one thing that callers of the API must know.
    schema: Schema | type[Schema] | None = None,
    *,
    status: int = 200,
    query: Schema | type[Schema] | None = None,
    body: Schema | type[Schema] | None = None,
    writes: bool | str = False,
    raw: bool = False,
    many: bool = False,
    errors: Iterable[type[WaypostError]] = (),
    media_type: str = "application/json",
    body_limit: int = BODY_LIMIT_BYTES,
    direct: bool = False,
) -> Callable[[View], View]:
    """Return a decorator that makes a view of a function from plain arguments to a value.

    The function gets the parameters of the path, and what it declares of ``query`` and ``body`` as keyword
    arguments of these names. Its value is dumped by *schema*; a ``Reply`` goes out as it is, a ``Versioned``
    is dumped unless the client has it, and without a schema None is an empty answer. The first line of its
    docstring is its summary in the API's description.

    Args:
        schema: Describes the answer.
        status: The HTTP status of a good answer.
        query: Describes the query; a parameter that it does not know is an error. None leaves the query alone.
        body: Describes the JSON body.
        writes: The caller must show a token of the scope ``write``, or of the one that it names.
        raw: The function always returns a ``Reply``; *schema* only describes it.
        many: The answer is a list of what *schema* describes.
        errors: What it may raise, besides what the above implies.
        media_type: What kind of answer it gives, for the description.
        body_limit: The longest body that is read, in bytes.
        direct: The function is given the ``Call`` before the parameters of the path, uses nothing of Flask and
            may be tried twice: where it gives a ``Reply``, Flask is not even asked. Implies *raw*.
    """
    contract = Contract(
        schema=_instance(schema),
        status=status,
        query=_instance(query),
        body=_instance(body),
        scope=(writes if isinstance(writes, str) else "write") if writes else "",
        many=many,
        errors=_all_errors(errors, query=query, body=body, writes=bool(writes)),
        media_type=media_type,
        body_limit=body_limit,
    )

    def decorate(view: View) -> View:
        if direct:
            answer = _within_flask(view)
            answer.__dict__["direct"] = view
        elif raw and not (query or body or writes):
            answer = _quick(view)
        else:
            answer = _full(view, contract)
        answer.__dict__["contract"] = contract
        return answer

    return decorate


def contract_of(view: View | None) -> Contract | None:
    """Return what ``answers`` noted on *view*, None where it is another's."""
    return getattr(view, "contract", None)


def is_current(etag: str) -> bool:
    """Tell whether the client of this request says that it has the content that *etag* identifies."""
    return request.method in ("GET", "HEAD") and is_among(etag, request.environ.get("HTTP_IF_NONE_MATCH"))


def respond(reply: Reply) -> Response:
    """Return *reply* as Flask sends it, or 304 for a client that has it."""
    etag = etag_of(reply) if request.method in ("GET", "HEAD") else reply.etag
    if etag and is_current(etag):
        return _not_modified(etag)
    body = reply.body if isinstance(reply.body, bytes) else iter(reply.body)
    response = Response(body, reply.status, headers_of(reply, etag))
    if not reply.content_type:
        del response.headers["Content-Type"]
    return response


def streamed(pieces: Iterable[bytes], content_type: str = JSON) -> Response:
    """Return an answer that is made while it is sent, *pieces* joined; as gzip where the client takes it.

    Nothing of Flask's request is there any more when the later pieces are made but what *pieces* hold.

    Raises:
        ServiceUnavailableError: As many long answers as can be are being sent already.
    """
    is_packed = accepts_gzip(request.headers.get("Accept-Encoding", "identity"))
    stream = edge().once(_make_streams).take(compressed(pieces) if is_packed else pieces)
    if stream is None:
        raise ServiceUnavailableError("as many long answers as can be are being sent already; ask again")
    headers = [("Content-Type", content_type), ("Cache-Control", "no-store"), ("Vary", "Accept-Encoding")]
    return Response(stream, 200, headers + ([("Content-Encoding", "gzip")] if is_packed else []))


def _make_streams(_: Edge) -> Streams:
    return Streams(_MOST_STREAMED)


def _within_flask(view: View) -> View:
    @wraps(view)
    def answer(**values: Any) -> Response:
        return respond(view(Call(request.environ, edge(), request.get_data), **values))

    return answer


def _quick(view: View) -> View:
    @wraps(view)
    def answer(**values: Any) -> Response:
        return respond(view(**values))

    return answer


def _full(view: View, contract: Contract) -> View:
    @wraps(view)
    def answer(**values: Any) -> Response:
        if contract.scope:
            require_token(contract.scope)
        if contract.query is not None:
            values["query"] = _read_query(contract.query)
        if contract.body is not None:
            values["body"] = _read_body(contract.body, contract.body_limit)
        return _respond_with(view(**values), contract)

    return answer


def _respond_with(value: Any, contract: Contract) -> Response:
    if isinstance(value, Response):
        return value
    if isinstance(value, Reply):
        return respond(value)
    etag = ""
    if isinstance(value, Versioned):
        value, etag = value.value, value.etag
        if etag and is_current(etag):
            return _not_modified(etag)
    if contract.schema is not None:
        value = contract.schema.dump(value, many=contract.many)
    elif value is None:
        return Response(b"", contract.status, [("Cache-Control", "no-cache")])
    return respond(Reply(orjson.dumps(value), etag, status=contract.status))


def _not_modified(etag: str) -> Response:
    response = Response(None, 304, unchanged_headers(etag))
    del response.headers["Content-Type"]
    return response


def _read_query(schema: Schema) -> Any:
    lists = {field.data_key or name for name, field in schema.load_fields.items() if isinstance(field, List)}
    given = request.args.to_dict(flat=False)
    faults = [
        Fault(name, "is given more than once")
        for name, values in given.items()
        if len(values) > 1 and name not in lists
    ]
    if faults:
        raise InputError("the query", faults)
    data = {name: values if name in lists else values[0] for name, values in given.items()}
    return _load(schema, "the query", data)


def _read_body(schema: Schema, limit: int) -> Any:
    if request.mimetype != "application/json":
        shown = request.mimetype or "none given"
        raise InputError("the request body", [f"unsupported media type {shown}; send application/json"])
    request.max_content_length = limit
    try:
        data = orjson.loads(request.get_data(cache=False))
    except orjson.JSONDecodeError as error:
        raise InputError("the request body", [f"not valid JSON: {error}"]) from error
    return _load(schema, "the request body", data)


def _load(schema: Schema, source: str, data: Any) -> Any:
    try:
        return schema.load(data)
    except ValidationError as error:
        raise InputError(source, faults_of(error.messages)) from error


def _instance(schema: Schema | type[Schema] | None) -> Schema | None:
    return schema() if isinstance(schema, type) else schema


def _all_errors(
    errors: Iterable[type[WaypostError]], *, query: object, body: object, writes: bool
) -> tuple[type[WaypostError], ...]:
    implied: Mapping[type[WaypostError], bool] = {
        InputError: bool(query or body),
        AuthenticationError: writes,
        NotAllowedError: writes,
    }
    return tuple(dict.fromkeys([*errors, *(kind for kind, given in implied.items() if given)]))
