"""``waypost up``: everything at once, for one person's machine; builds, serves, watches, rebuilds."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from types import FrameType

import click

from waypost.cli.inputs import is_built, mark_built, watched_folders, watched_stamp
from waypost.cli.listening import resolve_address
from waypost.cli.processes import run_in_child
from waypost.cli.reports import count_of
from waypost.cli.serve import DEFAULT_SITE, wait_for_port
from waypost.cli.sync import sync_workspace
from waypost.core.clock import utc_now
from waypost.core.errors import ServiceUnavailableError, WaypostError
from waypost.core.host import Host, check_workspace, open_host
from waypost.core.loopback import refuse_beyond_loopback
from waypost.core.plugin import Knowledge, Progress
from waypost.core.progress import open_progress
from waypost.core.settings import SERVER_HOST, SERVER_PORT

START_WAIT_S = 30.0
WATCH_TICK_MS = 1_000


@click.command()
@click.option("--host", "address", help=f"The address to listen on.  [setting: {SERVER_HOST.name}]")
@click.option("--port", type=click.IntRange(1, 65535), help=f"The port.  [setting: {SERVER_PORT.name}]")
@click.pass_context
def up(ctx: click.Context, address: str | None, port: int | None) -> None:
    """Build the site, sync and evaluate, serve all of it, and rebuild what changes.

    For one machine: what several people use is 'waypost serve' behind a web server. Ctrl-C stops it; what
    is stored stays, and the next start takes it up.
    """
    host: Host = ctx.obj
    root = host.workspace.root
    overrides: Sequence[str] = ctx.find_root().params["overrides"]
    address = resolve_address(address or host.settings[SERVER_HOST])
    port = port or host.settings[SERVER_PORT]
    refuse_beyond_loopback(host.settings, address)
    wait_for_port(address, port)
    signal.signal(signal.SIGTERM, _stop)
    seen = watched_stamp(root)
    builds = not (root / DEFAULT_SITE).is_dir()
    if code := run_in_child(partial(_catch_up, root, overrides, builds=builds)):
        ctx.exit(code)
    with _server(root, overrides, address, port) as server:
        _await_answer(server, address, port)
        _welcome(f"http://{address}:{port}")
        refresh = partial(run_in_child, partial(_refresh, root, overrides))
        if not is_built(root):
            click.echo("The site was built from older files; it is built again while you read.", err=True)
            refresh()
        _watch(server, root, seen, refresh)


def _catch_up(root: Path, overrides: Sequence[str], *, builds: bool) -> None:
    """Sync, evaluate, say how many problems there are, and build the site where that is asked for.

    The files are read once for all of it.
    """
    with open_host(root, overrides) as host, open_progress() as progress:
        stamp = watched_stamp(root)
        knowledge = _sync_and_tell(host, progress)
        if builds:
            _build(replace(host, knowledge=knowledge), progress)
            mark_built(root, stamp)


def _sync_and_tell(host: Host, progress: Progress) -> Knowledge:
    knowledge = sync_workspace(host, progress, evaluate=True)
    problems = check_workspace(host.workspace, host.plugins, knowledge, at=utc_now())
    if problems:
        progress.say(f"check: {count_of(problems)}; 'waypost check' tells each")
    return knowledge


def _build(host: Host, progress: Progress) -> None:
    from waypost.site.build import build_site

    root = host.workspace.root
    report = build_site(host, root / DEFAULT_SITE, strict=False, progress=progress)
    progress.say(f"site: {report.pages} pages in {report.seconds:.1f} s, {report.warnings} warnings")


def _refresh(root: Path, overrides: Sequence[str]) -> None:
    """Sync and build again, with the settings and the history of now; what fails is told, and the old stays."""
    try:
        _catch_up(root, overrides, builds=True)
    except WaypostError as error:
        click.echo(f"Not rebuilt: {error}", err=True)


def _watch(server: subprocess.Popen[bytes], root: Path, seen: str, refresh: Callable[[], object]) -> None:
    """Call *refresh* whenever the files are no longer those of the stamp *seen*, until the server ends."""
    from watchfiles import DefaultFilter, watch

    ticks = watch(
        *watched_folders(root),
        watch_filter=DefaultFilter(),
        rust_timeout=WATCH_TICK_MS,
        yield_on_timeout=True,
        raise_interrupt=True,
    )
    for _ in ticks:
        if server.poll() is not None:
            raise ServiceUnavailableError(f"the server ended with exit code {server.returncode}")
        stamp = watched_stamp(root)
        if stamp != seen:
            seen = stamp
            refresh()


@contextmanager
def _server(
    root: Path, overrides: Sequence[str], address: str, port: int
) -> Iterator[subprocess.Popen[bytes]]:
    """Give a running ``waypost serve``, which is stopped at the end."""
    options = [part for override in overrides for part in ("--set", override)]
    command = [
        sys.executable,
        "-m",
        "waypost",
        "--workspace",
        str(root),
        *options,
        "serve",
        "--no-sync",
        "--with-parent",
    ]
    command += ["--host", address, "--port", str(port)]
    server = subprocess.Popen(command)  # noqa: S603 - our own command
    try:
        yield server
    finally:
        server.terminate()
        try:
            server.wait(START_WAIT_S)
        except subprocess.TimeoutExpired:
            server.kill()


def _await_answer(server: subprocess.Popen[bytes], address: str, port: int) -> None:
    deadline = time.monotonic() + START_WAIT_S
    while time.monotonic() < deadline and server.poll() is None:
        connection = HTTPConnection(address, port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status < 500:  # noqa: PLR2004 - the first status of a server's own faults
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise ServiceUnavailableError("the server did not start; 'waypost serve' says why")


def _welcome(base: str) -> None:
    click.echo(f"\nWaypost is up: {base}", err=True)
    for what, path in [
        ("runbooks", "/runbooks/"),
        ("catalog", "/catalog/"),
        ("scorecards", "/scorecards/"),
        ("the API", "/reference/api/"),
    ]:
        click.echo(f"  {what:<12}{base}{path}", err=True)
    click.echo("Edit the files: it is all rebuilt when you save. Ctrl-C stops it.\n", err=True)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)
