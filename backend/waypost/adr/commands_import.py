"""``waypost adr import``: a folder of records in other formats becomes decisions of ours, with their history."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from waypost.core.clock import utc_now
from waypost.core.errors import InputError, Severity, suggest
from waypost.core.host import Host, check_workspace, load_knowledge

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from waypost.adr.importing import Choice
    from waypost.adr.importplan import ImportPlan
    from waypost.adr.mainline import Repository
    from waypost.adr.model import Decisions, State
    from waypost.core.errors import Problem

_SHOWN = 20


@click.command("import")
@click.argument("folder", metavar="DIR")
@click.option("--dry-run", is_flag=True, help="Show what would change as a diff, and change nothing.")
@click.option(
    "--commit",
    is_flag=True,
    help="Commit it: the moves first, then the new texts, so that git follows each file.",
)
@click.option(
    "--scope", default="", help="A scope of decision-rights.yaml for all of them. Default: the narrowest."
)
@click.option(
    "--decision-maker",
    "makers",
    multiple=True,
    metavar="NAME",
    help="Who decided where a record does not tell: group:platform, or a person. Repeatable.",
)
@click.option(
    "--status",
    "words",
    multiple=True,
    metavar="WORD=STATE",
    help="What a status word means, such as implemented=accepted; none= is for records without one. Repeatable.",
)
@click.option("--renumber", is_flag=True, help="Give a record whose number is taken the next free one.")
@click.pass_obj
def import_command(
    host: Host,
    /,
    *,
    folder: str,
    dry_run: bool,
    commit: bool,
    scope: str,
    makers: tuple[str, ...],
    words: tuple[str, ...],
    renumber: bool,
) -> None:
    """Convert the records of DIR to Waypost's format, and move them to the folder of decisions.

    Status, days, who decided, tags and what is superseded move to the front matter; what no record says is taken
    from git's history. All other lines stay as they are, numbers too, and links to the records are led on. A status
    that nobody knows is not guessed: such a record is told, and left. Records that lie among the decisions
    already are converted where they are. A second run finds nothing to do.
    """
    from waypost.adr.commands_list import folder_inside, load_folder
    from waypost.adr.importing import Choice, make_batch
    from waypost.adr.importplan import plan_import, told_diff
    from waypost.adr.settings import FOLDER

    states = _states(words)
    inside, at_home = folder_inside(host, folder), host.settings[FOLDER].strip("/")
    home = load_folder(host, at_home)
    found = home if inside == at_home else load_folder(host, inside)
    choice = Choice(
        scope=_scope(home, scope), makers=_makers(host, found, makers), states=states, renumber=renumber
    )
    batch = make_batch(host.workspace, found, home, choice)
    repository, plan = plan_import(host.settings, host.workspace, batch)
    if dry_run:
        for line in told_diff(repository, plan):
            click.echo(line)
    _tell(plan, choice, scope_given=bool(scope), to_error=dry_run)
    if plan.touched and not dry_run:
        _carry_out(host, repository, plan, commit=commit)


def _carry_out(host: Host, repository: Repository, plan: ImportPlan, *, commit: bool) -> None:
    from waypost.adr.importplan import apply_import

    commits = apply_import(repository, plan, commit=commit)
    _tell_rest(host, plan)
    for line in commits:
        click.echo(f"Committed {line}")
    if not commit:
        click.echo("All of it is in the index: look at it with 'git diff --cached', then commit.")


def _states(words: Iterable[str]) -> Mapping[str, State]:
    from waypost.adr.model import State

    found: dict[str, State] = {}
    for given in words:
        word, equals, name = given.rpartition("=")
        if not equals or not word.strip() or name.strip().lower() not in list(State):
            hint = suggest(name.strip().lower(), list(State), f"States are: {', '.join(State)}.")
            raise InputError(f"--status {given}", [f"must be WORD=STATE. {hint}"])
        found[word.strip().lower()] = State(name.strip().lower())
    return found


def _scope(home: Decisions, scope: str) -> str:
    """Return the scope that is given, asked for on a terminal, or else the narrowest."""
    known = [each.name for each in home.rights.scopes]
    if scope and known and scope not in known:
        hint = suggest(scope, known, f"Known are: {', '.join(known)}.")
        raise InputError(f"scope '{scope}'", [f"{home.rights.path} has none such. {hint}"])
    narrowest = known[0] if known else "independent"
    if scope or not known or not sys.stdin.isatty():
        return scope or narrowest
    chosen: str = click.prompt("Scope of the records", type=click.Choice(known), default=narrowest)
    return chosen


def _makers(host: Host, found: Decisions, makers: tuple[str, ...]) -> tuple[str, ...]:
    """Return who decided where records do not tell, asked for on a terminal; groups are those of the catalog."""
    from waypost.adr.drafting import Known
    from waypost.catalog.model import Catalog

    silent = sum(not d.deciders and not d.is_own_format for d in found.ordered)
    if not makers and silent and sys.stdin.isatty():
        told = click.prompt(f"Who decided, for {silent} records that do not tell (empty: nobody)", default="")
        makers = tuple(part.strip() for part in told.split(",") if part.strip())
    if not any(":" in name for name in makers):
        return makers
    knowledge = load_knowledge(host.workspace, host.plugins, host.settings)
    known = Known(found, knowledge[Catalog])
    return tuple(known.decider(name) for name in makers)


def _tell(plan: ImportPlan, choice: Choice, *, scope_given: bool, to_error: bool) -> None:
    for place in plan.places:
        arrow = f" -> {place.new_path}" if place.new_path != place.decision.path else ""
        click.echo(f"{place.decision.path}{arrow}", err=to_error)
    for sentence in plan.left:
        click.echo(sentence, err=to_error)
    if not plan.places:
        click.echo("Nothing to import.", err=to_error)
    elif not scope_given:
        click.echo(f"Each has the scope '{choice.scope}'; --scope gives another.", err=to_error)


def _tell_rest(host: Host, plan: ImportPlan) -> None:
    """Tell what 'waypost check' has to say of the converted records, but for keys that were told already."""
    from waypost.core.workspace import Workspace

    workspace = Workspace(host.workspace.root)
    knowledge = load_knowledge(workspace, host.plugins, host.settings)
    converted = {place.new_path for place in plan.places}
    problems: list[Problem] = [
        problem
        for problem in check_workspace(workspace, host.plugins, knowledge, at=utc_now())
        if problem.path in converted
        and problem.severity is Severity.ERROR
        and problem.rule != "adr/missing-key"
    ]
    for problem in problems[:_SHOWN]:
        click.echo(f"to mend: {problem}")
    if len(problems) > _SHOWN:
        click.echo(f"to mend: {len(problems) - _SHOWN} more, which 'waypost check' tells")
