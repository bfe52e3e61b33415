"""Failing: what goes wrong becomes one line for a person, whichever command met it."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from waypost.core.errors import WaypostError


@contextmanager
def worded() -> Iterator[None]:
    """Turn errors of ours, of the database and of the system into one line and exit code 1.

    Raises:
        click.ClickException: It carries the line.
    """
    try:
        yield
    except WaypostError as error:
        raise click.ClickException(str(error)) from error
    except _database_errors() as error:
        raise click.ClickException(f"the database refused: {error.orig}") from error
    except OSError as error:
        if error.errno == errno.EPIPE:  # Nobody reads on, which click ends quietly.
            raise
        raise click.ClickException(_told_by_system(error)) from error


def _database_errors() -> Any:
    """Return what a database's driver raises; nothing where no command has come as far as to load it."""
    errors = sys.modules.get("sqlalchemy.exc")
    return errors.DBAPIError if errors else ()


def _told_by_system(error: OSError) -> str:
    reason = error.strerror or str(error)
    return f"{error.filename}: {reason}" if error.filename else reason
