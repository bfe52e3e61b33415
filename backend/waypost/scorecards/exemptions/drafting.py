"""Writes a new exemption as YAML, to be committed and reviewed like any other change."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import yaml

from waypost.catalog.refs import EntityRef
from waypost.core.errors import InputError, NotFoundError
from waypost.scorecards.model import Check, Scorecard

FALLBACK: Final = timedelta(days=90)
"""How long an exemption lasts where its scorecard sets no limit and nobody says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked for. ``days`` of None is as long as may be."""

    checks: Sequence[str]
    entities: Sequence[EntityRef]
    findings: Sequence[str] = ()
    reason: str
    ticket: str
    risk: str = ""
    control: str = ""
    starts: date
    days: int | None = None
    name: str = ""


def draft_exemption(wanted: Wanted, card: Scorecard, tier: str, owner: str) -> tuple[str, str]:
    """Return the name and the YAML of an exemption from *card* that ends as late as *tier* allows.

    Args:
        wanted: What is asked for.
        card: The scorecard.
        tier: The tier of its entities; the strictest, where they differ.
        owner: Who owns the exemption, as a reference; "" for nobody said.

    Raises:
        NotFoundError: The scorecard has no such check.
        InputError: It would last longer than is allowed.
    """
    for name in wanted.checks:
        _get_check(card, name)
    name = _slug(wanted.name or "-".join([wanted.entities[0].name, *wanted.checks[:2]]))
    metadata = {"name": name, "title": _title(wanted, card)} | ({"owner": owner} if owner else {})
    document = {
        "apiVersion": "waypost.dev/v1alpha1",
        "kind": "Exemption",
        "metadata": metadata,
        "spec": _spec(wanted, card, _last_day(wanted, card, tier)),
    }
    return name, yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=110)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "exemption"


def _get_check(card: Scorecard, name: str) -> Check:
    found = next((check for check in card.checks if check.id == name), None)
    if found is None:
        raise NotFoundError(f"check of {card.name}", name)
    return found


def _title(wanted: Wanted, card: Scorecard) -> str:
    titles = ", ".join(_get_check(card, name).title for name in wanted.checks)
    return f"{', '.join(ref.name for ref in wanted.entities)}: {titles}"


def _last_day(wanted: Wanted, card: Scorecard, tier: str) -> date:
    longest = card.exemptions.terms(tier).longest
    span = (
        timedelta(days=wanted.days)
        if wanted.days is not None
        else (longest if longest is not None else FALLBACK)
    )
    if longest is not None and span > longest:
        said = f"'{card.name}' allows {longest.days} days in {tier}"
        raise InputError("--days", [f"{span.days} are too many: {said}"])
    # The day on which it expires counts to its end.
    return wanted.starts + max(span - timedelta(days=1), timedelta())


def _spec(wanted: Wanted, card: Scorecard, last_day: date) -> dict[str, object]:
    spec: dict[str, object] = {
        "scorecard": card.name,
        "checks": list(wanted.checks),
        "entities": [str(ref) for ref in wanted.entities],
        "findings": list(wanted.findings),
        "reason": wanted.reason,
        "ticket": wanted.ticket,
        "risk": wanted.risk,
        "compensatingControl": wanted.control,
        "approvers": list(card.exemptions.approvers),
        "from": wanted.starts,
        "expires": last_day,
    }
    return {key: value for key, value in spec.items() if value}
