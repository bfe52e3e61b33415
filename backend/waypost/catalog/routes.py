"""The Catalog API: ``/api/catalog`` as Backstage's clients read it."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, Response, request

from waypost.catalog import service
from waypost.catalog.cursors import Cursor, FullText, parse_cursor
from waypost.catalog.edge import answer, answer_cached, current_index, refuse
from waypost.catalog.index import EntityIndex
from waypost.catalog.predicates import check_predicate, parse_filters
from waypost.catalog.projection import parse_fields
from waypost.catalog.queries import (
    Query,
    demand_count,
    demand_full_text,
    demand_object,
    demand_one_of,
    demand_orders,
    demand_text,
    demand_texts,
    read_body,
)
from waypost.catalog.service import Slice
from waypost.core.errors import InputError, NotFoundError

_TOTALS = ("include", "exclude")
_NOTHING = frozenset[str]()
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


def make_routes() -> Blueprint:
    """Return the blueprint of the Catalog API."""
    routes = Blueprint("catalog", __name__)
    routes.get("/entities")(list_entities)
    routes.get("/entities/by-query")(query_entities)
    routes.post("/entities/by-query")(query_entities_by_body)
    routes.get("/entities/by-name/<kind>/<namespace>/<name>")(get_by_name)
    routes.get("/entities/by-name/<kind>/<namespace>/<name>/ancestry")(get_ancestry)
    routes.get("/entities/by-uid/<uid>")(get_by_uid)
    routes.post("/entities/by-refs")(get_by_refs)
    routes.get("/entity-facets")(count_facets)
    routes.post("/entity-facets")(count_facets_by_body)
    for path in ("/", "/<path:_path>"):
        routes.route(path, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])(refuse)
    return routes


def get_by_name(kind: str, namespace: str, name: str) -> Response:
    """Return the entity with this reference, in any case."""
    if request.query_string:
        Query(request.query_string, _NOTHING)
    index = current_index()
    position = service.get_by_ref(index, kind, namespace, name)
    return answer(index.bodies[position], index.etags[position])


def get_by_uid(uid: str) -> Response:
    """Return the entity with this uid."""
    Query(request.query_string, _NOTHING)
    index = current_index()
    position = index.find_uid(uid)
    if position is None:
        error = NotFoundError("entity", uid)
        error.args = (f"No entity with uid {uid}",)
        raise error
    return answer(index.bodies[position], index.etags[position])


def get_ancestry(kind: str, namespace: str, name: str) -> Response:
    """Return the entity, and the Locations that led to it."""
    Query(request.query_string, _NOTHING)
    index = current_index()
    return answer(service.ancestry_body(index, kind, namespace, name), index.revision.etag)


def list_entities() -> Response:
    """Return entities as a bare list: all that the filters let through, or a part."""
    index = current_index()
    return answer_cached(index, lambda: _entities_body(index))


def _entities_body(index: EntityIndex) -> tuple[bytes, dict[str, str]]:
    query = Query(request.query_string, _LIST)
    fields, predicate = parse_fields(query.texts("fields")), parse_filters(query.texts("filter"))
    orders = [_parse_order(text) for text in query.texts("order")]
    part = Slice(query.integer("limit"), query.integer("offset") or 0)
    if part.limit == 0:
        raise InputError("Invalid limit, must be greater than zero")
    after, headers = query.text("after"), {}
    if after is not None:
        part = service.parse_after(after, part)
    if after is None and "limit" not in query and "offset" not in query:
        positions = service.list_all(index, predicate, orders[0] if orders else None)
    else:
        positions, following = service.list_slice(index, predicate, orders, part)
        if following:
            headers["link"] = f'<{_next_address(following)}>; rel="next"'
    return b"[%b]" % b",".join(service.bodies(index, positions, fields)), headers


def _parse_order(text: str) -> tuple[str, bool]:
    direction, colon, field = text.partition(":")
    if direction not in ("asc", "desc") or not colon or not field:
        raise InputError(f'Invalid order parameter "{text}", expected "<asc or desc>:<field name>"')
    return field, direction == "desc"


def _next_address(after: str) -> str:
    kept = [(k, v) for k, v in request.args.items(multi=True) if k not in ("offset", "after")]
    return f"/entities?{urlencode([*kept, ('after', after)])}"


def query_entities() -> Response:
    """Return one page of entities, how many there are in all, and cursors to the pages beside it."""
    index = current_index()
    return answer_cached(index, lambda: (_page_of_query(index), {}))


def _page_of_query(index: EntityIndex) -> bytes:
    query = Query(request.query_string, _QUERY)
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


def query_entities_by_body() -> Response:
    """Return one page of entities, asked for in the body: for predicates, and for cursors that hold one."""
    Query(request.query_string, _NOTHING)
    body = read_body(request.get_data(), request.content_type or "", _BODY)
    index = current_index()
    fields, limit = parse_fields(body.get("fields", ())), body.get("limit")
    part = Slice(None if limit is None else int(limit), int(body.get("offset", 0)))
    if "cursor" in body:
        if not body["cursor"]:
            raise InputError("Cursor cannot be empty")
        page = service.page_body(index, parse_cursor(body["cursor"]), fields, Slice(part.limit))
        return answer(page, index.revision.etag)
    is_counted = body.get("totalItems") != "exclude"
    return answer(
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


def get_by_refs() -> Response:
    """Return the entities with these references, null for each that is not there."""
    query = Query(request.query_string, frozenset({"filter"}))
    rules = {"entityRefs": demand_texts, "fields": demand_texts, "query": demand_object}
    body = read_body(request.get_data(), request.content_type or "", rules, required=("entityRefs",))
    asked = [
        parse_filters(query.texts("filter")),
        check_predicate(body["query"]) if "query" in body else None,
    ]
    every = [predicate for predicate in asked if predicate]
    index = current_index()
    found = service.refs_body(
        index, body["entityRefs"], {"$all": every} if every else None, parse_fields(body.get("fields", ()))
    )
    return answer(found, index.revision.etag)


def count_facets() -> Response:
    """Return how many entities have each value of the facets."""
    index = current_index()
    return answer_cached(index, lambda: (_facets_of_query(index), {}))


def _facets_of_query(index: EntityIndex) -> bytes:
    query = Query(request.query_string, frozenset({"facet", "filter"}))
    names = list(filter(None, query.texts("facet")))
    if not names:
        raise InputError("Missing facet parameter")
    return service.facets_body(index, names, parse_filters(query.texts("filter")))


def count_facets_by_body() -> Response:
    """Return how many entities have each value of the facets, of those that meet a predicate."""
    Query(request.query_string, _NOTHING)
    rules = {"facets": demand_texts, "query": demand_object}
    body = read_body(request.get_data(), request.content_type or "", rules)
    names = list(filter(None, body.get("facets", ())))
    if not names:
        raise InputError("Missing or empty facets parameter")
    predicate = check_predicate(body["query"]) if "query" in body else None
    index = current_index()
    return answer(service.facets_body(index, names, predicate), index.revision.etag)
