"""Badges over HTTP: always a picture, whose status says whether it shows something that exists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson

from waypost.catalog.model import EntityRef
from waypost.core import web
from waypost.core.badges import SVG, Badge, badge_svg
from waypost.core.errors import InputError
from waypost.core.reply import Reply, tag_of
from waypost.scorecards import store
from waypost.scorecards.reading.badges import WHOLE, check_badge, no_badge
from waypost.scorecards.reading.current import current_cards
from waypost.scorecards.reading.grades import ALL, NONE, grades_at

_HEADERS: Final = (
    # Pages of strangers show it: it is asked for again soon, and shown old rather than not at all.
    ("Cache-Control", "public, max-age=60, stale-while-revalidate=600, stale-if-error=86400"),
    ("Content-Security-Policy", "default-src 'none'"),
)
_MISSING: Final = 404


@web.answers(raw=True, media_type="image/svg+xml", errors=[InputError])
def get_badge(badge: str, *, kind: str, namespace: str, entity: str, name: str) -> Reply:
    """Return the level or the score of an entity in a scorecard as a badge (SVG).

    An entity that the scorecard does not grade has one too, that says so. With a name that nobody knows it comes with
    404: a page shows it, and a check of links tells. Drafts and shadows have none.
    """
    grade = _find(f"{kind}:{namespace}/{entity}", name, NONE)
    return _reply(WHOLE[badge](grade)) if not isinstance(grade, Reply) else grade


@web.answers(raw=True, media_type="image/svg+xml", errors=[InputError])
def get_check_badge(kind: str, namespace: str, entity: str, *, name: str, check: str) -> Reply:
    """Return what a check came to for an entity as a badge (SVG).

    An entity that the scorecard does not grade has one too, that says so. With a name that nobody knows it comes with
    404: a page shows it, and a check of links tells. Drafts and shadows have none.
    """
    grade = _find(f"{kind}:{namespace}/{entity}", name, ALL)
    if isinstance(grade, Reply):
        return grade
    made = check_badge(grade, check)
    return _reply(made) if made else _missing(check, "no such check", f"{name} has no check of that name")


def _find(entity: str, name: str, show: str) -> Mapping[str, Any] | Reply:
    """Return the grade of *entity* as the API tells it, or the badge that says why there is none."""
    ref = EntityRef.parse(entity)
    cards = current_cards(web.edge())
    if name not in cards.names():
        return _missing(name, "no such scorecard", "no scorecard is named so")
    index = cards.index(name)
    place = index.place_of(str(ref))
    with web.reading() as connection:
        for grade in grades_at(connection, index, [place], show) if place is not None else ():
            told: Mapping[str, Any] = orjson.loads(orjson.dumps(grade))
            return told
        if not store.is_entity(connection, ref):
            return _missing(index.document["title"], "no such entity", f"{ref} is not in the catalog")
    return _reply(no_badge(index.document["title"], "not graded", f"it does not apply to {ref}"))


def _missing(label: str, shown: str, why: str) -> Reply:
    return _reply(no_badge(label, shown, why), _MISSING)


def _reply(badge: Badge, status: int = 200) -> Reply:
    body = badge_svg(badge).encode()
    return Reply(body, tag_of(body) if status != _MISSING else "", _HEADERS, status, SVG)
