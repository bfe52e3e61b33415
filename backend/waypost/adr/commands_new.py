"""``waypost adr new``: a draft that is right from the start, asked for on a terminal or given by options."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from waypost.core.clock import utc_now
from waypost.core.errors import ConflictError, InputError
from waypost.core.host import Host, load_knowledge

if TYPE_CHECKING:
    from waypost.adr.drafting import Known
    from waypost.adr.writing import Draft


@click.command("new")
@click.argument("words", metavar="[TITLE]", required=False, default="")
@click.option("--title", default="", help="What is decided, in the imperative.")
@click.option("--scope", default="", help="A scope of decision-rights.yaml; else what the triggers demand.")
@click.option("--trigger", "triggers", multiple=True, help="A trigger of decision-rights.yaml. Repeatable.")
@click.option(
    "--affects", multiple=True, metavar="REF", help="An entity that must change or is bound. Repeatable."
)
@click.option(
    "--supersedes", multiple=True, metavar="ID", help="A decision that this one replaces. Repeatable."
)
@click.option(
    "--decision-maker",
    "deciders",
    multiple=True,
    metavar="REF",
    help="Who decides; else the groups of the scope. Repeatable.",
)
@click.option(
    "--status",
    type=click.Choice(["draft", "proposed"]),
    default="draft",
    show_default=True,
    help="What it is at first.",
)
@click.option("--uid", default="", help="Its identity; else one is made up.")
@click.option(
    "--template",
    default="",
    metavar="NAME",
    help="full, minimal, or NAME of a template-NAME.md beside the decisions. Else their template.md, or full.",
)
@click.option("--slug", default="", help="The words of its file's name; else those of the title.")
@click.pass_context
def new_command(ctx: click.Context, /, *, words: str, template: str, slug: str, **given: Any) -> None:
    """Write a draft of a decision.

    On a terminal it asks for what no option says. Elsewhere it never asks, and needs a TITLE and, where
    decision-rights.yaml has scopes, a --trigger or a --scope. No file is written over.
    """
    from waypost.adr.asking import ask
    from waypost.adr.drafting import Answers, Known, make_draft
    from waypost.adr.model import Decisions
    from waypost.adr.writing import read_template, write_draft
    from waypost.catalog.model import Catalog

    host: Host = ctx.obj
    knowledge = load_knowledge(host.workspace, host.plugins, host.settings, host.engine)
    known = Known(knowledge[Decisions], knowledge[Catalog])
    text = read_template(host.workspace, known.decisions.folder, template)
    answers = Answers(**given | {"title": given["title"] or words})
    if sys.stdin.isatty():
        answers = ask(answers, known)
    draft = make_draft(answers, known, utc_now().date())
    path = _place(known, draft, slug)
    _write(host, path, write_draft(text, draft))
    click.echo(path)
    _tell_next(path, draft, known)


def _place(known: Known, draft: Draft, slug: str) -> str:
    from waypost.adr.writing import slug_for

    words = slug_for(slug or draft.title)
    if not words:
        raise InputError(f"the title '{draft.title}'", ["no file can be called so; give --slug"])
    folder = known.decisions.folder
    taken = known.decisions.find(f"draft-{words}")
    if taken is not None:
        raise ConflictError(f"{taken.path} is or was called draft-{words} already; give another --slug")
    return f"{folder}/draft-{words}.md" if folder not in ("", ".") else f"draft-{words}.md"


def _write(host: Host, path: str, text: str) -> None:
    file = host.workspace.root / path
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8", newline="") as opened:
            opened.write(text)
    except FileExistsError as error:
        raise ConflictError(f"{path} is there already; nothing was written") from error
    except OSError as error:
        raise InputError(path, [f"cannot be written: {error.strerror}"]) from error


def _tell_next(path: str, draft: Draft, known: Known) -> None:
    click.echo("\nNext:")
    click.echo(f"  write it: {path}")
    click.echo(f"  waypost check {path}")
    click.echo(
        f"  git switch -c {path.rpartition('/')[2].removesuffix('.md')} && git add {path} && git commit"
    )
    click.echo("  open a pull request; once it is merged, 'waypost adr number' gives the number")
    approval = known.approval(draft.scope)
    if approval:
        click.echo(approval)
