"""How entities are spread over the levels of a scorecard, and how far each tier is from its target."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from markupsafe import Markup

from waypost.core.plots import stacked_bar, swatch
from waypost.core.words import counted
from waypost.scorecards.pages.estate import Grade
from waypost.scorecards.pages.html import check_link, left_text, percent, share_of, table

MOST: Final = 3
"""So many checks are named of those that stand in the way of a target."""


def levels_html(card: Mapping[str, Any]) -> Iterator[Markup]:
    """Give the distribution of levels, the highest first, as a bar and as a table."""
    titles = {level["name"]: level["title"] for level in card["levels"]}
    ordered = by_level(card["rollUp"]["levels"])
    whole = card["rollUp"]["entities"]
    key = f"levels-{card['name']}"
    if whole:
        yield stacked_bar(f"Entities by level, of {whole}", ordered, key)
    rows = [
        (
            Markup("{} {}").format(swatch(number, key), name),
            titles.get(name, "no level yet"),
            share_of(count, whole),
        )
        for number, (name, count) in enumerate(ordered)
    ]
    yield table("Entities by level", ["Level", "Title", "Entities"], rows, key="few")


def by_level(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return *counts* with the highest level first, and what has none last."""
    pairs = list(counts.items())[::-1]
    return [pair for pair in pairs if pair[0] != "none"] + [pair for pair in pairs if pair[0] == "none"]


def targets_html(card: Mapping[str, Any], grades: Sequence[Grade], now: datetime) -> Markup:
    """Return how many entities of each tier meet their target, how long they have, and what is missing most."""
    rows = []
    for tier, rolled in card["rollUp"]["byTier"].items():
        target, share = target_of(card, tier), rolled["meetingTarget"]
        own = [grade for grade in grades if grade.told["tier"] == tier]
        rows.append(
            (
                tier,
                target["level"] if target else "none",
                f"{target['by']}, {left_text(target['by'], now)}" if target else "",
                share_of(share["met"], share["of"]) if target else f"{rolled['entities']} without a target",
                _missing(card, own),
                median_of(rolled["medianScore"], scored_of(own)),
            )
        )
    heads = ["Tier", "Target", "By", "Meeting it", "What is missing most", "Median score"]
    return table("Targets by tier", heads, rows)


def target_of(card: Mapping[str, Any], tier: str) -> Mapping[str, Any] | None:
    """Return the target of *tier* in *card*: its own, or that of every other."""
    by_tier = {target["tier"]: target for target in reversed(card["targets"])}
    return by_tier.get(tier) or by_tier.get("*")


def _missing(card: Mapping[str, Any], grades: Sequence[Grade]) -> Markup:
    """Return which checks stand between the most of *grades* and their target."""
    ranks = {level["name"]: number for number, level in enumerate(card["levels"])}
    short = [grade for grade in grades if grade.told["meetsTarget"] is False]
    counts = Counter(
        result.check["id"]
        for grade in short
        for result in grade.results
        if not result.is_met
        and ranks.get(result.check["level"], len(ranks)) <= ranks.get(grade.told["target"]["level"], -1)
    )
    titles = {check["id"]: check["title"] for check in card["checks"]}
    named = [
        Markup("{} ({})").format(check_link(card["name"], check, titles[check]), count)
        for check, count in counts.most_common(MOST)
    ]
    if not short:
        return Markup("")
    rest = f" and {counted(len(counts) - MOST, 'check')} more" if len(counts) > MOST else ""
    return Markup("{}{}").format(Markup(", ").join(named), rest)


def scored_of(grades: Sequence[Grade]) -> int:
    """Return how many of *grades* have a score."""
    return sum(grade.told["score"] is not None for grade in grades)


def median_of(median: float | None, scored: int) -> str:
    """Return the *median* with how many scores it is of."""
    return percent(median) if median is None else f"{percent(median)} of {scored}"
