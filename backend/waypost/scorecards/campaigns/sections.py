"""What campaigns say on the pages of entities and of teams."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup

from waypost.catalog.model import Catalog, EntityRef
from waypost.core.markup import listed
from waypost.core.plugin import SiteContext
from waypost.core.words import counted
from waypost.documents.model import Documents
from waypost.scorecards.campaigns.pages import campaign_link, campaigns_of, missing_html
from waypost.scorecards.pages.estate import estate_of
from waypost.scorecards.pages.html import entity_link, left_text


def entity_campaigns(ref: EntityRef, context: SiteContext) -> Iterator[str | Markup]:
    """Give the part of an entity's page about campaigns in which it is not done; nothing where there is none."""
    found = [
        (item, one)
        for item, one in estate_of(context).not_done.get(str(ref), ())
        if one["entity"] == str(ref) and one["progress"] != "exempt" and item["state"] != "announced"
    ]
    if not found:
        return
    yield "### Campaigns"
    yield listed(
        Markup("{}{}: by {} ({}).<br>{}").format(
            _warning(one),
            campaign_link(item),
            item["deadline"],
            left_text(item["deadline"], context.now),
            missing_html(one, item, context.knowledge[Documents]),
        )
        for item, one in found
    )


def team_campaigns(ref: EntityRef, context: SiteContext) -> Iterator[str | Markup]:
    """Give the part of a team's page about campaigns for which it has something left; nothing where there is none."""
    catalog = context.knowledge[Catalog]
    rows = []
    told = estate_of(context).not_done.get(str(ref), ())
    for item in campaigns_of(context) if told else ():
        own = [
            one for campaign, one in told
            if campaign is item and one["owner"] == str(ref) and one["progress"] == "left"
        ]  # fmt: skip
        if own and item["state"] != "announced":
            rows.append(
                Markup("{}{}: {} to go by {} ({}): {}").format(
                    _warning(own[0]),
                    campaign_link(item),
                    counted(len(own), "entity"),
                    item["deadline"],
                    left_text(item["deadline"], context.now),
                    Markup(", ").join(entity_link(one["entity"], catalog) for one in own),
                )
            )
    if rows:
        yield "### Campaigns"
        yield listed(rows)


def _warning(one: Mapping[str, Any]) -> Markup:
    if one["blocked"]:
        return Markup("<strong>The deadline is over, and gates are closed.</strong> ")
    return Markup("<strong>The deadline is over.</strong> ") if one["warned"] else Markup("")
