"""Who is on call: a plugin as somebody outside the project writes one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import click
from flask import Blueprint
from marshmallow import fields

from waypost.core import web
from waypost.core.errors import Problem
from waypost.core.plugin import (
    Check,
    CollectedFact,
    Collector,
    Context,
    Knowledge,
    Loaded,
    Loader,
    Plugin,
    SiteContext,
    SitePage,
)
from waypost.core.schemas import WireSchema
from waypost.core.settings import Setting
from waypost.core.workspace import Workspace

FILE = "oncall.txt"
GREETING = Setting("oncall.greeting", "Call", "How the command begins its line.")


@dataclass(frozen=True, slots=True)
class Rota:
    """Who is on call for which entity."""

    people: dict[str, str]


class PersonSchema(WireSchema):
    """Who is on call."""

    person_on_call = fields.String(required=True)


def load(workspace: Workspace, _: Knowledge) -> Loaded[Rota]:
    """Read the rota: a line for each entity."""
    text = workspace.read_text(FILE) if workspace.exists(FILE) else ""
    return Loaded(Rota(dict(line.split(" ", 1) for line in text.splitlines() if " " in line)))


def check(workspace: Workspace, _: Knowledge) -> Iterator[Problem]:
    """Find lines that name nobody."""
    text = workspace.read_text(FILE) if workspace.exists(FILE) else ""
    for number, line in enumerate(text.splitlines(), 1):
        if " " not in line:
            yield Problem(FILE, number, "oncall/nobody", f"nobody is on call for '{line}'", "name a person")


def collect(context: Context) -> Iterable[CollectedFact]:
    """Tell who is on call."""
    for entity, person in context.knowledge[Rota].people.items():
        if person == "Nobody":
            raise LookupError("the rota is empty")
        yield CollectedFact(entity, "oncall.person", person)


def make_page(context: SiteContext) -> Iterable[SitePage]:
    """Make the page of the rota."""
    rows = [f"- {entity}: {person}" for entity, person in context.knowledge[Rota].people.items()]
    yield SitePage("oncall/index.md", "On call", "\n".join(["# On call", "", *rows]))


@web.answers(PersonSchema())
def get_person(name: str) -> dict[str, Any]:
    """Return who is on call for a component."""
    return {"person_on_call": f"whoever has {name}"}


def make_routes() -> Blueprint:
    """Return the blueprint."""
    routes = Blueprint("oncall", __name__)
    routes.get("/people/<name>")(get_person)
    return routes


@click.command("oncall")
@click.pass_context
def oncall(ctx: click.Context) -> None:
    """Say whom to call."""
    click.echo(f"{ctx.obj.settings[GREETING]} somebody.")


plugin = Plugin(
    name="oncall",
    summary="Who is on call.",
    after=("facts",),
    settings=(GREETING,),
    routes=make_routes,
    commands=(oncall,),
    loaders=(Loader("oncall", load),),
    checks=(Check("oncall/nobody", "Somebody is on call.", check),),
    pages=(make_page,),
    collectors=(Collector("oncall", "Who is on call, from oncall.txt.", collect),),
)
