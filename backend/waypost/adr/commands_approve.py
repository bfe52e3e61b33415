"""``waypost adr approve`` and ``waypost adr standing``: who must approve what, and that somebody did."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from waypost.core.clock import utc_now
from waypost.core.errors import InputError
from waypost.core.host import Host, load_knowledge
from waypost.core.terminaltext import on_one_line

if TYPE_CHECKING:
    from datetime import date

    from waypost.adr.approving import Standing
    from waypost.adr.model import Decision


@click.command("approve")
@click.argument("name")
@click.option(
    "--by", required=True, metavar="GROUP", help="Who approves: group:default/board, or user:default/name."
)
@click.option("--on", "day", metavar="DAY", help="The day on which it was given. Default: today.")
@click.pass_obj
def approve_command(host: Host, name: str, by: str, day: str | None) -> None:
    """Write that a group, or one of its members, approves the decision NAME as it stands.

    The approval is bound to the text by its hash: it lapses when title, summary, scope, triggers, what is
    superseded or affected, or the body changes. Only 'approvals:' is edited. An approval that would not count
    is refused.
    """
    from waypost.adr.approve import approve
    from waypost.adr.model import Approval, Decisions
    from waypost.catalog.refs import EntityRef

    today = utc_now().date()
    given = Approval(str(EntityRef.parse(by, default_kind="group")), parse_day("--on", day) or today)
    knowledge = load_knowledge(host.workspace, host.plugins, host.settings)
    approval, now = approve(host.workspace, knowledge, name, given, today=today)
    decision = knowledge[Decisions].get(name)
    click.echo(f"{decision.path}: approved by {approval.by} on {approval.on}, text {approval.text[:12]}…")
    click.echo(_told_need(now))


def parse_day(option: str, text: str | None) -> date | None:
    """Return the day that *text*, the value of *option*, says; None where it is not given.

    Raises:
        InputError: It is no day.
    """
    from datetime import date

    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(option, ["must be a day, like 2026-11-02"]) from error


@click.command("standing")
@click.argument("name", required=False)
@click.pass_obj
def standing_command(host: Host, name: str | None) -> None:
    """Tell who must approve what: of the decision NAME, or of all that are proposed or lack approvals."""
    from waypost.adr.approving import StandingState
    from waypost.adr.model import Decisions, State
    from waypost.adr.standings import find_standings

    knowledge = load_knowledge(host.workspace, host.plugins, host.settings)
    decisions = knowledge[Decisions]
    standings = find_standings(host.workspace, knowledge, utc_now().date())
    lacking = (StandingState.MISSING, StandingState.LAPSED)
    wanted = (
        [decisions.get(name)]
        if name
        else [
            decision
            for decision in decisions.ordered
            if decision.state is State.PROPOSED
            or (
                decision.state is State.ACCEPTED
                and decision.is_own_format
                and standings[decision.id].state in lacking
            )
        ]
    )
    if not wanted:
        click.echo("Nothing waits for an approval.")
    for decision in wanted:
        for line in _told(decision, standings[decision.id]):
            click.echo(on_one_line(line))


def _told(decision: Decision, now: Standing) -> Iterator[str]:
    yield f"{decision.id} {decision.title} ({decision.path}): {decision.state or decision.status}"
    if now.scope:
        because = f", by the trigger '{now.trigger}'" if now.trigger else ""
        yield f"  scope {now.scope.name}{because}"
    for judged in now.approvals:
        reason = f": {judged.reason}" if judged.reason else ""
        day = f" on {judged.approval.on}" if judged.approval.on else ""
        yield f"  {judged.state}: {judged.approval.by}{day}{reason}"
    yield f"  {_told_need(now)}"


def _told_need(now: Standing) -> str:
    """Return in a sentence what is still missing."""
    from waypost.adr.approval_checks import told_missing
    from waypost.adr.approving import StandingState

    if now.scope is None:
        return "Its scope is not given, so that nobody knows who must approve."
    if now.state is StandingState.NOT_NEEDED:
        return f"No approval is needed: scope '{now.scope.name}' asks for none."
    if now.is_met:
        return f"Nothing is missing: it takes {now.needed}, and has {len(now.counting)}."
    if not now.is_asked:
        return "No approval is asked for: it was decided before the decision rights were in force."
    return f"It {told_missing(now)}."
