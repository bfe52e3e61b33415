"""Tells what a change does to scorecards: a line that sums it up, then tables, for those who review it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from waypost.core.words import counted
from waypost.scorecards.campaigns.standing import Counted
from waypost.scorecards.evaluation.grading import GRACE
from waypost.scorecards.preview.cardtelling import card_blocks
from waypost.scorecards.preview.layout import Block, Bullets, Code, Grid, Line
from waypost.scorecards.preview.model import (
    Broken,
    CampaignMove,
    Covers,
    Direction,
    ExemptionMove,
    Preview,
    Use,
)


def summary_of(preview: Preview) -> str:
    """Return a few words: how many entities fall and rise where teams see it; "" where the change does nothing."""
    if preview.is_empty:
        return ""
    falls, rises = (_entities(preview, direction) for direction in (Direction.FALLS, Direction.RISES))
    told = [
        f"{counted(len(found), 'entity')} {word if len(found) != 1 else f'{word}s'}"
        for found, word in ((falls, "fall"), (rises, "rise"))
        if found
    ]
    return ", ".join(told) or "no level moves"


def _entities(preview: Preview, *directions: Direction) -> set[str]:
    return {row.entity for card in preview.cards if card.reaches_teams for row in card.going(*directions)}


def blocks_of(preview: Preview) -> Iterator[Block]:
    """Give all that is to be told of *preview*, in order."""
    yield Line(_headline(preview), is_strong=True)
    yield Line(_basis(preview))
    if preview.absent:
        yield Bullets(tuple(_absent_lines(preview)))
    if preview.broken:
        yield Bullets(tuple(_broken_line(each) for each in preview.broken))
    if preview.sources:
        yield Bullets(preview.sources)
    for card in preview.cards:
        if not card.is_empty:
            yield from card_blocks(card)
    if preview.exemptions:
        yield _exemptions(preview.exemptions)
    if preview.campaigns:
        yield Grid(
            "Campaigns",
            ("Campaign", "Change", "Before", "After"),
            tuple(
                (Code(each.name), _campaign(each), _course(each.before), _course(each.after))
                for each in preview.campaigns
            ),
        )


def _headline(preview: Preview) -> str:
    whole = {row.entity for card in preview.cards if card.reaches_teams for row in card.rows}
    falls, rises = (_entities(preview, direction) for direction in (Direction.FALLS, Direction.RISES))
    moving = [
        row
        for card in preview.cards
        if card.reaches_teams
        for row in card.going(Direction.FALLS, Direction.RISES)
    ]
    if not moving:
        return f"No level of {counted(len(whole), 'entity')} moves."
    owners = {row.at.owner for row in moving if row.at.owner}
    told = f"{len(falls)} of {counted(len(whole), 'entity')} {_verb(falls, 'fall')}, {len(rises)} {_verb(rises, 'rise')}"
    for word in ("meets", "misses"):
        found = {
            row.entity
            for card in preview.cards
            if card.reaches_teams
            for row in card.rows
            if row.target_move == word
        }
        if found:
            told += f"; {len(found)} newly {word if len(found) == 1 else {'meets': 'meet', 'misses': 'miss'}[word]}"
            told += " a target"
    return f"{told}; {counted(len(owners), 'team')}."


def _verb(found: Iterable[str], word: str) -> str:
    return f"{word}s" if len(list(found)) == 1 else word


def _basis(preview: Preview) -> str:
    """Return what both sides were evaluated from."""
    elsewhere = f", and the same facts {preview.facts_from} for both" if preview.facts_from else ""
    fault = f" Facts from elsewhere are not at hand: {preview.facts_fault}." if preview.facts_fault else ""
    return (
        f"Both sides evaluated as of {preview.at:%Y-%m-%d %H:%M} UTC, each with the facts that its own files give"
        f"{elsewhere}. Levels are without the {GRACE.days} days of grace that missing data has.{fault}"
    )


def _absent_lines(preview: Preview) -> Iterator[str]:
    for each in preview.absent:
        yield (
            f"`{each.source}`: {each.reason}. {counted(each.checks, 'check')} could not be compared; levels are"
            " as if they were met on both sides, scores are without them."
        )


def _broken_line(broken: Broken) -> str:
    kind = {"FactSource": "fact source"}.get(broken.kind, broken.kind.lower())
    side = "before the change" if broken.side == "before" else "after the change"
    what = {"Scorecard": "it was not compared", "Exemption": "it exempts nothing there"}.get(
        broken.kind, "its facts are unknown there"
    )
    reason = f": {broken.reason}" if broken.reason else ""
    return f"{kind} `{broken.name}` cannot be read {side} (`{broken.place}`), so that {what}{reason}"


def _exemptions(moves: Iterable[ExemptionMove]) -> Grid:
    rows = tuple(
        (Code(each.name), Code(each.scorecard), _covers(each.before), _covers(each.after)) for each in moves
    )
    return Grid("Exemptions", ("Exemption", "Scorecard", "Before", "After"), rows)


def _campaign(move: CampaignMove) -> str:
    return "new" if move.is_new else "gone" if move.is_gone else "; ".join(move.edits)


def _course(counted_: Counted | None) -> str:
    if counted_ is None:
        return "not counted"
    more = "".join(
        f", {n} {word}" for n, word in ((counted_.unknown, "unknown"), (counted_.exempt, "exempt")) if n
    )
    return f"{counted_.done} of {counted_.of} done, {counted_.left} left{more}"


def _covers(covers: Covers) -> str:
    checks = counted(covers.places, "check")
    return {
        Use.ABSENT: "not there",
        Use.WAITS: "begins later",
        Use.ENDED: "ended",
        Use.NOTHING: "covers nothing",
        Use.UNUSED: f"unused: {checks} met without it",
        Use.NEEDED: f"{covers.needed} of {checks} would not be met without it",
    }[covers.use]
