"""What a page that mends a check says at its head: how many fail that check now."""

from __future__ import annotations

from markupsafe import Markup

from waypost.core.markup import listed
from waypost.core.plugin import SiteContext
from waypost.core.words import counted
from waypost.scorecards.model import State
from waypost.scorecards.pages.estate import Document, Estate, estate_of
from waypost.scorecards.pages.html import check_link, share_of, time_html


def fixes_html(uri: str, context: SiteContext) -> Markup:
    """Return how many entities now fail the checks that the page at *uri* mends; "" where it mends none.

    Drafts and shadows are not told of. Where the backend does not answer, the page says nothing of it.
    """
    estate = estate_of(context)
    mended = estate.mended_by.get(uri, ())
    if not mended:
        return Markup("")
    told = [_told(card, check, estate) for card, check in mended]
    if len(told) == 1:
        return Markup('<p class="wp-fixes" data-search-exclude>{}</p>').format(told[0])
    failing = {
        grade.entity
        for card, check in mended
        for grade in estate.grades(card["name"])
        for result in grade.results
        if result.check is check and result.state is State.FAIL
    }
    told_of_all = f"{_fail(len(failing))} one or more of them" if failing else "No entity fails any of them"
    return Markup(
        '<details class="wp-fixes" data-search-exclude><summary>This page mends {} checks. <strong>{} now.</strong></summary>{}</details>'
    ).format(len(mended), told_of_all, listed(told))


def _told(card: Document, check: Document, estate: Estate) -> Markup:
    states = [
        result.state
        for grade in estate.grades(card["name"])
        for result in grade.results
        if result.check is check
    ]
    failing = states.count(State.FAIL)
    judged = failing + states.count(State.PASS) + states.count(State.WARN)
    link = check_link(card["name"], check["id"], check["title"])
    if not judged:
        return Markup("{}: nobody was judged yet <small>(evaluated {})</small>").format(
            link, time_html(card["asOf"])
        )
    of = f", {share_of(failing, judged)}," if failing else f" of {judged}"
    return Markup("<strong>{}</strong>{} the check {} now <small>(evaluated {})</small>").format(
        _fail(failing), of, link, time_html(card["asOf"])
    )


def _fail(number: int) -> str:
    if not number:
        return "No entity fails"
    return f"{counted(number, 'entity')} {'fails' if number == 1 else 'fail'}"
