"""A real server, and clients that ask for long lists and take none of them."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

import build
from cli import longlists
from cli.served import data, free_port, status, wait_for
from waypost.core.streams import MOST_STREAMS

TESTS = Path(__file__).resolve().parent.parent
BEGINS = b"HTTP/1.1 200"
LIST_BYTES = len(longlists.ITEM) * longlists.ITEMS + longlists.ITEMS + 1

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="the memory is read from /proc"
)


@contextmanager
def serving() -> Iterator[tuple[str, int]]:
    """Give the address of a server and the process that answers."""
    port = free_port()
    command = [sys.executable, "-m", "cli.longlists", str(port)]
    with subprocess.Popen(command, cwd=TESTS, env=build.clean_environment()) as process:
        try:
            base = f"http://127.0.0.1:{port}/api/lists"
            wait_for(f"{base}/short")
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii")
            yield base, int(children.split()[-1])
        finally:
            process.terminate()
            process.wait(20)


def ask(base: str) -> socket.socket:
    """Ask for the long list, and read nothing."""
    port = int(base.split(":")[2].split("/", maxsplit=1)[0])
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect(("127.0.0.1", port))
    client.settimeout(60)
    client.sendall(b"GET /api/lists/long HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    return client


def begins(client: socket.socket) -> bool:
    """Tell whether the list is on its way: nobody knows before whether this one has a place."""
    return client.recv(len(BEGINS), socket.MSG_PEEK | socket.MSG_WAITALL) == BEGINS


def read_all(client: socket.socket) -> int:
    """Return how many bytes come until the end."""
    number = 0
    while piece := client.recv(1 << 20):
        number += len(piece)
    return number


def memory_mb(pid: int) -> int:
    told = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
    assert told is not None
    return int(told[1]) // 1024


def test_clients_that_do_not_read_cost_neither_much_memory_nor_the_answers_of_others() -> None:
    with serving() as (base, worker), ExitStack() as open_clients:
        before = memory_mb(worker)
        clients = [open_clients.enter_context(ask(base)) for _ in range(MOST_STREAMS)]

        assert all(begins(client) for client in clients)
        assert status(f"{base}/long") == 503
        assert [data(f"{base}/short") for _ in range(20)] == ["short"] * 20
        assert memory_mb(worker) - before < MOST_STREAMS * LIST_BYTES / 1e6 / 6
        assert read_all(clients[0]) > LIST_BYTES
        for client in clients:
            client.close()
        wait_for(f"{base}/long")
