"""``waypost rule``: try an expression against what is known, and carry rules over from other systems."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
import orjson

from waypost.catalog.model import EntityRef
from waypost.core.clock import utc_now
from waypost.core.errors import ConflictError, InputError, NotFoundError
from waypost.core.host import Host, load_knowledge

if TYPE_CHECKING:
    from waypost.scorecards.evaluation.trying import Tried


@click.group()
def rule() -> None:
    """Try rules, and carry them over from other systems."""


@rule.command("try")
@click.argument("expression")
@click.argument("entity")
@click.option(
    "--param", "params", multiple=True, metavar="NAME=VALUE", help="A parameter, as JSON or text. Repeatable."
)
@click.pass_obj
def try_rule(host: Host, expression: str, entity: str, params: tuple[str, ...]) -> None:
    """Evaluate EXPRESSION for ENTITY, and show the facts that it read.

    ENTITY is a reference such as component:checkout. Facts are those that are stored: 'waypost sync' collects them.
    Nothing is recorded. Exits 1 where the expression breaks or a fact is missing.
    """
    from waypost.core.database import reading, upgrade
    from waypost.scorecards.evaluation.trying import try_expression

    ref = EntityRef.parse(entity, "component")
    upgrade(host.engine, host.plugins)
    knowledge = load_knowledge(host.workspace, host.plugins, host.settings, host.engine)
    with reading(host.engine) as connection:
        tried = try_expression(connection, knowledge, expression, ref, params=_params(params), now=utc_now())
    click.echo(_shown(tried))
    if tried.error or tried.missing:
        click.get_current_context().exit(1)


def _params(given: tuple[str, ...]) -> dict[str, object]:
    found: dict[str, object] = {}
    for text in given:
        name, is_pair, value = text.partition("=")
        if not is_pair:
            raise InputError("--param", [f"'{text}' is no NAME=VALUE"])
        try:
            found[name] = orjson.loads(value)
        except orjson.JSONDecodeError:
            found[name] = value
    return found


def _shown(tried: Tried) -> str:
    lines = [f"error: {tried.error}" if tried.error else f"value: {orjson.dumps(tried.value).decode()}"]
    if tried.missing:
        lines.append(f"no data: {', '.join(tried.missing)}")
    lines += [f"  facts.{read.path} = {read.value}  ({read.note})" for read in tried.facts]
    return "\n".join(lines)


@rule.command("import")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--name", default="tech-insights", show_default=True, help="What the scorecard is to be called."
)
@click.option("--owner", default="", metavar="GROUP", help="Who owns it, such as group:platform.")
@click.option(
    "--to",
    "target",
    default="",
    metavar="FILE",
    help="The file to write. Default: catalog/scorecards/NAME.yaml.",
)
@click.pass_context
def import_rules(ctx: click.Context, files: tuple[Path, ...], *, name: str, owner: str, target: str) -> None:
    """Carry checks of Backstage's Tech Insights over into a scorecard.

    FILES are app-config YAML with techInsights.factChecker.checks, the JSON that GET /api/tech-insights/checks
    answers, and, to know the types of facts, the JSON of GET /api/tech-insights/fact-schemas. The scorecard is a
    shadow: no team sees it until you make it active. What cannot be carried over is told with its line, stands at
    the end of the file, and makes the command exit 1.
    """
    from waypost.scorecards.importing.converting import convert
    from waypost.scorecards.importing.reading import read_sources

    host: Host = ctx.obj
    path = target or f"catalog/scorecards/{name}.yaml"
    if host.workspace.exists(path):
        raise ConflictError(f"{path} exists; name another file with --to")
    converted = convert(
        read_sources(list(files)), name, str(EntityRef.parse(owner, "group")) if owner else ""
    )
    if not converted.checks and not converted.left_out:
        raise NotFoundError("check", "in these files")
    whole = Path(host.workspace.root, path)
    whole.parent.mkdir(parents=True, exist_ok=True)
    whole.write_text(converted.text, encoding="utf-8")
    click.echo(f"{path}: {converted.checks} checks, {converted.facts} facts to push")
    for one in converted.left_out:
        click.echo(str(one), err=True)
    if converted.left_out:
        ctx.exit(1)
