"""Freshness as HTML: the line at the head of a page with its evidence folded away, and an item of a list."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from markupsafe import Markup, escape

from waypost.catalog.model import Catalog, EntityRef
from waypost.core.errors import InputError
from waypost.core.evidence import Evidence
from waypost.core.markup import page_link
from waypost.core.plugin import SiteContext
from waypost.documents.freshness import STATE_WORDS, Freshness, State
from waypost.documents.judging import Judged, judgement

_CODE: Final = re.compile(r"`([^`]+)`")
_REF: Final = re.compile(r"\b(?:group|user):[\w.-]+/[\w.-]*\w")


def freshness_html(path: str, context: SiteContext) -> Markup:
    """Return the line that tells how fresh the page or decision at *path* is; "" for one that is not judged."""
    judged = judgement(context.knowledge, context.now).by_path.get(path)
    if judged is None:
        return Markup("")
    freshness, catalog = judged.freshness, context.knowledge[Catalog]
    return Markup(
        '<details class="wp-fresh wp-fresh--{}" data-search-exclude><summary>{} {}</summary>{}{}{}</details>\n'
    ).format(
        freshness.state,
        state_html(freshness),
        # What opens and closes at a click holds nothing else to click.
        evidence_text(_foremost(freshness), catalog, is_linked=False),
        _list("What speaks against it", freshness.reasons, catalog),
        _list("What is known besides", freshness.others, catalog),
        _due(freshness),
    )


def state_html(freshness: Freshness) -> Markup:
    """Return the state in words, with the day since which it stands so."""
    since = (
        Markup(' since <time datetime="{0}">{0}</time>').format(freshness.since) if freshness.since else ""
    )
    is_plain = freshness.state is State.FRESH
    return Markup('<strong class="wp-fresh__state wp-fresh__state--{}">{}</strong>{}:').format(
        freshness.state, STATE_WORDS[freshness.state], "" if is_plain else since
    )


def evidence_text(piece: Evidence | None, catalog: Catalog, *, is_linked: bool = True) -> Markup:
    """Return what *piece* says, with groups as their titles: links to their pages where *is_linked*."""
    if piece is None:
        return Markup("")

    def named(match: re.Match[str]) -> str:
        try:
            entity = catalog.find(EntityRef.parse(match[0]))
        except InputError:
            entity = None
        if entity is None:
            return match[0]
        return str(page_link(entity.ref.page_uri, entity.title) if is_linked else escape(entity.title))

    # What is escaped holds no reference that it did not hold before.
    return Markup(_REF.sub(named, str(escape(piece.sentence))))  # noqa: S704


def remedy_html(piece: Evidence) -> Markup:
    """Return what settles *piece*, its commands as code; "" where nothing is said."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(piece.remedy))))  # noqa: S704 - escaped before


def reading_item(judged: Judged, catalog: Catalog) -> Markup:
    """Return *judged* as an item of a list: its page, how it stands and why, and what to do about it."""
    subject, freshness = judged.subject, judged.freshness
    foremost = _foremost(freshness)
    more = len(freshness.reasons) - 1
    return Markup('{} <small>{}</small><br>{} {}{}<br><span class="wp-fresh__remedy">{}</span>').format(
        page_link(subject.uri, subject.title),
        subject.kind.replace("-", " "),
        state_html(freshness),
        evidence_text(foremost, catalog),
        Markup(" <small>and {} more</small>").format(more) if more > 0 else "",
        remedy_html(foremost) if foremost else "",
    )


def _foremost(freshness: Freshness) -> Evidence | None:
    return freshness.reasons[0] if freshness.reasons else freshness.confirmed


def _list(title: str, pieces: Iterable[Evidence], catalog: Catalog) -> Markup:
    items = Markup("").join(Markup("<li>{}</li>").format(_item(piece, catalog)) for piece in pieces)
    return Markup("<p>{}</p><ul>{}</ul>").format(title, items) if items else items


def _item(piece: Evidence, catalog: Catalog) -> Markup:
    where = Markup(" <small>line {}</small>").format(piece.line) if piece.line > 1 else ""
    source = (
        Markup(" <small><code>{}</code></small>").format(piece.source)
        if piece.source and piece.source not in piece.sentence
        else ""
    )
    remedy = Markup('<br><span class="wp-fresh__remedy">{}</span>').format(remedy_html(piece))
    return Markup("{}{}{}{}").format(
        evidence_text(piece, catalog), where, source, remedy if piece.is_against and piece.remedy else ""
    )


def _due(freshness: Freshness) -> Markup:
    if freshness.due_on is None:
        return Markup("")
    return Markup('<p>To be read again by <time datetime="{0}">{0}</time>.</p>').format(freshness.due_on)
