"""Scorecards as plain values: what is kept in the database beside the results, and served from there."""

from __future__ import annotations

from typing import Any

from waypost.core.durations import duration_text
from waypost.scorecards.model import AppliesTo, Check, Scorecard


def scorecard_document(card: Scorecard) -> dict[str, Any]:
    """Return *card* as plain values, which ``wire.ScorecardSchema`` dumps."""
    return {
        "name": card.name,
        "title": card.title,
        "description": card.description,
        "owner": card.owner,
        "lifecycle": card.lifecycle.value,
        "applies_to": _applies_to(card.applies_to),
        "tier": card.tier,
        "levels": [{"name": level.name, "title": level.title} for level in card.levels],
        "targets": [
            {"tier": target.tier, "level": target.level, "by": target.by.isoformat()}
            for target in card.targets
        ],
        "exemptions": {
            "max_duration": {t: duration_text(d) for t, d in card.exemptions.max_duration.items()},
            "approvers": list(card.exemptions.approvers),
        },
        "checks": [check_document(check) for check in card.checks],
    }


def check_document(check: Check) -> dict[str, Any]:
    """Return *check* as plain values."""
    return {
        "id": check.id,
        "title": check.title,
        "description": check.description,
        "level": check.level,
        "weight": check.weight,
        "category": check.category,
        "applies_to": _applies_to(check.applies_to),
        "facts": {path: {"max_age": duration_text(age)} for path, age in check.max_age.items()},
        "params": dict(check.params),
        "rule": check.rule,
        "bands": {"passes": check.bands.passes, "warns": check.bands.warns} if check.bands else None,
        "evidence": check.evidence,
        "message": check.message,
        "fix": {"doc": check.fix.doc, "effort": check.fix.effort} if check.fix else None,
        "because": check.because,
        "counter_metrics": list(check.counter_metrics),
        "not_before": check.not_before.isoformat() if check.not_before else None,
        "min_sample": check.min_sample,
    }


def _applies_to(applies_to: AppliesTo) -> dict[str, Any]:
    return {
        "kinds": list(applies_to.kinds),
        "types": list(applies_to.types),
        "lifecycles": list(applies_to.lifecycles),
        "when": applies_to.when,
    }
