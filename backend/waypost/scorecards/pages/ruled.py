"""What a check is decided from: its parameters by tier, and the facts that it reads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from waypost.core.durations import duration_words, parse_duration
from waypost.scorecards.pages.estate import Estate
from waypost.scorecards.pages.html import table, time_html


def params_of(check: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters of *check*, with the bounds of its bands."""
    bands = check.get("bands") or {}
    return dict(check["params"]) | {
        f"{name} (bound)": bands[name] for name in ("pass", "warn") if name in bands
    }


def params_html(check: Mapping[str, Any]) -> Markup:
    """Return the parameters of *check* as a table with a column for each tier that has a value of its own."""
    params = params_of(check)
    tiers = sorted(
        {tier for value in params.values() if isinstance(value, Mapping) for tier in value} - {"*"}
    )
    rows = [(name, *(_value(value, tier) for tier in [*tiers, "*"])) for name, value in params.items()]
    every = "Every other tier" if tiers else "Every tier"
    return table("Parameters", ["Parameter", *tiers, every], rows, key="few")


def _value(value: Any, tier: str) -> Markup:
    if isinstance(value, Mapping):
        value = value.get(tier, value.get("*", ""))
    return Markup("<code>{}</code>").format(value if isinstance(value, str) else json.dumps(value))


def facts_html(check: Mapping[str, Any], estate: Estate) -> Markup:
    """Return the facts that *check* reads, where each comes from, how old it may be, and when it was last read."""
    rows = [
        (
            Markup("<code>{}</code>").format(path),
            declared["description"],
            " in ".join(part for part in (declared["type"], declared["unit"]) if part),
            source["title"] or source["name"],
            _longest(check["facts"].get(path, {}).get("maxAge") or source["ttl"]),
            time_html(source["collectedAt"]),
        )
        for path, declared, source in estate.facts_of(check)
    ]
    if not rows:
        return Markup("<p>None: it looks at the catalog's entry of the entity alone.</p>")
    return table("Facts", ["Fact", "Says", "Type", "Source", "Good for", "Source last read"], rows)


def _longest(age: str | None) -> str:
    return duration_words(parse_duration(age)) if age else "any time"
