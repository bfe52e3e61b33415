"""``waypost adr``: decisions on the command line."""

from __future__ import annotations

import click

from waypost.adr.commands_approve import approve_command, standing_command
from waypost.adr.commands_cycle import cycle_time_command
from waypost.adr.commands_graph import graph_command
from waypost.adr.commands_import import import_command
from waypost.adr.commands_list import list_command
from waypost.adr.commands_new import new_command
from waypost.adr.commands_number import number_command
from waypost.adr.commands_show import show_command


@click.group()
def adr() -> None:
    """Write, number, import and read the decisions of the workspace."""


for _command in (
    list_command,
    show_command,
    graph_command,
    new_command,
    number_command,
    import_command,
    approve_command,
    standing_command,
    cycle_time_command,
):
    adr.add_command(_command)
