"""``waypost evaluate`` and ``waypost score``."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click
import orjson

from waypost.catalog.model import EntityRef
from waypost.core.clock import utc_now
from waypost.core.errors import NotFoundError
from waypost.core.host import Host, load_knowledge, run_jobs
from waypost.core.progress import open_progress
from waypost.core.terminaltext import on_one_line, printable

if TYPE_CHECKING:
    from waypost.scorecards.reading.advice import Step
    from waypost.scorecards.reading.index import CardIndex


@click.command()
@click.pass_obj
def evaluate(host: Host) -> None:
    """Evaluate every scorecard for every entity.

    Reads rules and exemptions from the files and facts from the database ('waypost sync' collects them), and
    records what changed. Prints, for each scorecard, how many entities have which level and how many checks
    are in which state.
    """
    from waypost.core.database import reading, upgrade
    from waypost.scorecards import service
    from waypost.scorecards.reading.index import build_index

    started = time.process_time()
    with open_progress() as progress:
        upgrade(host.engine, host.plugins)
        knowledge = load_knowledge(host.workspace, host.plugins, host.settings, host.engine)
        run_jobs("evaluate", host, knowledge, now=utc_now(), progress=progress, tell=progress.say)
    with reading(host.engine) as connection:
        for scorecard in service.list_scorecards(connection, "draft"):
            click.echo(_summary(build_index(connection, scorecard)))
    click.echo(f"{time.process_time() - started:.1f} s of CPU")


def _summary(index: CardIndex) -> str:
    from waypost.scorecards.reading.heat import state_counts

    states: Counter[str] = Counter()
    for counts in state_counts(index).values():
        states.update(counts)
    rolled, lifecycle = index.whole(), index.document["lifecycle"]
    note = "" if lifecycle == "active" else f" ({lifecycle})"
    return "\n".join(
        [
            f"{index.name}{note}: {rolled.entities} entities, {rolled.met} of {rolled.targeted} meet their target",
            f"  levels  {_counts(rolled.levels)}",
            f"  checks  {_counts(dict(sorted(states.items())))}",
        ]
    )


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items()) or "none"


@click.command()
@click.argument("entity", required=False)
@click.option("--scorecard", default="", help="Only this scorecard.")
@click.option(
    "--format",
    "shape",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    help="How to print; markdown with --diff only.",
)
@click.option(
    "--at-least", metavar="LEVEL", default="", help="Exit 1 where a scorecard's level is below this."
)
@click.option(
    "--diff",
    "revision",
    metavar="REV",
    default="",
    help="Instead of an entity: what the change since REV does to every entity's levels.",
)
@click.option(
    "--facts",
    metavar="FILE|URL",
    default="",
    help="With --diff: facts that 'waypost facts export' wrote, in place of those in the database.",
)
@click.option("--gate", is_flag=True, help="Exit 1 where a campaign blocks ENTITY after its deadline.")
@click.pass_context
def score(
    ctx: click.Context, /, entity: str | None, *, revision: str, facts: str, gate: bool, **options: str
) -> None:
    """Show the levels of ENTITY, its checks, and what to do next.

    ENTITY is a reference such as component:checkout. Everything is as of the last 'waypost evaluate'; what
    lifts the level most comes first, with the page that tells how.

    With --diff REV it is evaluated what the files as they are would change, compared with those where HEAD left
    REV: who rises and falls, which checks move, what becomes of exemptions. Facts from outside of the files are the
    same for both.
    """
    if bool(entity) == bool(revision):
        raise click.UsageError("name an ENTITY, or give --diff REV")
    if revision and options["at_least"]:
        raise click.UsageError("--at-least is of an ENTITY")
    if revision and gate:
        raise click.UsageError("--gate is of an ENTITY")
    if entity and (facts or options["shape"] == "markdown"):
        raise click.UsageError("--facts and --format markdown go with --diff")
    if revision:
        _show_diff(ctx.obj, revision, facts=facts, scorecard=options["scorecard"], shape=options["shape"])
    elif entity:
        _show_entity(ctx, entity, **options)
        _show_deadlines(ctx, entity, gate=gate)


def _show_diff(host: Host, revision: str, *, facts: str, scorecard: str, shape: str) -> None:
    from waypost.scorecards.preview.running import tell_preview

    with open_progress() as progress:
        told = tell_preview(
            host,
            revision,
            facts=facts,
            scorecard=scorecard,
            shape=shape,
            at=utc_now(),
            progress=progress,
        )
    # What turns the direction of writing would turn what it says.
    click.echo(printable(told))


def _show_entity(ctx: click.Context, entity: str, *, scorecard: str, shape: str, at_least: str) -> None:
    from waypost.core.database import reading, upgrade
    from waypost.scorecards import service
    from waypost.scorecards.reading.grades import grades_of

    ref = EntityRef.parse(entity, "component")
    host: Host = ctx.obj
    upgrade(host.engine, host.plugins)
    with reading(host.engine) as connection:
        known = {one["name"]: one for one in service.list_scorecards(connection, "draft")}
        cards = service.list_scorecards(connection, "draft" if scorecard else "")
        grades = [grade for card in cards for grade in grades_of(connection, card, [str(ref)])]
        nothing = "" if grades else service.tell_nothing(connection, ref)
    if scorecard and scorecard not in known:
        raise NotFoundError("scorecard", scorecard)
    shown = [grade for grade in grades if scorecard in {"", grade["scorecard"]}]
    if shape == "json":
        click.echo(orjson.dumps({"items": shown}, option=orjson.OPT_INDENT_2))
    else:
        click.echo(
            _text(str(ref), shown, known) or f"{ref}: {nothing or f'{scorecard} does not apply to it'}"
        )
    ranks = {name: [level["name"] for level in one["levels"]] for name, one in known.items()}
    if at_least and not _reaches(shown, ranks, at_least):
        ctx.exit(1)


def _show_deadlines(ctx: click.Context, entity: str, *, gate: bool) -> None:
    """Tell which campaigns' deadlines the entity missed, beside what is printed of it; one may close the gate."""
    from waypost.core.database import reading
    from waypost.scorecards.campaigns.gating import judge_gate

    host: Host = ctx.obj
    with reading(host.engine) as connection:
        verdict = judge_gate(connection, entity, utc_now())
    for line in verdict.lines:
        click.echo(on_one_line(line), err=True)
    if gate and verdict.is_blocked:
        ctx.exit(1)


def _reaches(grades: Iterable[Mapping[str, Any]], ranks: Mapping[str, list[str]], wanted: str) -> bool:
    """Tell whether each grade has *wanted* or a higher level; scorecards without that level do not count.

    Raises:
        NotFoundError: No scorecard of them has that level.
    """
    asked = [(grade["level"], ranks[grade["scorecard"]]) for grade in grades]
    with_level = [(level, ranked) for level, ranked in asked if wanted in ranked]
    if not with_level:
        raise NotFoundError("level", wanted)
    return all(level and ranked.index(level) >= ranked.index(wanted) for level, ranked in with_level)


def _text(entity: str, grades: list[dict[str, Any]], known: Mapping[str, Any]) -> str:
    return "\n\n".join("\n".join(_grade_lines(entity, grade, known[grade["scorecard"]])) for grade in grades)


def _grade_lines(entity: str, grade: Mapping[str, Any], scorecard: Mapping[str, Any]) -> Iterator[str]:
    from waypost.scorecards.reading.advice import next_steps

    coverage = grade["coverage"]
    points = "no score" if grade["score"] is None else f"{grade['score']:.0%}"
    yield (
        f"{entity}  {grade['scorecardTitle']}: {grade['levelTitle'] or 'no level'}, {points}, "
        f"{coverage['evaluated']} of {coverage['applicable']} checks evaluated"
    )
    if target := grade["target"]:
        yield f"  target of {grade['tier']}: {target['level']} by {target['by']}{' (met)' if grade['meetsTarget'] else ''}"
    for check in grade["checks"]:
        told = f"  {check['message']}" if check["message"] else ""
        yield f"  {check['state']:<17} {check['level'] or '-':<8} {check['title']}{told}"
    steps = next_steps(grade, scorecard)
    if steps:
        yield "  next:"
        yield from (f"    {number}. {_step(step)}" for number, step in enumerate(steps, 1))


def _step(step: Step) -> str:
    page = f" — {step.doc}" if step.doc else ""
    return f"{step.title} ({step.effect}){page}"
