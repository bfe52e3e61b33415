"""The Catalog API's locations: what is registered to be read, and what is to be read again."""

from __future__ import annotations

import re
from typing import Any, Final

import orjson
from flask import Blueprint, request

from waypost.catalog.edge import catalog_answers
from waypost.catalog.ingestion.applying import delete_entity
from waypost.catalog.ingestion.generated import generated_ref
from waypost.catalog.ingestion.sourcestates import list_sources
from waypost.catalog.locations import registering as locations
from waypost.catalog.locations.bodies import REQUIRED, RULES, demand_location, location_of
from waypost.catalog.locations.dryrun import dry_run
from waypost.catalog.locations.schemas import (
    CreatedLocationSchema,
    LocationBody,
    LocationDataSchema,
    LocationPageBody,
    LocationPageSchema,
    LocationQuery,
    LocationSchema,
    RefreshBody,
    SourceListSchema,
)
from waypost.catalog.locations.store import RegisteredLocation, find_by_target, list_locations
from waypost.catalog.reads.queries import (
    Query,
    demand_number,
    demand_object,
    demand_text,
    expect_no_query,
    read_body,
)
from waypost.catalog.rules.annotations import LocationRef
from waypost.catalog.settings import LOCATION_TYPES, read_forges
from waypost.core.errors import ConflictError
from waypost.core.later import later
from waypost.core.web import Edge, Reply, edge, now, reading, writing

routes = Blueprint("locations", __name__)

# As the package yn reads it.
_YES: Final = re.compile(r"\s*(?:y|yes|true|1|on)\s*", re.IGNORECASE)
_CREATE: Final = frozenset({"dryRun", "onConflict"})
_CONFLICTS: Final = ("refresh", "reject")
_open_reader: Final = later("waypost.catalog.remote.readers:open_reader")


@routes.post("/locations")
@catalog_answers(
    CreatedLocationSchema,
    query=LocationQuery,
    body=LocationBody,
    status=201,
    writes=True,
    errors=(ConflictError,),
)
def create_location() -> Reply:
    """Register a location, to be read as soon as possible; or only tell what would come of it."""
    query = Query(request.query_string, _CREATE)
    is_dry, conflict = query.text("dryRun"), query.choice("onConflict", _CONFLICTS)
    location = location_of(read_body(request.get_data(), request.content_type or "", RULES, REQUIRED))
    types = edge().settings[LOCATION_TYPES]
    locations.check_type(location, types)
    if is_dry is not None and _YES.fullmatch(is_dry):
        return _dry_run(location, types)
    with writing() as connection:
        added = locations.register(connection, location, now(), is_refreshed=conflict == "refresh")
    return Reply(orjson.dumps({"location": _wire(added), "entities": []}), status=201)


def _dry_run(location: LocationRef, types: tuple[str, ...]) -> Reply:
    entities = dry_run(edge().once(_make_reader), location, types, read_forges(edge().settings))
    with reading() as connection:
        exists = find_by_target(connection, location) is not None
    shown = RegisteredLocation(str(location), location.type, location.target, generated_ref(location))
    answer = {"location": _wire(shown), "entities": entities, "exists": exists}
    return Reply(orjson.dumps(answer), status=201)


def _make_reader(this: Edge) -> Any:
    reader = _open_reader(this.settings)
    this.ending.callback(reader.close)
    return reader


@routes.get("/locations")
@catalog_answers(LocationDataSchema, many=True)
def get_locations() -> Reply:
    """Return every registered location, oldest first."""
    expect_no_query(request.environ)
    with reading() as connection:
        return _reply([{"data": _wire(location)} for location in list_locations(connection)])


@routes.post("/locations/by-query")
@catalog_answers(LocationPageSchema, body=LocationPageBody)
def query_locations() -> Reply:
    """Return one page of registered locations, by id, and how many there are in all."""
    expect_no_query(request.environ)
    rules = {"cursor": demand_text, "limit": demand_number, "query": demand_object}
    asked = locations.parse_query(read_body(request.get_data(), request.content_type or "", rules))
    with reading() as connection:
        page = locations.list_page(connection, asked)
    info = {"nextCursor": page.following} if page.following else {}
    answer = {"items": list(map(_wire, page.items)), "totalItems": page.total, "pageInfo": info}
    return _reply(answer)


@routes.get("/locations/<number>")
@catalog_answers(LocationSchema)
def get_location(number: str) -> Reply:
    """Return the registered location with this id."""
    expect_no_query(request.environ)
    with reading() as connection:
        return _reply(_wire(locations.get(connection, number)))


@routes.put("/locations/<number>")
@catalog_answers(LocationSchema, body=LocationBody, writes=True, errors=(ConflictError,))
def update_location(number: str) -> Reply:
    """Let the registered location with this id lead elsewhere. Its id and its Location entity stay."""
    expect_no_query(request.environ)
    body = read_body(request.get_data(), request.content_type or "", {})
    demand_location("request/body", body)
    location = location_of(body)
    types = edge().settings[LOCATION_TYPES]
    locations.check_type(location, types)
    with writing() as connection:
        moved = locations.move(connection, number, location, now())
    return _reply(_wire(moved))


@routes.delete("/locations/<number>")
@catalog_answers(None, status=204, writes=True)
def delete_location(number: str) -> Reply:
    """Take away the registered location with this id, its Location entity, and all that only it led to."""
    expect_no_query(request.environ)
    with writing() as connection:
        locations.forget(connection, number, now())
    return _nothing(204)


@routes.get("/locations/by-entity/<kind>/<namespace>/<name>")
@catalog_answers(LocationSchema)
def get_location_by_entity(kind: str, namespace: str, name: str) -> Reply:
    """Return the registered location that led to this entity."""
    expect_no_query(request.environ)
    with reading() as connection:
        return _reply(_wire(locations.get_by_entity(connection, kind, namespace, name)))


@routes.post("/refresh")
@catalog_answers(None, body=RefreshBody, writes=True)
def refresh() -> Reply:
    """Read this entity's source again as soon as possible, and the Locations that lead to it."""
    expect_no_query(request.environ)
    rules = {"entityRef": demand_text, "authorizationToken": demand_text}
    body = read_body(
        request.get_data(), request.content_type or "", rules, required=("entityRef",), is_closed=True
    )
    with writing() as connection:
        locations.refresh(connection, body["entityRef"], now())
    return _nothing(200)


@routes.delete("/entities/by-uid/<uid>")
@catalog_answers(None, status=204, writes=True)
def delete_by_uid(uid: str) -> Reply:
    """Take the entity with this uid away, if there is one. Its source brings it back when it is read again."""
    expect_no_query(request.environ)
    with writing() as connection:
        delete_entity(connection, uid, now())
    return _nothing(204)


@routes.get("/sources")
@catalog_answers(SourceListSchema)
def get_sources() -> Reply:
    """Return every file that the catalog is read from: who asks for it, and how its last reading went.

    Backstage has no such address: it is for those who run the catalog.
    """
    expect_no_query(request.environ)
    with reading() as connection:
        sources = list_sources(connection)
    return _reply(SourceListSchema().dump({"items": sources}))


def _wire(location: RegisteredLocation) -> dict[str, str]:
    return {
        "id": location.id,
        "type": location.type,
        "target": location.target,
        "entityRef": location.ref,
    }


def _reply(answer: object) -> Reply:
    return Reply(orjson.dumps(answer))


def _nothing(status: int) -> Reply:
    return Reply(b"", status=status, content_type="")
