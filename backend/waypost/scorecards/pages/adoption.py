"""How far the estate follows a decision, as HTML: a sentence, and over time a step line with its table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from markupsafe import Markup

from waypost.scorecards.pages.html import percent, scorecard_link, share_of, table, time_html

_WIDTH: Final = 320
_HEIGHT: Final = 72
_TOP: Final = 8
_BOTTOM: Final = 56
_LEFT: Final = 38
_RIGHT: Final = 312

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
    return Markup("<div><p>{}</p>{}{}</div>").format(said, _figure(name, history), _table(history))


def _sentence(found: Mapping[str, Any], now: Tally) -> Markup:
    links = Markup(", ").join(
        scorecard_link(check["scorecard"], f"{check['scorecardTitle']}: {check['title']}")
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
    """Return the share over time as a step line: it stays as it was until the next count."""
    first, last = _time(history[0]), _time(history[-1])
    return Markup(
        '<figure class="wp-adoption"><svg viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" aria-label="{title}: {desc}">'
        '<title>{title}</title><desc>{desc}</desc><path class="wp-adoption__grid" d="M{left} {top}H{right}M{left} {bottom}H{right}"/>'
        '<text x="{edge}" y="{up}" text-anchor="end">100%</text><text x="{edge}" y="{down}" text-anchor="end">0%</text>'
        '<path class="wp-adoption__line" d="{line}"/>{dot}'
        '<text x="{left}" y="{h}" dy="-2">{first}</text><text x="{right}" y="{h}" dy="-2" text-anchor="end">{last}</text></svg></figure>'
    ).format(
        w=_WIDTH,
        h=_HEIGHT,
        left=_LEFT,
        right=_RIGHT,
        top=_TOP,
        bottom=_BOTTOM,
        edge=_LEFT - 5,
        up=_TOP + 4,
        down=_BOTTOM + 4,
        line=" ".join(_steps(history)),
        dot=_dot(history[-1]),
        title=f"Share of entities that follow decision {name}",
        desc=_described(history),
        first=f"{first:%Y-%m-%d}",
        last=f"{last:%Y-%m-%d}",
    )


def _steps(history: Sequence[Tally]) -> Iterator[str]:
    """Give the parts of the line; where nobody was judged it has a gap."""
    first, last = _time(history[0]), _time(history[-1])
    whole = (last - first).total_seconds() or 1.0
    is_on = False
    for tally in history:
        x = _LEFT + (_time(tally) - first).total_seconds() / whole * (_RIGHT - _LEFT)
        if tally["share"] is None:
            if is_on:
                yield f"H{x:.1f}"
            is_on = False
            continue
        yield f"H{x:.1f}V{_height(tally):.1f}" if is_on else f"M{x:.1f} {_height(tally):.1f}"
        is_on = True


def _dot(tally: Tally) -> Markup:
    if tally["share"] is None:
        return Markup("")
    return Markup('<circle class="wp-adoption__dot" cx="{}" cy="{}" r="3"/>').format(
        _RIGHT, f"{_height(tally):.1f}"
    )


def _height(tally: Tally) -> float:
    return _BOTTOM - float(tally["share"]) * (_BOTTOM - _TOP)


def _time(tally: Tally) -> datetime:
    return datetime.fromisoformat(tally["at"])


def _described(history: Sequence[Tally]) -> str:
    first, last = history[0], history[-1]
    return (
        f"{_share(first)} on {first['at'][:10]}, {_share(last)} on {last['at'][:10]}. "
        f"The table below gives all {len(history)} counts."
    )


def _share(tally: Tally) -> str:
    return "nobody judged" if tally["share"] is None else percent(tally["share"])


def _table(history: Sequence[Tally]) -> Markup:
    rows = [
        (
            tally["at"][:10],
            share_of(tally["passing"], tally["passing"] + tally["failing"]),
            tally["unanswered"],
            tally["exempt"],
        )
        for tally in reversed(history)
    ]
    inside = table("How far it was followed", ["Day", "Follow it", "No answer", "Exempt"], rows)
    return Markup("<details><summary>Each count on record</summary>{}</details>").format(inside)
