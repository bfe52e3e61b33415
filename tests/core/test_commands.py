from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from waypost.core.commands import db, token
from waypost.core.host import Host, open_host


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    with open_host(tmp_path) as opened:
        yield opened


def test_the_database_is_upgraded_once(runner: CliRunner, host: Host) -> None:
    first = runner.invoke(db, ["upgrade"], obj=host)
    second = runner.invoke(db, ["upgrade"], obj=host)

    assert "core_0001\n" in first.output
    assert second.output == "The database is up to date.\n"


def test_a_token_is_made_listed_and_ended(runner: CliRunner, host: Host) -> None:
    made = runner.invoke(token, ["create", "ci", "--expires", "P90D"], obj=host)
    listed = runner.invoke(token, ["list"], obj=host)
    revoked = runner.invoke(token, ["revoke", "1"], obj=host)
    again = runner.invoke(token, ["list"], obj=host)

    assert re.fullmatch(r"wp_[\w-]{43}\n", made.output)
    assert re.fullmatch(r"1  ci  write  active until \d{4}-\d\d-\d\d\n", listed.output)
    assert revoked.output == "ci is revoked.\n"
    assert "revoked" in again.output
    assert made.output.strip() not in listed.output


def test_a_token_without_an_end_lasts(runner: CliRunner, host: Host) -> None:
    runner.invoke(token, ["create", "ci"], obj=host)

    assert runner.invoke(token, ["list"], obj=host).output == "1  ci  write  active\n"


@pytest.mark.parametrize(
    ("duration", "told"),
    [
        ("soon", "'soon' is no duration: write one like P90D or PT15M"),
        ("P999999W", "no calendar reaches that far"),
    ],
)
def test_an_end_that_cannot_be_is_refused(runner: CliRunner, host: Host, duration: str, told: str) -> None:
    done = runner.invoke(token, ["create", "ci", "--expires", duration], obj=host)

    assert done.exit_code == 2
    assert told in done.output
