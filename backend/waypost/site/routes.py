"""The embeds over HTTP: the same fill as at build time, as a fragment of HTML."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, current_app, request

from waypost.core.errors import Fault, InputError, NotFoundError, ServiceUnavailableError
from waypost.core.plugin import Embed
from waypost.core.web import Edge, Reply, answers, edge, now
from waypost.site.api import LocalApi

AT_HEADER: Final = "X-Waypost-At"
"""When the values were read, for the script that shows them."""


def make_blueprint() -> Blueprint:
    """Make the routes of the site."""
    blueprint = Blueprint("site", __name__)
    blueprint.add_url_rule("/embed/<tag>", "embed", get_embed)
    return blueprint


@answers(raw=True, media_type="text/html", errors=(InputError, NotFoundError, ServiceUnavailableError))
def get_embed(tag: str) -> Reply:
    """Fill the embed element ``tag`` with the values of this moment.

    Its attributes are the query's. The answer is a fragment of HTML, the same that a build writes between
    the element's tags; links in it start at the site's root.
    """
    embed = edge().once(_embeds).get(tag)
    if embed is None:
        raise NotFoundError("embed", tag)
    attributes = request.args.to_dict()
    faults = [Fault(name, "holds a null byte") for name, value in attributes.items() if "\0" in value]
    if faults:  # No database looks for it, and what none looks for is nothing's name.
        raise InputError("an embed", faults)
    html = embed.fill(attributes, LocalApi(current_app))
    headers = ((AT_HEADER, now().isoformat()),)
    return Reply(html.encode(), headers=headers, content_type="text/html; charset=utf-8")


def _embeds(this: Edge) -> dict[str, Embed]:
    return {embed.tag: embed for plugin in this.plugins for embed in plugin.embeds}
