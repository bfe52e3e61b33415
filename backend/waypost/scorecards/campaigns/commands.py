"""``waypost campaign``: what is to be met by when, and who is left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import click
import orjson

from waypost.core.clock import utc_now
from waypost.core.host import Host

_FORMAT = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to print.",
)


@click.group()
def campaign() -> None:
    """See campaigns, how they stand, and who is left."""


@campaign.command("list")
@_FORMAT
@click.pass_obj
def list_command(host: Host, form: str) -> None:
    """List the campaigns by deadline, each with how it stands against its plan.

    By the results of the last 'waypost evaluate'.
    """
    from waypost.core.database import reading, upgrade
    from waypost.scorecards.campaigns.service import read_campaigns
    from waypost.scorecards.campaigns.wire import CampaignListWire

    upgrade(host.engine, host.plugins)
    with reading(host.engine) as connection:
        told = CampaignListWire().dump(read_campaigns(connection, utc_now()))
    if form == "json":
        click.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2))
        return
    for item in told["items"]:
        _say(_line(item))
    if not told["items"]:
        click.echo("no campaign was evaluated; write one into catalog/, then 'waypost evaluate'")


@campaign.command("show")
@click.argument("name")
@_FORMAT
@click.pass_obj
def show_command(host: Host, name: str, form: str) -> None:
    """Show the campaign NAME: its plan, its course, and who is left, with the page that mends it."""
    from waypost.core.database import reading, upgrade
    from waypost.scorecards.campaigns.service import get_campaign
    from waypost.scorecards.campaigns.wire import CampaignDetailWire

    upgrade(host.engine, host.plugins)
    with reading(host.engine) as connection:
        told = CampaignDetailWire().dump(get_campaign(connection, name, utc_now()))
    if form == "json":
        click.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2))
        return
    for line in _detail(told):
        _say(line)


def _say(line: str) -> None:
    from waypost.core.terminaltext import on_one_line

    click.echo(on_one_line(line))


def _line(item: Mapping[str, Any]) -> str:
    counts = item["counts"]
    rest = ", ".join(f"{counts[key]} {key}" for key in ("left", "unknown", "exempt") if counts[key])
    return (
        f"{item['deadline']}  {item['name']}: {item['state']}, {counts['done']} of {counts['of']} done, "
        f"{item['due']} due by now{f' ({rest})' if rest else ''}"
    )


def _detail(item: Mapping[str, Any]) -> Iterator[str]:
    yield _line(item)
    yield f"  {item['title']}: {', '.join(check['title'] for check in item['checks'])} of {item['scorecardTitle']}"
    steps = ", ".join(f"{step['percent']:g}% by {step['date']}" for step in item["ramp"])
    yield f"  from {item['start']}: {steps}; then {item['onDeadline']}"
    for day in item["burnDown"]:
        yield f"  {day['day']}  {day['done']} of {day['of']} done"
    for one in item["items"]:
        failing = [check for check in one["checks"] if check["state"] not in ("pass", "warn")]
        told = "; ".join(
            f"{check['title']}: {check['message'] or check['state']}"
            + (f" — {check['fix']['doc']}" if check["fix"] else "")
            for check in failing
        )
        yield f"  {one['progress']:<8} {one['entity']}  {one['owner']}  {told}"
