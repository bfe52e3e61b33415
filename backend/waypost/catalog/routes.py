"""The Catalog API: ``/api/catalog`` as Backstage's clients read it."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from flask import Blueprint

from waypost.catalog import service
from waypost.catalog.edge import catalog_answers, current_index, reply_once
from waypost.catalog.locations.routes import routes as location_routes
from waypost.catalog.locations.validationroutes import routes as validation_routes
from waypost.catalog.reads.cursors import MOST, Cursor, FullText, parse_cursor
from waypost.catalog.reads.index import EntityIndex
from waypost.catalog.reads.predicates import check_predicate, parse_filters
from waypost.catalog.reads.projection import parse_fields
from waypost.catalog.reads.queries import (
    Query,
    demand_count,
    demand_full_text,
    demand_object,
    demand_one_of,
    demand_orders,
    demand_text,
    demand_texts,
    expect_no_query,
    read_body,
)
from waypost.catalog.schemas import (
    AncestrySchema,
    EntityBatchBody,
    EntityBatchSchema,
    EntityListQuery,
    EntityPageBody,
    EntityPageQuery,
    EntityPageSchema,
    EntitySchema,
    FacetsBody,
    FacetsQuery,
    FacetsSchema,
    FilterQuery,
)
from waypost.catalog.service import Slice
from waypost.core.direct import Call
from waypost.core.errors import InputError
from waypost.core.reply import Parts
from waypost.core.web import Reply

_MALFORMED = "Malformed request body (did you remember to specify an application/json content type?), "
# From here on a list is joined while it is sent.
_LONG_BYTES = 500_000
_TOTALS = ("include", "exclude")
_LIST = frozenset({"fields", "limit", "filter", "offset", "after", "order"})
_QUERY = frozenset(
    {
        "fields",
        "limit",
        "offset",
        "orderField",
        "cursor",
        "filter",
        "fullTextFilterTerm",
        "fullTextFilterFields",
        "totalItems",
    }
)
_BODY = {
    "cursor": demand_text,
    "query": demand_object,
    "limit": demand_count,
    "offset": demand_count,
    "orderBy": demand_orders,
    "fullTextFilter": demand_full_text,
    "fields": demand_texts,
    "totalItems": demand_one_of(_TOTALS),
}


routes = Blueprint("catalog", __name__)


routes.register_blueprint(location_routes)
routes.register_blueprint(validation_routes)


def make_routes() -> Blueprint:
    """Return the blueprint of the Catalog API."""
    return routes


@routes.get("/entities/by-name/<kind>/<namespace>/<name>")
@catalog_answers(EntitySchema, direct=True)
def get_by_name(call: Call, kind: str, namespace: str, name: str) -> Reply:
    """Return the entity with this reference, in any case."""
    expect_no_query(call.environ)
    index = current_index(call)
    position = service.get_by_ref(index, kind, namespace, name)
    # Its tag is of the bytes, as the gate takes it: an author's own metadata.etag may stay, whatever changes.
    return Reply(index.body(position))


@routes.get("/entities/by-uid/<uid>")
@catalog_answers(EntitySchema, direct=True)
def get_by_uid(call: Call, uid: str) -> Reply:
    """Return the entity with this uid."""
    expect_no_query(call.environ)
    index = current_index(call)
    position = service.get_by_uid(index, uid)
    return Reply(index.body(position))


@routes.get("/entities/by-name/<kind>/<namespace>/<name>/ancestry")
@catalog_answers(AncestrySchema, direct=True)
def get_ancestry(call: Call, kind: str, namespace: str, name: str) -> Reply:
    """Return the entity, and the Locations that led to it."""
    expect_no_query(call.environ)
    index = current_index(call)
    return Reply(service.ancestry_body(index, kind, namespace, name), index.revision.etag)


@routes.get("/entities")
@catalog_answers(EntitySchema, query=EntityListQuery, many=True, direct=True)
def list_entities(call: Call) -> Reply:
    """Return entities as a bare list: all that the filters let through, or a part."""
    return reply_once(call, lambda index: _list_entities(call, index))


def _list_entities(call: Call, index: EntityIndex) -> Reply:
    query = Query(call.query, _LIST)
    fields, predicate = parse_fields(query.texts("fields")), parse_filters(query.texts("filter"))
    orders = [_parse_order(text) for text in query.texts("order")]
    part = Slice(query.integer("limit"), query.integer("offset") or 0)
    if part.limit == 0:
        raise InputError("Invalid limit, must be greater than zero")
    headers: tuple[tuple[str, str], ...] = ()
    after = query.text("after")
    if after is not None:
        part = service.parse_after(after, part)
    if after is None and "limit" not in query and "offset" not in query:
        positions = service.list_all(index, predicate, orders[0] if orders else None)
    else:
        positions, following = service.list_slice(index, predicate, orders, part)
        if following:
            headers = (("link", f'<{_next_address(call, following)}>; rel="next"'),)
    parts = Parts(service.bodies(index, positions, fields), is_shared=not fields)
    body = parts if parts.size > _LONG_BYTES else b"".join(parts)
    return Reply(body, index.revision.etag, headers)


def _parse_order(text: str) -> tuple[str, bool]:
    direction, colon, field = text.partition(":")
    if direction not in ("asc", "desc") or not colon or not field:
        raise InputError(f'Invalid order parameter "{text}", expected "<asc or desc>:<field name>"')
    return field, direction == "desc"


def _next_address(call: Call, after: str) -> str:
    given = parse_qsl(call.query.decode(errors="replace"), keep_blank_values=True)
    kept = [(name, value) for name, value in given if name not in ("offset", "after")]
    return f"/entities?{urlencode([*kept, ('after', after)])}"


@routes.get("/entities/by-query")
@catalog_answers(EntityPageSchema, query=EntityPageQuery, direct=True)
def query_entities(call: Call) -> Reply:
    """Return one page of entities, how many there are in all, and cursors to the pages beside it."""
    return reply_once(call, lambda index: Reply(_page_of_query(call, index), index.revision.etag))


def _page_of_query(call: Call, index: EntityIndex) -> bytes:
    query = Query(call.query, _QUERY)
    fields, limit = parse_fields(query.texts("fields")), query.integer("limit")
    offset = query.integer("offset") or 0
    is_counted = query.choice("totalItems", _TOTALS) != "exclude"
    text = query.text("cursor")
    if text is not None:
        return service.page_body(index, parse_cursor(text), fields, Slice(limit))
    field, is_descending = _parse_order_field(query.texts("orderField"))
    cursor = Cursor(parse_filters(query.texts("filter")), field, is_descending, _full_text_of_query(query))
    return service.page_body(index, cursor, fields, Slice(limit, offset), is_counted=is_counted)


def _parse_order_field(texts: list[str]) -> tuple[str | None, bool]:
    """Return the first field to order by and whether downwards; a list has only one order."""
    found: list[tuple[str | None, bool]] = []
    for text in texts:
        field, *rest = text.split(",")
        if rest and rest[0] not in ("asc", "desc"):
            raise InputError("Invalid order field order, must be asc or desc")
        found.append((field or None, rest[:1] == ["desc"]))
    return found[0] if found else (None, False)


def _full_text_of_query(query: Query) -> FullText | None:
    term = query.text("fullTextFilterTerm")
    if term is None:
        return None
    given = [field for text in query.texts("fullTextFilterFields") for field in text.split(",")]
    return FullText(term, tuple(given) if "fullTextFilterFields" in query else None)


@routes.post("/entities/by-query")
@catalog_answers(EntityPageSchema, body=EntityPageBody, direct=True)
def query_entities_by_body(call: Call) -> Reply:
    """Return one page of entities, asked for in the body: for predicates, and for cursors that hold one."""
    expect_no_query(call.environ)
    body = read_body(call.body(), call.content_type, _BODY)
    index = current_index(call)
    fields, limit = parse_fields(body.get("fields", ())), body.get("limit")
    part = Slice(None if limit is None else min(int(limit), MOST), min(int(body.get("offset", 0)), MOST))
    if "cursor" in body:
        if not body["cursor"]:
            raise InputError("Cursor cannot be empty")
        page = service.page_body(index, parse_cursor(body["cursor"]), fields, Slice(part.limit))
        return Reply(page, index.revision.etag)
    is_counted = body.get("totalItems") != "exclude"
    return Reply(
        service.page_body(index, _cursor_of_body(body), fields, part, is_counted=is_counted),
        index.revision.etag,
    )


def _cursor_of_body(body: dict[str, object]) -> Cursor:
    order, text = body.get("orderBy"), body.get("fullTextFilter")
    first = order[0] if isinstance(order, list) and order else {}
    full_text = None
    if isinstance(text, dict):
        fields = text.get("fields")
        full_text = FullText(text.get("term", ""), None if fields is None else tuple(fields))
    predicate = check_predicate(body["query"]) if "query" in body else None
    return Cursor(predicate, first.get("field") or None, first.get("order") == "desc", full_text)


@routes.post("/entities/by-refs")
@catalog_answers(EntityBatchSchema, query=FilterQuery, body=EntityBatchBody, direct=True)
def get_by_refs(call: Call) -> Reply:
    """Return the entities with these references, null for each that is not there."""
    query = Query(call.query, frozenset({"filter"}))
    rules = {"entityRefs": demand_texts, "fields": demand_texts, "query": demand_object}
    body = read_body(call.body(), call.content_type, rules, required=("entityRefs",))
    asked = [
        parse_filters(query.texts("filter")),
        check_predicate(body["query"], ("query",), _MALFORMED) if "query" in body else None,
    ]
    every = [predicate for predicate in asked if predicate]
    index = current_index(call)
    found = service.refs_body(
        index, body["entityRefs"], {"$all": every} if every else None, parse_fields(body.get("fields", ()))
    )
    return Reply(found, index.revision.etag)


@routes.get("/entity-facets")
@catalog_answers(FacetsSchema, query=FacetsQuery, direct=True)
def count_facets(call: Call) -> Reply:
    """Return how many entities have each value of the facets."""
    return reply_once(call, lambda index: Reply(_facets_of_query(call, index), index.revision.etag))


def _facets_of_query(call: Call, index: EntityIndex) -> bytes:
    query = Query(call.query, frozenset({"facet", "filter"}))
    names = list(filter(None, query.texts("facet")))
    if not names:
        raise InputError("Missing facet parameter")
    return service.facets_body(index, names, parse_filters(query.texts("filter")))


@routes.post("/entity-facets")
@catalog_answers(FacetsSchema, body=FacetsBody, direct=True)
def count_facets_by_body(call: Call) -> Reply:
    """Return how many entities have each value of the facets, of those that meet a predicate."""
    expect_no_query(call.environ)
    rules = {"facets": demand_texts, "query": demand_object}
    body = read_body(call.body(), call.content_type, rules)
    names = list(filter(None, body.get("facets", ())))
    if not names:
        raise InputError("Missing or empty facets parameter")
    predicate = check_predicate(body["query"]) if "query" in body else None
    index = current_index(call)
    return Reply(service.facets_body(index, names, predicate), index.revision.etag)
