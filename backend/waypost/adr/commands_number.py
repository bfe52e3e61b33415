"""``waypost adr number``: numbers for drafts, on the main line and in the order of merging."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from waypost.core.host import Host, load_knowledge

if TYPE_CHECKING:
    from waypost.adr.numbering import Plan


@click.command("number")
@click.option("--dry-run", is_flag=True, help="Tell what would change, and change nothing.")
@click.option("--commit", "is_committed", is_flag=True, help="Make one commit of what changed.")
@click.option(
    "--branch",
    default="",
    metavar="NAME",
    help="Take NAME for the main line, where it is not, or where no branch is checked out.",
)
@click.option(
    "--collisions",
    is_flag=True,
    help="Give a new number also to the later one of two decisions that have the same.",
)
@click.pass_context
def number_command(
    ctx: click.Context, *, dry_run: bool, is_committed: bool, branch: str, collisions: bool
) -> None:
    """Give each draft on the main line the next free number.

    Drafts are numbered in the order in which they were merged; no number is used twice, not even one of a
    decision that is gone. Links, lists and citations follow, also those by a name that was changed before, and
    the old name stays as an alias: its page leads on. A second run finds nothing to do. Only what git has is touched, and nothing with changes of your own.
    """
    from waypost.adr.model import Decisions
    from waypost.adr.renumber import apply_plan, commit_plan, plan_numbers

    host: Host = ctx.obj
    knowledge = load_knowledge(host.workspace, host.plugins, host.settings)
    repository, plan = plan_numbers(
        host.workspace, host.settings, knowledge[Decisions], branch=branch, collisions=collisions
    )
    _tell(plan)
    if dry_run or not plan.touched:
        return
    apply_plan(repository, plan)
    if is_committed:
        click.echo(f"Committed as {commit_plan(repository, plan)}.")
    else:
        click.echo("All of it is in the index: look at it with 'git diff --cached', then commit.")


def _tell(plan: Plan) -> None:
    from waypost.adr.renumber import told_steps

    for line in told_steps(plan):
        click.echo(line)
    own = {step.path for step in plan.steps}
    for path in sorted(plan.texts.keys() - own):
        click.echo(f"  rewritten: {path}")
    for sentence in plan.left:
        click.echo(f"  {sentence}")
    if not plan.touched:
        click.echo("No decision waits for a number.")
