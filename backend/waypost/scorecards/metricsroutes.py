"""``/metrics``: what scorecards come to, for Prometheus."""

from __future__ import annotations

from flask import Blueprint, request

from waypost.core import web
from waypost.core.reply import Reply
from waypost.facts.store import list_sources
from waypost.scorecards.exemptions.service import read_ledger
from waypost.scorecards.reading.current import current_cards
from waypost.scorecards.reading.settings import METRICS_ENTITIES


def make_metrics() -> Blueprint:
    """Return the route of ``/metrics``."""
    routes = Blueprint("metrics", __name__)
    routes.get("")(get_metrics)
    return routes


@web.answers(raw=True, media_type="text/plain")
def get_metrics() -> Reply:
    """Return what scorecards come to, fact sources and exemptions as gauges, for Prometheus or as OpenMetrics."""
    # Few are asked for metrics, and the library takes a while to import.
    from waypost.scorecards.reading.metrics import Measured, exposition  # noqa: PLC0415

    this = web.edge()
    cards = current_cards(this)
    with web.reading() as connection:
        sources = list_sources(connection)
        exemptions = read_ledger(connection, web.now())["counts"]
    measured = Measured(
        [cards.index(name) for name in cards.names()], sources, exemptions, this.settings[METRICS_ENTITIES]
    )
    body, media_type = exposition(measured, request.headers.get("Accept", ""))
    return Reply(body, headers=(("Cache-Control", "no-store"), ("Vary", "Accept")), content_type=media_type)
