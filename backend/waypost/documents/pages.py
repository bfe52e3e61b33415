"""The site's page of what wants reading, by owner, and the section about it on the page of a team."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from markupsafe import Markup

from waypost.catalog.model import Catalog, Entity, EntityRef
from waypost.core.errors import InputError
from waypost.core.markup import listed, page_link, plain
from waypost.core.plugin import SiteContext, SitePage
from waypost.documents.freshness import STATE_WORDS, State
from waypost.documents.freshness_html import reading_item
from waypost.documents.judging import Judged, judgement
from waypost.documents.reviewlist import OwnersList, by_owner

URI: Final = "contributing/to-read.md"
_MOST: Final = 50
_OF_A_TEAM: Final = 5
_SOON: Final = timedelta(days=30)


def reading_page(context: SiteContext) -> Iterator[SitePage]:
    """Make the page of what wants reading; none where nothing is to be kept true."""
    judged = judgement(context.knowledge, context.now)
    if judged.by_path:
        found = judged.to_read()
        lists = by_owner(found, most=_MOST)
        parts = [
            "# What wants reading",
            _lead(list(judged.by_path.values())),
            *(_owner(each, context.knowledge[Catalog]) for each in lists),
        ]
        yield SitePage(URI, "What wants reading", "\n\n".join(parts) + "\n")


def _lead(judged: Sequence[Judged]) -> str:
    counts = {state: sum(each.freshness.state is state for each in judged) for state in State}
    told = ", ".join(
        f"{counts[state]} {STATE_WORDS[state].lower()}" for state in reversed(State) if counts[state]
    )
    return (
        f"{len(judged)} pages and decisions are to be kept true: {told}. The most pressing come first; each with"
        " what speaks against it, and what settles that. The same on a terminal: `waypost review`."
    )


def _owner(each: OwnersList, catalog: Catalog) -> str:
    entity = _find(each.owner, catalog)
    title = f"[{plain(entity.title)}](/{entity.ref.page_uri})" if entity else plain(each.owner.capitalize())
    items = [reading_item(judged, catalog) for judged in each.items]
    left = each.total - len(each.items)
    more = f"\n\n… and {left} more: `waypost review --all --owner {each.owner}`" if left else ""
    return f'## {title} {{#{_anchor(each.owner)}}}\n\n<div class="wp-reading">\n{listed(items, ordered=True)}\n</div>{more}'


def _find(owner: str, catalog: Catalog) -> Entity | None:
    try:
        return catalog.find(EntityRef.parse(owner))
    except InputError:
        return None


def _anchor(owner: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in owner)


def team_reading(ref: EntityRef, context: SiteContext) -> Markup:
    """Return what the team *ref* is asked to read, the most pressing first, and what is due soon; "" for nothing."""
    judged = judgement(context.knowledge, context.now)
    catalog = context.knowledge[Catalog]
    found = judged.to_read(str(ref))
    parts = [listed((reading_item(each, catalog) for each in found[:_OF_A_TEAM]), ordered=True)]
    if len(found) > _OF_A_TEAM:
        left = f"{len(found) - _OF_A_TEAM} more"
        parts.append(Markup("<p>And {}.</p>").format(page_link(f"{URI}#{_anchor(str(ref))}", left)))
    soon = [
        each for each in judged.by_path.values() if each.subject.owner == str(ref) and _is_soon(each, context)
    ]
    if soon:
        items = (
            Markup('{0} <small>by <time datetime="{1}">{1}</time></small>').format(
                page_link(each.subject.uri, each.subject.title), each.freshness.due_on
            )
            for each in sorted(soon, key=lambda each: (str(each.freshness.due_on), each.subject.path))
        )
        parts.append(Markup("<p>Due soon:</p>{}").format(listed(items)))
    inner = Markup("\n").join(part for part in parts if part)
    return Markup('<div class="wp-reading">\n{}\n</div>').format(inner) if inner else inner


def _is_soon(judged: Judged, context: SiteContext) -> bool:
    due, today = judged.freshness.due_on, context.now.date()
    return not judged.wants_reading and due is not None and due <= today + _SOON
