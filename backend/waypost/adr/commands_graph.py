"""``waypost adr graph``: what supersedes, amends and cites what, for other tools to draw."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
import orjson

from waypost.core.errors import InputError
from waypost.core.host import Host, load_knowledge

if TYPE_CHECKING:
    from waypost.adr.graphtext import Graph


@click.command("graph")
@click.argument("name", required=False, default="")
@click.option(
    "--format",
    "form",
    type=click.Choice(["mermaid", "dot", "svg", "json"]),
    default="mermaid",
    show_default=True,
    help="What to write: text for Mermaid or Graphviz, a picture, or plain values.",
)
@click.option("--output", type=click.Path(path_type=Path), metavar="FILE", help="Write it to FILE.")
@click.pass_obj
def graph_command(host: Host, name: str, form: str, output: Path | None) -> None:
    """Draw what supersedes, amends and cites what: all of it, or the decision NAME with its neighbours.

    An arrow leads from the decision that tells of another to that other. Decisions without any relation are
    left out, unless one is asked for by NAME.
    """
    from waypost.adr.citing import find_citations
    from waypost.adr.finding import choose
    from waypost.adr.graph import edges_of
    from waypost.adr.graphtext import around, label_of, related
    from waypost.adr.model import Decisions
    from waypost.documents.model import Documents

    knowledge = load_knowledge(host.workspace, host.plugins, host.settings)
    decisions = knowledge[Decisions]
    edges = edges_of(decisions, find_citations(decisions, knowledge[Documents]))
    if name:
        decision = choose(decisions, name)
        title, graph = f"Decisions around {label_of(decision)}", around(decision, decisions.ordered, edges)
    else:
        title, graph = "Relations between decisions", related(decisions.ordered, edges)
    _write(_drawn(graph, form, title), output)


def _drawn(graph: Graph, form: str, title: str) -> str:
    from waypost.adr import graphtext

    if form == "json":
        return orjson.dumps(graphtext.as_values(graph), option=orjson.OPT_INDENT_2).decode() + "\n"
    if form == "svg":
        return graphtext.as_svg(graph, title)
    return graphtext.as_dot(graph) if form == "dot" else graphtext.as_mermaid(graph)


def _write(text: str, output: Path | None) -> None:
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(str(output), [f"cannot be written: {error.strerror}"]) from error
    click.echo(f"{output}: written")
