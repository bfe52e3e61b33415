"""What else burns when something burns: whatever depends on it, two steps far, from the catalog."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from waypost.adr.text import entity_link
from waypost.catalog.model import Catalog
from waypost.core.markup import joined, page_link
from waypost.runbooks.dependants import Dependant, dependants
from waypost.runbooks.model import Runbook, Runbooks

SHOWN: Final = 15
"""Dependants that a page names; of the others it says how many there are."""


def burning_html(runbook: Runbook, runbooks: Runbooks, catalog: Catalog) -> Markup:
    """Return what else burns with what *runbook* is about, folded; "" where nothing is known to."""
    found = dependants(runbook.about, catalog)
    if not found:
        return Markup("")
    rows = Markup("\n").join(_row(each, runbooks, catalog) for each in found[:SHOWN])
    more = Markup("<p>And {} more.</p>").format(len(found) - SHOWN) if len(found) > SHOWN else ""
    return Markup(
        '<details class="wp-burns"><summary>What else burns: {}</summary>\n'
        '<table class="wp-table"><thead><tr><th scope="col">What</th><th scope="col">Tier</th>'
        '<th scope="col">Owner</th><th scope="col">Its runbooks</th></tr></thead>\n<tbody>\n{}\n</tbody></table>{}'
        "</details>\n"
    ).format(_counted(found), rows, more)


def _counted(found: Sequence[Dependant]) -> str:
    """Return how many there are, near and far, and how many of the first tier."""
    direct = sum(each.steps == 1 for each in found)
    behind = f", {len(found) - direct} behind" if len(found) > direct else ""
    tier = found[0].tier
    first = f"; {sum(each.tier == tier for each in found)} of {tier}" if tier else ""
    return f"{direct} directly{behind}{first}"


def _row(each: Dependant, runbooks: Runbooks, catalog: Catalog) -> Markup:
    through = Markup(" <small>through {}</small>").format(each.through.title) if each.through else ""
    owner = each.entity.owner
    return Markup('<tr><td>{}{}</td><td class="wp-short">{}</td><td>{}</td><td>{}</td></tr>').format(
        entity_link(str(each.entity.ref), catalog),
        through,
        each.tier,
        entity_link(str(owner), catalog) if owner else "",
        joined(page_link(runbook.uri, runbook.title) for runbook in runbooks.about(each.entity.ref)),
    )
