"""The index of runbooks: from an alert's name to its page in one step, then by service and by tier."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from markupsafe import Markup

from waypost.adr.text import table
from waypost.catalog.model import Catalog
from waypost.catalog.refs import EntityRef
from waypost.core.markup import page_link, plain
from waypost.core.plugin import SiteContext, SitePage
from waypost.documents.freshness_html import evidence_text, state_html
from waypost.documents.judging import Judgement, judgement
from waypost.runbooks.model import AlertRule, Runbook, Runbooks
from waypost.runbooks.pages.words import exercised_words, runbook_link

INDEX = "runbooks/index.md"
_WAYS = (
    "From anywhere, `/r/` and an alert's name in any case lead to its runbook, and `/r/<name>.txt` to its text for a"
    " terminal: [all addresses](../r/index.html). For when nothing else is up, keep [the incident"
    " pack](../pack/incident-pack.zip), which opens from a disk; [see what it holds](../pack/index.html)."
)


def runbook_pages(context: SiteContext) -> Iterator[SitePage]:
    """Give the index of the runbooks; nothing in a workspace without any."""
    runbooks = context.knowledge[Runbooks]
    if runbooks.ordered:
        judged = judgement(context.knowledge, context.now)
        markdown = index_markdown(runbooks, context.knowledge[Catalog], judged, context.now)
        yield SitePage(INDEX, "Runbooks", markdown)


def index_markdown(runbooks: Runbooks, catalog: Catalog, judged: Judgement, now: datetime) -> str:
    """Return the index: alerts with how their pages stand, alerts that nobody answers, then services and tiers."""
    parts = [
        "# Runbooks",
        *([_WAYS] if runbooks.alerts else []),
        *_by_alert(runbooks, catalog, judged, now),
        *_unanswered(runbooks),
    ]
    parts += [*_by_service(runbooks, catalog), *_by_tier(runbooks)]
    guides = [runbook for runbook in runbooks.ordered if not runbook.alerts]
    if guides:
        parts += ["## Without an alert", _bullets(runbook_link(runbook) for runbook in guides)]
    return "\n\n".join(parts) + "\n"


def _by_alert(runbooks: Runbooks, catalog: Catalog, judged: Judgement, now: datetime) -> Iterator[str]:
    if not runbooks.alerts:
        return
    rows = Markup("\n").join(
        _row(alert, runbook, catalog, judged, now=now) for alert, runbook in runbooks.alerts.items()
    )
    yield "## By alert"
    yield str(
        Markup(
            '<table class="wp-table wp-alerts" data-wp-find="Name of an alert"><thead><tr><th scope="col">Alert</th>'
            '<th scope="col">Runbook</th><th scope="col">Severity</th><th scope="col">Tier</th>'
            '<th scope="col">Last exercised</th><th scope="col">State</th></tr></thead>\n<tbody>\n{}\n</tbody></table>'
        ).format(rows)
    )


def _row(alert: str, runbook: Runbook, catalog: Catalog, judged: Judgement, *, now: datetime) -> Markup:
    return Markup(
        '<tr><td>{}</td><td>{}</td><td>{}</td><td class="wp-short">{}</td><td>{}</td><td>{}</td></tr>'
    ).format(
        page_link(runbook.uri, alert),
        runbook.title if runbook.title != alert else "",
        runbook.severity,
        runbook.tier,
        exercised_words(runbook, now) if runbook.is_typed else "",
        _state(runbook, judged, catalog),
    )


def _state(runbook: Runbook, judged: Judgement, catalog: Catalog) -> Markup:
    """Return how true the page is taken to be, and by what."""
    found = judged.by_path.get(runbook.path)
    if found is None:
        return Markup("")
    freshness = found.freshness
    evidence = next(iter(freshness.reasons), freshness.confirmed)
    return Markup("{} <small>{}</small>").format(state_html(freshness), evidence_text(evidence, catalog))


def _unanswered(runbooks: Runbooks) -> Iterator[str]:
    """Give the alerts of the rule files that no runbook answers, those that wake somebody first."""
    rules: dict[str, AlertRule] = {}
    for rule in sorted(runbooks.rules, key=lambda rule: not rule.pages_somebody):
        if runbooks.find_by_alert(rule.name) is None:
            rules.setdefault(rule.name, rule)
    if rules:
        yield "## Alerts without a runbook"
        yield table(
            [
                ("Alert", [plain(name) for name in rules]),
                ("Severity", [plain(rule.severity) for rule in rules.values()]),
                ("Wakes somebody", ["yes" if rule.pages_somebody else "no" for rule in rules.values()]),
                ("Rule", [plain(f"{rule.path}:{rule.line}") for rule in rules.values()]),
            ]
        )


def _by_service(runbooks: Runbooks, catalog: Catalog) -> Iterator[str]:
    refs = sorted({ref for runbook in runbooks.ordered for ref in runbook.about})
    if refs:
        yield "## By service"
        yield _bullets(
            f"{_entity(ref, catalog)}: {', '.join(map(runbook_link, runbooks.about(ref)))}" for ref in refs
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
        yield _bullets(runbook_link(runbook) for runbook in runbooks.ordered if runbook.tier == tier)


def _bullets(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items)
