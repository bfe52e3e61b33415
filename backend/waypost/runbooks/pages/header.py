"""The head of a runbook's page: what somebody at 3 a.m. must see first, and the rest folded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from waypost.adr.text import entity_link
from waypost.catalog.contacts import contacts_of
from waypost.catalog.model import Catalog
from waypost.catalog.refs import EntityRef
from waypost.core.markup import joined, terms
from waypost.core.plugin import SiteContext
from waypost.runbooks.briefs import after_words
from waypost.runbooks.model import Effect, Runbook, Runbooks
from waypost.runbooks.pages.burning import burning_html
from waypost.runbooks.pages.variables import variables_html
from waypost.runbooks.pages.words import exercised_words

_ALERTS: Final = 4
_ABOUT: Final = 3
_WAYS: Final = 2
_SECTION: Final = 2
"""Level of the headings that a reader leaps between."""
_NEAR_LINES: Final = 8
"""Lines of text between the first heading and a command that is in sight all the same."""


def header_for(page_path: str, context: SiteContext) -> str:
    """Return the HTML that stands above the text of the page at *page_path* of the workspace.

    "" for a page that is no runbook, or a guide that says nothing of itself.
    """
    runbooks = context.knowledge[Runbooks]
    runbook = runbooks.by_path.get(page_path)
    if runbook is None or not runbook.is_typed:
        return ""
    return str(runbook_header(runbook, runbooks, context.knowledge[Catalog], context.now))


def runbook_header(runbook: Runbook, runbooks: Runbooks, catalog: Catalog, now: datetime) -> Markup:
    """Return the alerts, whom to call and how, where to begin; then, folded, what to fill in and what is known."""
    return Markup('<div class="wp-runbook-header">\n{}{}\n{}{}{}</div>\n{}').format(
        _alerts(runbook),
        terms(_rows(runbook, catalog)),
        variables_html(runbook.variables.values()),
        burning_html(runbook, runbooks, catalog),
        _known(runbook, catalog, now),
        _sections(runbook),
    )


def _alerts(runbook: Runbook) -> Markup:
    shown = [Markup("<code>{}</code>").format(alert) for alert in runbook.alerts[:_ALERTS]]
    if len(runbook.alerts) > _ALERTS:
        shown.append(Markup("<span>and {} more</span>").format(len(runbook.alerts) - _ALERTS))
    if runbook.severity:
        shown.append(Markup('<strong class="wp-severity">{}</strong>').format(runbook.severity))
    return Markup('<p class="wp-runbook-header__alerts">{}</p>\n').format(Markup(" ").join(shown))


def _rows(runbook: Runbook, catalog: Catalog) -> Iterator[tuple[str, str]]:
    yield "Call", _escalation(runbook, catalog)
    yield "Begin", _begin(runbook)
    yield "Look at", joined(map(_dashboard, runbook.dashboards))
    about = [entity_link(str(ref), catalog) for ref in runbook.about]
    yield (
        "About",
        joined([*about[:_ABOUT], *([f"{len(about) - _ABOUT} more"] if len(about) > _ABOUT else [])]),
    )


def _escalation(runbook: Runbook, catalog: Catalog) -> Markup:
    steps = (
        Markup("<li>{}: {}{}</li>").format(
            _soon(step.after), entity_link(str(step.to), catalog), _ways(step.to, catalog)
        )
        for step in runbook.escalation
    )
    items = Markup("").join(steps)
    return Markup("<ol>{}</ol>").format(items) if items else Markup("")


def _soon(span: timedelta) -> str:
    """Return when to call somebody, as short as a phone wants it."""
    return after_words(span).replace(" minutes", " min")


def _ways(ref: EntityRef, catalog: Catalog) -> Markup:
    """Return how to reach *ref*, whom to wake first; its own name, which stands before, is not said again."""
    entity = catalog.find(ref)
    if entity is None:
        return Markup("")
    return Markup("").join(
        Markup(' <a class="wp-way" href="{}" title="{}" rel="noopener">{}</a>').format(
            way.address, way.title, way.title.removeprefix(entity.title).strip() or way.title
        )
        for way in contacts_of(entity)[:_WAYS]
    )


def _begin(runbook: Runbook) -> Markup:
    """Return a link to the first command that only reads, where much stands before it; "" where it is in sight."""
    file = runbook.page.file
    first = next((heading for heading in file.headings if heading.level > 1), None)
    fences = [fence for fence in file.fences if "effect" in fence.attributes]
    for number, fence in enumerate(fences, start=1):
        if first and fence.line > first.line and fence.attributes["effect"] == Effect.READ:
            if fence.line - first.line <= _NEAR_LINES:
                return Markup("")
            command = fence.text.strip().partition("\n")[0]
            return Markup(
                '<a href="#step-{0}">Step {0}</a>, which only reads: <code class="wp-cut">{1}</code>'
            ).format(number, command)
    return Markup("")


def _dashboard(address: str) -> Markup:
    """Return a link to a dashboard, called by the end of its address."""
    try:
        parts = urlsplit(address)
    except ValueError:  # Such as http://[ which is no address.
        return escape(address)
    if parts.scheme not in ("http", "https"):
        return escape(address)
    name = parts.path.rstrip("/").rpartition("/")[2]
    host = Markup(" <small>{}</small>").format(parts.netloc) if name else ""
    return Markup('<a href="{}" rel="noopener">{}</a>{}').format(address, name or parts.netloc, host)


def _known(runbook: Runbook, catalog: Catalog, now: datetime) -> Markup:
    """Return what may be asked later, folded; its summary says whether this page was tried."""
    alerts = runbook.alerts if len(runbook.alerts) > _ALERTS else ()
    about = runbook.about if len(runbook.about) > _ABOUT else ()
    review = runbook.page.review
    rows = terms(
        [
            ("All alerts", joined(Markup("<code>{}</code>").format(alert) for alert in alerts)),
            ("All about", joined(entity_link(str(ref), catalog) for ref in about)),
            ("Exercised", exercised_words(runbook, now)),
            (
                "Exercised by",
                entity_link(str(runbook.last_exercise.by), catalog) if runbook.last_exercise else "",
            ),
            ("Reviewed", f"{review.on} ({review.method})" if review and review.method else ""),
            ("Tier", runbook.tier),
        ]
    )
    return Markup('<details class="wp-known"><summary>Last exercised: {}</summary>{}</details>\n').format(
        exercised_words(runbook, now), rows
    )


def _sections(runbook: Runbook) -> Markup:
    """Return links to the sections, for screens that have no room for them at the side."""
    links = Markup("\n").join(
        Markup('<a href="#{}">{}</a>').format(heading.anchor, heading.text)
        for heading in runbook.page.file.headings
        if heading.level == _SECTION
    )
    return (
        Markup('<nav class="wp-sections" aria-label="Sections">{}</nav>\n').format(links) if links else links
    )
