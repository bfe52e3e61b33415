"""Approvals as a page tells them: what the decision needs, who approved, whether that still holds, and what is missing."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from waypost.adr.approving import ApprovalState, Judged, Standing, StandingState
from waypost.adr.model import Decision, State
from waypost.adr.pages.words import day_html
from waypost.adr.text import entity_link
from waypost.catalog.model import Catalog
from waypost.core.markup import joined
from waypost.core.words import counted

_ENDED: Final = (State.REJECTED, State.DEPRECATED, State.SUPERSEDED)
_WORDS: Final = {
    ApprovalState.COUNTS: ("pass", "✓", "holds"),
    ApprovalState.LAPSED: ("stale", "▲", "lapsed"),
    ApprovalState.REPLACED: ("stale", "○", "replaced by a later one"),
    ApprovalState.DUPLICATE: ("stale", "○", "counted once"),
}


def approval_words(decision: Decision, found: Standing) -> str:
    """Return where *decision* stands with its approvals, as *found*, in a few words; "" for a scope that nobody knows."""
    given = f"{len(found.counting)} of {found.needed}"
    if found.state is StandingState.NOT_NEEDED:
        return "none needed" if found.scope else ""
    if found.state is StandingState.APPROVED:
        return f"{given}: complete"
    if found.state is StandingState.NOT_ASKED:
        return "not asked: decided before the rights were in force"
    lapsed = f", {len(found.lapsed)} lapsed" if found.lapsed else ""
    return given if decision.state in _ENDED else f"{given}: {found.missing} missing{lapsed}"


def has_approvals(found: Standing) -> bool:
    """Tell whether there is anything to say: an approval is needed, or somebody approved."""
    return bool(found.needed or found.approvals)


def approvals_html(decision: Decision, found: Standing, catalog: Catalog) -> Markup:
    """Return what *decision* needs and has, as *found*."""
    parts = [_needed(found, catalog)]
    if found.approvals:
        parts.append(_table(found, catalog))
    if found.missing and found.is_asked and decision.state not in _ENDED:
        parts.append(_missing(found, catalog))
    return Markup("\n").join(parts)


def _needed(found: Standing, catalog: Catalog) -> Markup:
    if found.scope is None or not found.needed:
        return Markup("<p>No approval is needed.</p>")
    groups = joined(entity_link(group, catalog) for group in found.scope.groups)
    because = Markup(", which {} demands,").format(found.trigger) if found.trigger else Markup("")
    of = Markup(" of {}").format(groups) if groups else Markup("")
    asked = "" if found.is_asked else " It was decided before the rights were in force: nobody asks for them."
    return Markup("<p>Scope <strong>{}</strong>{} takes {}{}.{}</p>").format(
        found.scope.name, because, counted(found.needed, "approval"), of, asked
    )


def _missing(found: Standing, catalog: Catalog) -> Markup:
    groups = found.missing_from or (found.scope.groups if found.scope else ())
    who = Markup(" of {}").format(joined(entity_link(group, catalog) for group in groups)) if groups else ""
    return Markup('<p class="wp-missing">Missing: {}{}.</p>').format(counted(found.missing, "approval"), who)


def _table(found: Standing, catalog: Catalog) -> Markup:
    rows = Markup("").join(_row(judged, catalog) for judged in found.approvals)
    return Markup(
        '<table class="wp-table" aria-label="Approvals"><thead><tr><th scope="col">Approved by</th>'
        '<th scope="col">On</th><th scope="col">Does it hold?</th></tr></thead><tbody>{}</tbody></table>'
    ).format(rows)


def _row(judged: Judged, catalog: Catalog) -> Markup:
    looks, sign, word = _WORDS.get(judged.state, ("fail", "✗", "does not count"))
    reason = f": {judged.reason}" if judged.reason else ""
    return Markup(
        '<tr><td>{}</td><td>{}</td><td><span class="wp-result--{}"><span aria-hidden="true">{}</span> {}</span>{}</td></tr>\n'
    ).format(
        entity_link(judged.approval.by, catalog), day_html(judged.approval.on), looks, sign, word, reason
    )
