"""The site's pages about runbooks: an index by alert, service and tier, and a header for each page."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta

from markupsafe import Markup

from waypost.adr.text import entity_link, table
from waypost.catalog.model import Catalog
from waypost.catalog.refs import EntityRef
from waypost.core.durations import duration_words
from waypost.core.markup import joined, plain, terms
from waypost.core.plugin import SiteContext, SitePage
from waypost.runbooks.model import Runbook, Runbooks, Variable

INDEX = "runbooks/index.md"


def runbook_pages(context: SiteContext) -> Iterator[SitePage]:
    """Give the index of the runbooks; nothing in a workspace without any."""
    runbooks = context.knowledge[Runbooks]
    if runbooks.ordered:
        yield SitePage(INDEX, "Runbooks", index_markdown(runbooks, context.knowledge[Catalog], context.now))


def index_markdown(runbooks: Runbooks, catalog: Catalog, now: datetime) -> str:
    """Return the index: from an alert's name to its page in one step, then by service and by tier."""
    parts = ["# Runbooks", *_by_alert(runbooks, now), *_by_service(runbooks, catalog), *_by_tier(runbooks)]
    guides = [runbook for runbook in runbooks.ordered if not runbook.alerts]
    if guides:
        parts += ["## Without an alert", _bullets(_link(runbook) for runbook in guides)]
    return "\n\n".join(parts) + "\n"


def _by_alert(runbooks: Runbooks, now: datetime) -> Iterator[str]:
    if not runbooks.alerts:
        return
    found = list(runbooks.alerts.items())
    yield "## By alert"
    yield table(
        [
            ("Alert", [f"[{plain(alert)}]({_beside(runbook)})" for alert, runbook in found]),
            ("Runbook", [plain(r.title) if r.title != alert else "" for alert, r in found]),
            ("Severity", [plain(runbook.severity) for _, runbook in found]),
            ("Tier", [plain(runbook.tier) for _, runbook in found]),
            ("Last exercised", [plain(_exercised(r, now)) if r.is_typed else "" for _, r in found]),
        ]
    )


def _by_service(runbooks: Runbooks, catalog: Catalog) -> Iterator[str]:
    refs = sorted({ref for runbook in runbooks.ordered for ref in runbook.about})
    if refs:
        yield "## By service"
        yield _bullets(
            f"{_entity(ref, catalog)}: {', '.join(map(_link, runbooks.about(ref)))}" for ref in refs
        )


def _entity(ref: EntityRef, catalog: Catalog) -> str:
    """Return *ref* as Markdown: what stands inside a line's own HTML would be read as Markdown too."""
    entity = catalog.find(ref)
    uri = f"../catalog/{ref.kind}/{ref.namespace}/{ref.name}.md"
    return f"[{plain(entity.title)}]({uri})" if entity else plain(str(ref))


def _by_tier(runbooks: Runbooks) -> Iterator[str]:
    tiers = sorted({runbook.tier for runbook in runbooks.ordered if runbook.tier})
    if tiers:
        yield "## By tier"
    for tier in tiers:
        yield f"### {plain(tier)}"
        yield _bullets(_link(runbook) for runbook in runbooks.ordered if runbook.tier == tier)


def _bullets(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _link(runbook: Runbook) -> str:
    return f"[{plain(runbook.title)}]({_beside(runbook)})"


def _beside(runbook: Runbook) -> str:
    path = posixpath.relpath(runbook.uri, "runbooks")
    return path.replace(" ", "%20").replace("(", "%28").replace(")", "%29")


def header_for(page_path: str, context: SiteContext) -> str:
    """Return the HTML that stands above the text of the page at *page_path* of the workspace.

    "" for a page that is no runbook, or a guide that says nothing of itself.
    """
    runbook = context.knowledge[Runbooks].by_path.get(page_path)
    if runbook is None or not runbook.is_typed:
        return ""
    return str(runbook_header(runbook, context.knowledge[Catalog], context.now))


def runbook_header(runbook: Runbook, catalog: Catalog, now: datetime) -> Markup:
    """Return what somebody at 3 a.m. must see first: the alerts, whom to call, and whether this was tried."""
    rows = terms(_header_rows(runbook, catalog, now))
    values = _variables(runbook.variables.values())
    return Markup('<div class="wp-runbook-header">\n{}\n{}</div>').format(rows, values)


def _variables(variables: Collection[Variable]) -> Markup:
    """Return what the reader fills in, folded; its summary names each, so that ``$NODE`` is known for one."""
    if not variables:
        return Markup("")
    names = Markup(", ").join(Markup("<code>${}</code>").format(each.name) for each in variables)
    rows = Markup("").join(
        Markup("<div><dt><code>${}</code></dt><dd>{}{}</dd></div>").format(
            each.name,
            each.description,
            Markup(" <small>such as <code>{}</code></small>").format(each.example) if each.example else "",
        )
        for each in variables
    )
    return Markup(
        '<details class="wp-variables"><summary>Fill in: {}</summary><dl class="wp-terms">{}</dl></details>\n'
    ).format(names, rows)


def _header_rows(runbook: Runbook, catalog: Catalog, now: datetime) -> Iterator[tuple[str, str]]:
    yield "Alerts", joined(Markup("<code>{}</code>").format(alert) for alert in runbook.alerts)
    yield "Severity", runbook.severity
    yield "Escalate", _escalation(runbook, catalog)
    yield "About", joined(entity_link(str(ref), catalog) for ref in runbook.about)
    yield "Last exercised", _exercised(runbook, now)


def _escalation(runbook: Runbook, catalog: Catalog) -> Markup:
    steps = (
        Markup("<li>{}: {}</li>").format(_after(step.after), entity_link(str(step.to), catalog))
        for step in runbook.escalation
    )
    items = Markup("").join(steps)
    return Markup("<ol>{}</ol>").format(items) if items else Markup("")


def _after(span: timedelta) -> str:
    words = duration_words(span)
    return words if words == "at once" else f"after {words}"


def _exercised(runbook: Runbook, now: datetime) -> str:
    last = runbook.last_exercise
    if last is None:
        return "never"
    days = (now - last.at).days
    ago = "today" if days == 0 else f"{days} day{'' if days == 1 else 's'} ago"
    due = "; due again" if runbook.is_exercise_due(now) else ""
    where = f" in {last.environment}" if last.environment else ""
    failed = "" if last.passed else ", with steps that failed"
    return f"{last.at:%Y-%m-%d} ({ago}){where}{failed}{due}"
