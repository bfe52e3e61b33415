"""``/api/adr/feed``: the changes of decisions as an Atom feed, as of the last sync."""

from __future__ import annotations

from flask import request

from waypost.adr import service
from waypost.adr.feed import MEDIA_TYPE, Feed, atom
from waypost.adr.store import REVISION
from waypost.core.edge import edge, reading
from waypost.core.revisions import revision_of
from waypost.core.settings import WORKSPACE_NAME
from waypost.core.web import Reply, answers


@answers(raw=True, media_type=MEDIA_TYPE)
def get_feed() -> Reply:
    """Return an Atom feed with an entry for each change of a decision's state, the newest first.

    Its links lead to the site that this server serves.
    """
    feed = Feed(name=edge().settings[WORKSPACE_NAME], site=request.url_root, address=request.base_url)
    with reading() as connection:
        known = revision_of(connection, REVISION)
        found = service.list_decisions(connection, {})["items"]
    return Reply(
        atom(found, feed).encode(), known.etag if known else "", content_type=f"{MEDIA_TYPE}; charset=utf-8"
    )
