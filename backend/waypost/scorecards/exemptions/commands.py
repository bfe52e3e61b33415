"""``waypost exemption``: who need not meet what, and a file for a new one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click
import orjson

from waypost.core.clock import utc_now
from waypost.core.errors import ConflictError, InputError, NotFoundError
from waypost.core.host import Host, load_knowledge

if TYPE_CHECKING:
    from waypost.catalog.model import Entity
    from waypost.scorecards.model import Scorecard

STATES = ("active", "expiring", "unused", "announced", "ended", "refused", "renewed")
FOLDER = "catalog/exemptions/"


@click.group()
def exemption() -> None:
    """See who need not meet which check, and ask for an exemption."""


@exemption.command("list")
@click.option("--state", type=click.Choice(STATES), help="Only those; expiring ends within 30 days.")
@click.option("--owner", default="", metavar="GROUP", help="Only of what this group owns.")
@click.option("--scorecard", default="", help="Only from this scorecard.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    show_default=True,
    help="How to print.",
)
@click.pass_obj
def list_command(host: Host, /, *, state: str | None, owner: str, scorecard: str, form: str) -> None:
    """List exemptions, a line for each check and entity, with the risk that they carry.

    As of now, by the results of the last 'waypost evaluate'. Without --state those that have ended are left
    out of the text.
    """
    from waypost.core.csvtext import csv_pieces
    from waypost.core.database import reading, upgrade
    from waypost.scorecards.exemptions.service import HEADS, csv_row, read_ledger
    from waypost.scorecards.exemptions.wire import LedgerWire

    upgrade(host.engine, host.plugins)
    wanted = {"state": state or "", "owner": owner, "scorecard": scorecard}
    with reading(host.engine) as connection:
        told = LedgerWire().dump(read_ledger(connection, utc_now(), wanted))
    if form == "json":
        click.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2))
    elif form == "csv":
        click.echo(b"".join(csv_pieces(HEADS, map(csv_row, told["items"]))), nl=False)
    else:
        _tell(told, has_ended=bool(state))


def _tell(ledger: Mapping[str, Any], *, has_ended: bool) -> None:
    from waypost.core.terminaltext import on_one_line
    from waypost.core.words import counted

    if ledger["evaluatedAt"] is None:
        click.echo("nothing was evaluated yet; 'waypost evaluate' does it")
        return
    for item in ledger["items"]:
        if has_ended or item["state"] != "ended":
            click.echo(on_one_line(_line(item)))
    whole = ledger["carried"]["whole"]
    click.echo(", ".join(f"{count} {name}" for name, count in ledger["counts"].items()))
    click.echo(
        f"risk carried: {whole['risk']} so far, {whole['riskInAll']} when all have ended (weight times days, "
        f"at {counted(whole['places'], 'place')})"
    )


def _line(item: Mapping[str, Any]) -> str:
    notes = [
        "ends within 30 days" if item["isExpiring"] else "",
        f"unused: {item['why']}" if item["isUnused"] else item["why"],
        f"renewal {item['renewals']}, {item['daysInAll']} days in all" if item["renewals"] else "",
        f"would be {item['would']}"
        if item["would"] and item["state"] == "active" and not item["isUnused"]
        else "",
        item["ticket"],
    ]
    until = _last_day(item["endsAt"])
    told = "; ".join(note for note in notes if note)
    return (
        f"{item['state']:<9} until {until}  {item['scorecard']}/{item['check']}  {item['entity']}  "
        f"risk {item['risk']}  {item['exemption']}{f' ({told})' if told else ''}"
    )


def _last_day(at: str) -> str:
    from datetime import timedelta

    return f"{datetime.fromisoformat(at) - timedelta(seconds=1):%Y-%m-%d}"


@exemption.command("new")
@click.argument("scorecard")
@click.argument("check")
@click.argument("entity")
@click.option("--reason", required=True, help="Why it cannot be met, and what will change.")
@click.option("--ticket", required=True, metavar="URL", help="Where the work to mend it is followed.")
@click.option("--risk", default="", help="How bad it is meanwhile, such as low.")
@click.option("--control", default="", help="What is done instead meanwhile.")
@click.option("--finding", "findings", multiple=True, help="Only from this finding. Repeatable.")
@click.option(
    "--from", "start", type=click.DateTime(["%Y-%m-%d"]), help="The first day; today where not said."
)
@click.option("--days", type=click.IntRange(1), help="How long; as long as may be where not said.")
@click.option("--name", default="", help="Its name; else the entity's and the check's.")
@click.option("--print", "prints", is_flag=True, help="Print it, and write no file.")
@click.pass_obj
def new_command(
    host: Host,
    /,
    scorecard: str,
    check: str,
    entity: str,
    *,
    start: datetime | None,
    prints: bool,
    **given: Any,
) -> None:
    """Write an exemption from CHECK of SCORECARD for ENTITY, to be approved by a pull request.

    It goes to a file of its own below catalog/exemptions/, and lasts as long as the scorecard allows in the
    entity's tier. No file is written over.
    """
    from waypost.catalog.model import Catalog
    from waypost.catalog.refs import EntityRef
    from waypost.scorecards.exemptions.drafting import Wanted, draft_exemption
    from waypost.scorecards.model import Scorecards

    knowledge = load_knowledge(host.workspace, host.plugins, host.settings, host.engine)
    card = knowledge[Scorecards].find(scorecard)
    if card is None:
        raise NotFoundError("scorecard", scorecard)
    found = knowledge[Catalog].get(EntityRef.parse(entity, "component"))
    wanted = Wanted(checks=[check], entities=[found.ref], starts=(start or utc_now()).date(), **given)
    tier = _tier(card, found)
    name, text = draft_exemption(wanted, card, tier, str(found.owner) if found.owner else "")
    if prints:
        click.echo(text, nl=False)
        return
    click.echo(_write(host, name, text))
    approvers = ", ".join(card.exemptions.approvers) or "anybody"
    click.echo(
        f"Commit it and open a pull request; {approvers} may approve it. 'waypost check' reads it.", err=True
    )


def _tier(card: Scorecard, entity: Entity) -> str:
    """Return the tier that *entity* is judged in.

    Raises:
        InputError: The scorecard does not apply to it.
    """
    from waypost.facts.model import FactSources
    from waypost.scorecards.evaluation.engine import Engine, Subject

    with Engine([card], (), FactSources()) as engine:
        found = list(engine.evaluate([Subject(str(entity.ref), entity.document, {})], utc_now()))
    if not found:
        raise InputError(
            str(entity.ref), [f"scorecard '{card.name}' does not apply to it: there is nothing to exempt"]
        )
    return found[0].tier


def _write(host: Host, name: str, text: str) -> str:
    path = f"{FOLDER}{name}.yaml"
    file = host.workspace.root / path
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as written:
            written.write(text)
    except FileExistsError as error:
        raise ConflictError(f"{path} is there already; give the exemption another --name") from error
    except OSError as error:
        raise InputError(path, [f"cannot be written: {error.strerror}"]) from error
    return path
