"""Freshness and evidence as plain values: for the API, for facts, and for `waypost review --format json`."""

from __future__ import annotations

from typing import Any

from waypost.core.evidence import Evidence
from waypost.documents.freshness import Freshness
from waypost.documents.judging import Judged


def freshness_json(freshness: Freshness) -> dict[str, Any]:
    """Return *freshness* as the API, facts and ``waypost review`` tell it; a day that nobody knows is absent."""
    shown: dict[str, Any] = {"state": str(freshness.state)}
    for key, day in (("since", freshness.since), ("dueOn", freshness.due_on)):
        if day:
            shown[key] = day.isoformat()
    if freshness.confirmed:
        shown["confirmed"] = evidence_json(freshness.confirmed)
    shown["reasons"] = [evidence_json(reason) for reason in freshness.reasons]
    return shown


def evidence_json(piece: Evidence) -> dict[str, Any]:
    """Return one *piece* of evidence; what it does not say is absent."""
    shown: dict[str, Any] = {"kind": piece.kind, "sentence": piece.sentence, "bearing": str(piece.bearing)}
    told = {
        "on": piece.on.isoformat() if piece.on else "",
        "line": piece.line,
        "source": piece.source,
        "remedy": piece.remedy,
    }
    return shown | {key: value for key, value in told.items() if value}


def freshness_fact(judged: Judged | None) -> dict[str, Any]:
    """Return what rules may ask of a page's freshness, as ``freshness``; nothing of one that is not judged."""
    if judged is None:
        return {}
    freshness = judged.freshness
    fact: dict[str, Any] = {"state": str(freshness.state)}
    fact["reasons"] = [{"kind": reason.kind, "sentence": reason.sentence} for reason in freshness.reasons]
    if freshness.since:
        fact["since"] = freshness.since.isoformat()
    return {"freshness": fact}
