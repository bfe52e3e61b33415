"""How far the estate follows a decision, as HTML: a sentence, and over time a step line with its table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from markupsafe import Markup

from waypost.core.plots import Point, Series, line_chart
from waypost.scorecards.pages.html import check_link, share_of, time_html

Tally = Mapping[str, Any]


def nothing_asked(name: str) -> Markup:
    """Return that no check asks about the decision *name*: how far it is followed is not known."""
    return Markup("No check asks whether decision {} is followed.").format(name)


def adoption_html(found: Mapping[str, Any]) -> Markup:
    """Return what the API *found*: now, since the decision, and each count that is on record."""
    name, now = found["decision"], found["now"]
    if not found["checks"]:
        return nothing_asked(name)
    if now is None:
        return Markup("The checks that decision {} asks for were not evaluated yet.").format(name)
    said = _sentence(found, now)
    history = found["history"]
    if len(history) < 2:  # noqa: PLR2004 - a line has two ends
        return Markup("{} {}").format(said, _only_since(history))
    return Markup("<div><p>{}</p>{}</div>").format(said, _figure(name, history))


def _sentence(found: Mapping[str, Any], now: Tally) -> Markup:
    links = Markup(", ").join(
        check_link(check["scorecard"], check["check"], f"{check['scorecardTitle']}: {check['title']}")
        for check in found["checks"]
    )
    return Markup(
        "{} of the entities pass every check that decision {} asks for; {} without an answer, {} exempt{} "
        "<small>({}; evaluated {})</small>"
    ).format(
        share_of(now["passing"], now["passing"] + now["failing"]),
        found["decision"],
        now["unanswered"],
        now["exempt"],
        _since(found["then"], found["decided"]),
        links,
        time_html(found["asOf"]),
    )


def _since(then: Tally | None, decided: str | None) -> str:
    if then is None or decided is None:
        return ""
    share = share_of(then["passing"], then["passing"] + then["failing"])
    return f". When it was decided, on {decided}, it was {share}."


def _only_since(history: Sequence[Tally]) -> Markup:
    if not history:
        return Markup("<small>Nothing is recorded yet of how that came.</small>")
    return Markup("<small>Recorded since {}, and unchanged: there is no history to show yet.</small>").format(
        history[0]["at"][:10]
    )


def _figure(name: str, history: Sequence[Tally]) -> Markup:
    points = [Point(datetime.fromisoformat(tally["at"]), tally["share"], _told(tally)) for tally in history]
    return line_chart(
        f"Share of entities that follow decision {name}",
        [Series("Follow it", points)],
        key=f"adoption-{name}",
        top=1,
        top_text="100%",
    )


def _told(tally: Tally) -> str:
    judged = tally["passing"] + tally["failing"]
    said = share_of(tally["passing"], judged) if judged else "nobody judged"
    beside = [
        f"{tally[key]} {word}" for key, word in (("unanswered", "without an answer"), ("exempt", "exempt"))
    ]
    return ", ".join([said, *(text for text in beside if not text.startswith("0 "))])
