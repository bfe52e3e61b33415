"""The Catalog API for those who are about to register: whether this is an entity, and what is at that address."""

from __future__ import annotations

import orjson
from flask import Blueprint, request

from waypost.catalog.edge import catalog_answers
from waypost.catalog.ingestion.validating import validate_entity
from waypost.catalog.locations.analyzing import analyze_location
from waypost.catalog.locations.bodies import demand_location
from waypost.catalog.locations.schemas import AnalysisBody, AnalysisSchema, ValidationBody
from waypost.catalog.reads.queries import demand_object, demand_text, expect_no_query, read_body
from waypost.catalog.settings import LOCATION_TYPES, read_forges
from waypost.core.web import Reply, edge, reading

routes = Blueprint("validation", __name__)


@routes.post("/validate-entity")
@catalog_answers(None, body=ValidationBody)
def validate() -> Reply:
    """Tell whether a document would be an entity: 200 and nothing, or 400 and its errors.

    What placeholders name and what a Location entity leads to is not read.
    """
    expect_no_query(request.environ)
    rules = {"location": demand_text, "entity": demand_object}
    body = read_body(request.get_data(), request.content_type or "", rules, ("location", "entity"))
    types = edge().settings[LOCATION_TYPES]
    errors = validate_entity(body["entity"], body["location"], types)
    if errors:
        return Reply(orjson.dumps({"errors": errors}), status=400)
    return Reply(content_type="")


@routes.post("/analyze-location")
@catalog_answers(AnalysisSchema, body=AnalysisBody)
def analyze() -> Reply:
    """Return the entities that the catalog has from a repository, or else one that could describe it."""
    expect_no_query(request.environ)
    rules = {"location": demand_location, "catalogFileName": demand_text, "catalogFilename": demand_text}
    body = read_body(request.get_data(), request.content_type or "", rules, ("location",))
    settings = edge().settings
    forges = read_forges(settings)
    with reading() as connection:
        answer = analyze_location(connection, body["location"]["target"], forges)
    return Reply(orjson.dumps(answer))
