from __future__ import annotations

import pytest
from click import Command, Group

from waypost.core.errors import NotFoundError
from waypost.site.reference import _as_group, _command_line


def test_the_installed_command_is_found() -> None:
    assert "build" in _command_line().list_commands(None)  # type: ignore[arg-type]


def test_what_is_no_group_of_commands_is_not_described() -> None:
    group = Group("g")

    assert _as_group(group) is group
    with pytest.raises(NotFoundError, match="no command is named 'waypost'"):
        _as_group(Command("c"))
