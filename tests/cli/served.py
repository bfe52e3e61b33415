"""Keeps the real command running, and waits for what it serves."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import build

START_S = 60.0


@contextmanager
def running(
    root: Path, *arguments: str, env: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """Give a running ``waypost``, with *env* on top of its environment; it is stopped at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "waypost", "--workspace", str(root), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=build.clean_environment() | dict(env or {}),
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


def free_port() -> int:
    """Return a port of the loopback address that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def status(url: str) -> int:
    """Return the status of ``GET url``; 0 where nothing answers."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            code: int = answer.status
            return code
    except urllib.error.HTTPError as error:
        with error:
            return error.code
    except OSError:
        return 0


def text(url: str) -> str:
    """Return the body of ``GET url``."""
    with urllib.request.urlopen(url, timeout=5) as answer:
        body: bytes = answer.read()
        return body.decode()


def data(url: str) -> Any:
    """Return the JSON body of ``GET url``."""
    return json.loads(text(url))


def wait_for(url: str, code: int = 200, wait_s: float = START_S) -> None:
    """Return when ``GET url`` answers with *code*."""
    deadline = time.monotonic() + wait_s
    while status(url) != code:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{url} did not answer {code} within {wait_s} s")
        time.sleep(0.1)
