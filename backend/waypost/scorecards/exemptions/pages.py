"""The ledger of exemptions as a page of the site, and as CSV beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote

from markupsafe import Markup

from waypost.catalog.model import Catalog
from waypost.core.csvtext import csv_pieces
from waypost.core.plugin import SiteContext, SitePage
from waypost.core.settings import WORKSPACE_URL
from waypost.core.words import counted
from waypost.scorecards.exemptions.service import HEADS, csv_row
from waypost.scorecards.pages.html import entity_link, scorecard_link, state_text, table, time_html

URI: Final = "scorecards/exemptions.md"
CSV_URI: Final = "scorecards/exemptions.csv"

_HOW: Final = (
    "The risk that an exemption carries is the weight of each check that it is from, times the days for which it has "
    "been exempt there: those of the exemptions that this one renews count too, and no day counts twice. Only what is "
    "in use carries any: an exemption from a check that would pass, or is not asked, carries none. Whether a check "
    "would have failed on every one of those days is not known."
)

Item = Mapping[str, Any]


def ledger_pages(context: SiteContext) -> Iterator[SitePage]:
    """Give the ledger and its CSV; nothing where there is no scorecard."""
    if not context.api.get("/api/scorecards", include="shadow")["items"]:
        return
    ledger = context.api.get("/api/scorecards/exemptions")
    yield SitePage(URI, "Exemptions", ledger_markdown(ledger, context))
    data = b"".join(csv_pieces(HEADS, map(csv_row, ledger["items"])))
    yield SitePage(CSV_URI, "", "", meta={"in_nav": False}, data=data)


def ledger_markdown(ledger: Mapping[str, Any], context: SiteContext) -> str:
    """Return the ledger as the API tells it."""
    tell = _Teller(context)
    parts: list[str | Markup] = ["# Exemptions", _lead(ledger), _as_csv(ledger)]
    items = ledger["items"]
    if items:
        parts += [part for section in _SECTIONS for part in section(items, tell)]
        parts += ["## Risk carried", *_risk(ledger["carried"], context.knowledge[Catalog])]
    return "\n\n".join(map(str, parts)) + "\n"


def _lead(ledger: Mapping[str, Any]) -> Markup:
    counts = ledger["counts"]
    said = f"{counts['active']} active"
    if counts["expiring"]:
        said += f" ({counts['expiring']} within 30 days of the end)"
    said += "".join(
        f", {counts[name]} {name}" for name in ("unused", "announced", "refused", "ended") if counts[name]
    )
    return Markup(
        '<p class="wp-lead">Who need not meet which check, until when, and on whose word.</p>\n\n'
        "<p>{}, counted by check and entity. <small>As of {}; results as last evaluated, {}.</small></p>"
    ).format(said, time_html(ledger["at"]), time_html(ledger["evaluatedAt"]))


def _as_csv(ledger: Mapping[str, Any]) -> str:
    if not ledger["items"]:
        return "No exemption is written. [How to ask for one](/how-to/ask-for-an-exemption.md) tells what it takes."
    return f"All {counted(len(ledger['items']), 'row')} [as CSV](exemptions.csv), for a spreadsheet."


def _risk(carried: Mapping[str, Any], catalog: Catalog) -> Iterator[Markup]:
    whole = carried["whole"]
    yield Markup(
        "<p><strong>{} days times weight</strong> so far, {} by the time that all have ended; from {}.</p>\n\n<p><small>{}</small></p>"
    ).format(whole["risk"], whole["riskInAll"], counted(whole["places"], "exempt check"), _HOW)
    if not whole["places"]:
        return
    for head, key, link in (
        ("Team", "byOwner", lambda name: entity_link(name, catalog)),
        ("Tier", "byTier", str),
        ("Scorecard", "byScorecard", lambda name: scorecard_link(name, name)),
    ):
        yield table(
            f"Risk carried by {head.lower()}",
            [head, "Risk so far", "When all have ended", "Checks exempt"],
            [(link(one["key"]), one["risk"], one["riskInAll"], one["places"]) for one in carried[key]],
        )


class _Teller:
    """Tells what an exemption is from, and why."""

    def __init__(self, context: SiteContext) -> None:
        self.catalog = context.knowledge[Catalog]
        self._files = context.settings[WORKSPACE_URL].rstrip("/")

    def exemption(self, item: Item) -> Markup:
        """Return what *item* is called, with its reason, ticket, control, approvers and file."""
        parts = [
            Markup("<strong>{}</strong>").format(item["title"]),
            Markup("{}").format(item["reason"]),
            Markup("Instead: {}").format(item["compensatingControl"]) if item["compensatingControl"] else "",
            Markup("Risk: {}").format(item["riskGiven"]) if item["riskGiven"] else "",
            Markup("Ticket: {}").format(_outside(item["ticket"])) if item["ticket"] else "no ticket",
            self._approvers(item),
            Markup("Only: {}").format(", ".join(item["findings"])) if item["findings"] else "",
            self._file(item),
        ]
        return Markup("<br>").join(part for part in parts if part)

    def entities(self, refs: Iterable[str]) -> Markup:
        """Return links to *refs*."""
        return Markup(", ").join(entity_link(ref, self.catalog) for ref in dict.fromkeys(refs))

    def _approvers(self, item: Item) -> Markup:
        if not item["approvers"]:
            return Markup("approved by nobody")
        return Markup("Approved by {}").format(self.entities(item["approvers"]))

    def _file(self, item: Item) -> Markup:
        place = Markup("<code>{}:{}</code>").format(item["path"], item["line"])
        if not self._files.startswith(("http:", "https:")):
            return place
        return Markup('<a href="{}#L{}">{}</a>').format(
            f"{self._files}/{quote(item['path'])}", item["line"], place
        )


def _outside(address: str) -> Markup:
    if not address.startswith(("http:", "https:")):
        return Markup("{}").format(address)
    return Markup('<a href="{0}" rel="noopener">{1}</a>').format(address, address.split("://")[1])


def _grouped(items: Iterable[Item]) -> list[list[Item]]:
    """Return *items* by exemption: one may be from several checks of several entities."""
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(item["exemption"], []).append(item)
    return list(groups.values())


def _last_day(at: str) -> str:
    """Return the last day on which what ends *at* a time counts."""
    return f"{datetime.fromisoformat(at) - timedelta(seconds=1):%Y-%m-%d}"


def _until(group: Sequence[Item]) -> str:
    return _last_day(min(item["endsAt"] for item in group))


def _active(items: Sequence[Item], tell: _Teller) -> Iterator[str | Markup]:
    yield "## Active"
    groups = sorted(_grouped(item for item in items if item["state"] == "active"), key=_until)
    rows = [
        (
            tell.exemption(group[0]),
            scorecard_link(group[0]["scorecard"], group[0]["scorecardTitle"]),
            _checks(group),
            tell.entities(item["entity"] for item in group),
            _would(group),
            Markup('<span class="wp-day">{}</span> to <span class="wp-day">{}</span>').format(
                group[0]["startsAt"][:10], _until(group)
            ),
            sum(item["risk"] for item in group),
        )
        for group in groups
    ]
    heads = ["Exemption", "Scorecard", "Checks", "Entities", "Would be", "Counts", "Risk so far"]
    yield table("Active exemptions", heads, rows)


def _checks(group: Sequence[Item]) -> Markup:
    return Markup(", ").join(dict.fromkeys(item["checkTitle"] for item in group))


def _would(group: Sequence[Item]) -> Markup:
    found = dict.fromkeys(item["would"] for item in group)
    return Markup("<br>").join(state_text(would) if would else Markup("not asked") for would in found)


def _section(
    heading: str, head: str, fits: Callable[[Item], bool], note: Callable[[Sequence[Item]], str]
) -> Callable[[Sequence[Item], _Teller], Iterator[str | Markup]]:
    """Return what tells a part of the ledger: which items *fits* takes, with a *note* on each exemption."""

    def tell_section(items: Sequence[Item], tell: _Teller) -> Iterator[str | Markup]:
        found = [item for item in items if fits(item)]
        if not found:
            return
        yield f"## {heading}"
        rows = [
            (
                tell.exemption(group[0]) if head != "Note" else Markup("{}").format(group[0]["title"]),
                _checks(group),
                tell.entities(item["entity"] for item in group),
                _until(group),
                note(group),
            )
            for group in sorted(_grouped(found), key=_until)
        ]
        yield table(heading, ["Exemption", "Checks", "Entities", "Until", head], rows)

    return tell_section


def _why(group: Sequence[Item]) -> str:
    return "; ".join(dict.fromkeys(item["why"] for item in group if item["why"]))


def _renewed(group: Sequence[Item]) -> str:
    item = max(group, key=lambda one: (one["renewals"], one["daysInAll"]))
    times = {1: "once", 2: "twice"}.get(item["renewals"], f"{item['renewals']} times")
    return f"renewed {times}, {counted(item['days'], 'day')} so far, {item['daysInAll']} in all"


def _lasted(group: Sequence[Item]) -> str:
    return f"{counted(max(item['days'] for item in group), 'day')}"


_SECTIONS: Final = (
    _section(
        "Ending within 30 days",
        "Note",
        lambda item: item["isExpiring"],
        lambda _group: "then each check counts again",
    ),
    _active,
    _section("Unused", "Note", lambda item: item["isUnused"], _why),
    _section("Renewed", "Note", lambda item: item["renewals"] > 0 and item["state"] == "active", _renewed),
    _section("Refused", "Why", lambda item: item["state"] == "refused", _why),
    _section(
        "Announced",
        "From",
        lambda item: item["state"] == "announced",
        lambda group: str(group[0]["startsAt"][:10]),
    ),
    _section("Ended", "Lasted", lambda item: item["state"] == "ended", _lasted),
)
