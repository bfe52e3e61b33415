"""``waypost serve``: the site and the API on one address, by any number of workers."""

from __future__ import annotations

import gc
import logging
import os
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from waypost.cli.listening import resolve_address
from waypost.cli.processes import Keeper, run_in_child, stop_with_parent
from waypost.cli.sync import sync_workspace
from waypost.core.errors import ServiceUnavailableError
from waypost.core.host import Host, open_host
from waypost.core.intake import MOST_BODIES
from waypost.core.loopback import refuse_beyond_loopback
from waypost.core.progress import open_progress
from waypost.core.settings import DATABASE_URL, SERVER_HOST, SERVER_PORT, SERVER_WORKERS
from waypost.core.streams import MOST_STREAMS
from waypost.scorecards.notifying.settings import read_webhooks

if TYPE_CHECKING:
    from flask import Flask

DEFAULT_SITE = Path("build/site")
# A server that was killed holds its port until its workers have seen it gone.
PORT_WAIT_S = 5.0
# Short answers are made in microseconds under one interpreter lock: more threads would only wait for each other.
# A long one keeps its thread until the client has taken it. Threads are started when they are needed.
THREADS = min(8, 2 * (os.cpu_count() or 1) + 1) + MOST_STREAMS + MOST_BODIES


@click.command()
@click.option("--host", "address", help=f"The address to listen on.  [setting: {SERVER_HOST.name}]")
@click.option("--port", type=click.IntRange(1, 65535), help=f"The port.  [setting: {SERVER_PORT.name}]")
@click.option(
    "--workers", type=click.IntRange(1), help=f"Processes that answer.  [setting: {SERVER_WORKERS.name}]"
)
@click.option("--database", metavar="URL", help=f"The database.  [setting: {DATABASE_URL.name}]")
@click.option(
    "--site",
    type=click.Path(file_okay=False, path_type=Path),
    help="The built site; 'build/site' in the workspace where not said.",
)
@click.option("--sync/--no-sync", default=True, show_default=True, help="Sync and evaluate before listening.")
@click.option(
    "--refresh/--no-refresh",
    default=True,
    show_default=True,
    help="Read sources outside of the workspace again when they are due, evaluate what changes, and send webhooks.",
)
@click.option(
    "--with-parent", is_flag=True, hidden=True, help="Stop when the process that started this one is gone."
)
@click.pass_context
def serve(
    ctx: click.Context,
    *,
    address: str | None,
    port: int | None,
    workers: int | None,
    database: str | None,
    site: Path | None,
    sync: bool,
    refresh: bool,
    with_parent: bool,
) -> None:
    """Serve the API, and the built site where there is one.

    Any number of these may run over one PostgreSQL: each answers, and they share the work of refreshing.
    Ctrl-C or SIGTERM stop it when the requests under way are answered.
    """
    host: Host = ctx.obj
    overrides = [*ctx.find_root().params["overrides"]]
    if database is not None:
        overrides.append(f"{DATABASE_URL.name}={database}")
        host = ctx.with_resource(open_host(host.workspace.root, overrides))
    address = resolve_address(address or host.settings[SERVER_HOST])
    port = port or host.settings[SERVER_PORT]
    refuse_beyond_loopback(host.settings, address)
    overrides.append(f"{SERVER_HOST.name}={address}")
    wait_for_port(address, port)
    if sync and (code := run_in_child(partial(_sync, host))):
        ctx.exit(code)
    if with_parent:
        stop_with_parent()
    else:
        click.echo(f"Serving on http://{_shown(address)}:{port}", err=True)
    folder = site or host.workspace.root / DEFAULT_SITE
    load = partial(load_app, host.workspace.root, tuple(overrides), folder)
    workers = workers or host.settings[SERVER_WORKERS]
    _preload(host)
    with _refreshing(host, overrides) if refresh else nullcontext():
        run_server(load, address=address, port=port, workers=workers)


def run_server(load: Callable[[], Flask], *, address: str, port: int, workers: int) -> None:
    """Serve what *load* makes, until a signal says stop."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    logging.getLogger("_granian").addFilter(_is_news)
    server = Server(
        "waypost",
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
        workers_kill_timeout=10,
    )
    server.serve(target_loader=load, wrap_loader=False)


def _is_news(record: logging.LogRecord) -> bool:
    """Tell whether the server says more than that it has many threads, which is on purpose."""
    return not record.getMessage().startswith("Configuration allows spawning")


def load_app(root: Path, overrides: Sequence[str], site: Path) -> Flask:
    """Make the application of one worker; what it opens stays open as long as its process."""
    from waypost.core.web import create_app

    stop_with_parent()
    host = ExitStack().enter_context(open_host(root, overrides))
    return create_app(
        host.settings, plugins=host.plugins, engine=host.engine, workspace=host.workspace, site=site
    )


def _sync(host: Host) -> None:
    with open_progress() as progress:
        sync_workspace(host, progress, evaluate=True)


def _preload(host: Host) -> None:
    """Import what the workers need once, for all of them: as forks of this process they share it."""
    for plugin in host.plugins:
        if plugin.routes is not None:
            plugin.routes()
        for make in plugin.roots.values():
            make()
    gc.collect()
    gc.freeze()


def _notify(root: Path, overrides: Sequence[str]) -> None:
    from waypost.cli.notify import keep_notifying

    keep_notifying(root, overrides)


def _refresh(root: Path, overrides: Sequence[str]) -> None:
    from waypost.cli.refresh import keep_refreshing

    keep_refreshing(root, overrides)


def _evaluate(root: Path, overrides: Sequence[str]) -> None:
    from waypost.cli.evaluating import keep_evaluating

    keep_evaluating(root, overrides)


@contextmanager
def _refreshing(host: Host, overrides: Sequence[str]) -> Iterator[None]:
    """Keep a refresher and an evaluator running, and where there are webhooks, what sends them: a slow receiver holds nobody up."""
    root = host.workspace.root
    works = {"refresher": _refresh, "evaluator": _evaluate}
    # Settings may be wrong: that has to be found out before there is a child to wait for.
    if read_webhooks(host.settings):
        works["notifier"] = _notify
    keepers = [Keeper(partial(work, root, overrides), name) for name, work in works.items()]
    try:
        yield
    finally:
        for keeper in keepers:
            keeper.stop()


def wait_for_port(address: str, port: int, wait_s: float = PORT_WAIT_S) -> None:
    """Return when *port* can be listened on.

    Raises:
        ServiceUnavailableError: Another process still has it after *wait_s*.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    deadline = time.monotonic() + wait_s
    while True:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except OSError as error:
                if time.monotonic() > deadline:
                    raise ServiceUnavailableError(
                        f"cannot listen on {_shown(address)}:{port}: {error.strerror}; "
                        "stop what does, or choose another with --port"
                    ) from error
            else:
                return
        time.sleep(0.2)


def _shown(address: str) -> str:
    return f"[{address}]" if ":" in address else address
