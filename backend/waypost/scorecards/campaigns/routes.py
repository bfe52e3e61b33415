"""The routes of campaigns."""

from __future__ import annotations

from typing import Any

from waypost.core import web
from waypost.core.errors import InputError, NotFoundError
from waypost.scorecards.campaigns import service
from waypost.scorecards.campaigns.wire import (
    CampaignDetailWire,
    CampaignListWire,
    CampaignsQuery,
    EntityQuery,
)


@web.answers(CampaignListWire(), query=CampaignsQuery(), errors=[InputError])
def list_campaigns(query: dict[str, Any]) -> dict[str, Any]:
    """Return the campaigns by deadline, each with how it stands against its plan; of one entity, those about it."""
    with web.reading() as connection:
        return service.read_campaigns(connection, web.now(), entity=query["entity"], include=query["include"])


@web.answers(CampaignDetailWire(), query=EntityQuery(), errors=[NotFoundError, InputError])
def get_campaign(name: str, query: dict[str, Any]) -> dict[str, Any]:
    """Return a campaign, its course day by day, and who is not done; with an entity whether the deadline blocks it."""
    with web.reading() as connection:
        return service.get_campaign(connection, name, web.now(), query["entity"])
