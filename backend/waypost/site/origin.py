"""Where an entity comes from and how its last reading went: addresses to see and edit it, and its faults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import quote

from markupsafe import Markup

from waypost.catalog.model import Entity
from waypost.catalog.rules.annotations import EDIT_URL, SOURCE_LOCATION, VIEW_URL
from waypost.site.html import breakable, outside_link

ORPHAN: Final = "backstage.io/orphan"
_SCHEME: Final = "url:"
_SHOWN: Final = 5


def defined_in(entity: Entity, files_url: str) -> Markup:
    """Return the file that *entity* is written in, with links to see and to edit it; "" where nobody knows it.

    Args:
        files_url: The web address of the workspace's files, "" for none.
    """
    line = f":{entity.line}" if entity.line else ""
    place = Markup("<code>{}{}</code>").format(breakable(entity.path), line) if entity.path else Markup("")
    view = _annotation(entity, VIEW_URL)
    if not view and files_url and entity.path:
        view = f"{files_url.rstrip('/')}/{quote(entity.path)}"
    ways = [(view, "view"), (_annotation(entity, EDIT_URL), "edit")]
    links = [outside_link(url, text) for url, text in ways if url.startswith(("http:", "https:"))]
    return Markup(" · ").join([place, *links] if place else links)


def source_code(entity: Entity) -> Markup:
    """Return a link to the source code of *entity*; "" where it names none."""
    target = _annotation(entity, SOURCE_LOCATION)
    url = target.removeprefix(_SCHEME)
    return outside_link(url, breakable(url)) if target.startswith(_SCHEME) else Markup("")


def state_html(entity: Entity) -> Markup:
    """Return what went wrong when *entity* was last read, and whether anything still leads to it; "" for nothing."""
    told = [*_faults(entity)]
    if _annotation(entity, ORPHAN) == "true":
        told.append(
            Markup(
                "<li><b>Orphan.</b> Nothing leads to this entity any more: remove it, or add its location again.</li>"
            )
        )
    if not told:
        return Markup("")
    return Markup(
        '<div class="wp-problems" role="note" aria-label="Problems of this entity">\n<ul>{}</ul>\n</div>'
    ).format(Markup("").join(told))


def _faults(entity: Entity) -> Iterator[Markup]:
    status = entity.document.get("status")
    items = status.get("items") if isinstance(status, Mapping) else None
    found = [item for item in items if isinstance(item, Mapping)] if isinstance(items, list) else []
    for item in found[:_SHOWN]:
        level = str(item.get("level") or "error").capitalize()
        message = " ".join(str(item.get("message") or "").split())
        yield Markup("<li><b>{}.</b> {}</li>").format(level, message)
    if len(found) > _SHOWN:
        yield Markup("<li>and {} more</li>").format(len(found) - _SHOWN)


def _annotation(entity: Entity, name: str) -> str:
    annotations = entity.metadata.get("annotations")
    value = annotations.get(name) if isinstance(annotations, Mapping) else None
    return value if isinstance(value, str) else ""
