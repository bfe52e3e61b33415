"""Replicas of the real command over one database, what they serve, and who reads from them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import build
from cli.served import free_port, status

START_S = 60.0
STOP_S = 20.0
PER_FILE = 50
MARKER = "example.com/marker"


@dataclass(frozen=True, slots=True)
class Replica:
    """A running ``waypost`` in a process group of its own: its address, its process, its log."""

    base: str
    process: subprocess.Popen[bytes]
    log: Path

    def get(self, path: str) -> Any:
        """Return the JSON answer to ``GET path``."""
        with urllib.request.urlopen(self.base + path, timeout=10) as answer:
            return json.loads(answer.read())

    def send(self, method: str, path: str, body: Any = None) -> int:
        """Return the status of a request with a JSON *body*; 0 where nothing answers."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self.base + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                code: int = answer.status
                return code
        except urllib.error.HTTPError as error:
            with error:
                return error.code
        except OSError:
            return 0

    def told(self) -> str:
        """Return what it has logged."""
        return self.log.read_text(encoding="utf-8")

    def kill(self) -> None:
        """End all of its processes at once, as a machine that fails does."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(STOP_S)

    def stop(self) -> None:
        """Tell it to end, and return when it has."""
        self.process.terminate()
        try:
            self.process.wait(STOP_S)
        finally:
            self.kill()


@contextmanager
def replica(root: Path, database: str, *options: str, settings: tuple[str, ...] = ()) -> Iterator[Replica]:
    """Give a started ``waypost serve``, which need not answer yet; it is stopped at the end."""
    port = free_port()
    log = root / f"replica-{port}.log"
    wanted = [part for setting in (f"database.url={database}", *settings) for part in ("--set", setting)]
    command = [
        sys.executable,
        "-m",
        "waypost",
        "--workspace",
        str(root),
        *wanted,
        "serve",
        "--port",
        str(port),
    ]
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [*command, *options],
            stdout=stream,
            stderr=subprocess.STDOUT,
            env=build.clean_environment(),
            start_new_session=True,
        )
    running = Replica(f"http://127.0.0.1:{port}", process, log)
    try:
        yield running
    finally:
        running.stop()


def until(is_so: Callable[[], bool], wait_s: float = START_S) -> float:
    """Return after how many seconds *is_so* held.

    Raises:
        TimeoutError: It did not within *wait_s*.
    """
    started = time.monotonic()
    while not is_so():
        if time.monotonic() - started > wait_s:
            raise TimeoutError(f"not so within {wait_s} s")
        time.sleep(0.02)
    return time.monotonic() - started


def answers(running: Replica) -> None:
    """Return when *running* answers from its database."""
    try:
        until(lambda: status(f"{running.base}/readyz") == 200 or running.process.poll() is not None)
    except TimeoutError as error:
        raise TimeoutError(running.told()) from error
    assert running.process.poll() is None, running.told()


def write_estate(root: Path, count: int, marker: str) -> None:
    """Write *count* components, each with *marker*, over many files."""
    folder = root / "catalog"
    folder.mkdir(parents=True, exist_ok=True)
    for first in range(0, count, PER_FILE):
        documents = [
            component(f"part-{number}", marker) for number in range(first, min(first + PER_FILE, count))
        ]
        (folder / f"parts-{first}.yaml").write_text("---\n".join(documents), encoding="utf-8")


def component(name: str, marker: str) -> str:
    """Return the YAML of a component with *marker*."""
    return (
        "apiVersion: backstage.io/v1alpha1\n"
        "kind: Component\n"
        f'metadata: {{name: {name}, annotations: {{{MARKER}: "{marker}"}}}}\n'
        "spec: {type: service, lifecycle: production, owner: group:default/parts}\n"
    )


def markers(entities: list[Any]) -> Counter[str]:
    """Return how many of *entities* have which marker."""
    return Counter(entity["metadata"].get("annotations", {}).get(MARKER, "none") for entity in entities)


def parts_of(running: Replica) -> Counter[str]:
    """Return how many components of the estate have which marker, in one answer."""
    return markers(running.get("/api/catalog/entities?filter=kind=component"))


def has_only(running: Replica, marker: str) -> bool:
    """Tell whether every component that *running* knows has *marker*."""
    return set(parts_of(running)) == {marker}


@dataclass(slots=True)
class Readers:
    """What threads that read without a pause have met: how often which status, and how often which markers."""

    statuses: Counter[int] = field(default_factory=Counter)
    mixed: list[Counter[str]] = field(default_factory=list)
    slowest_s: float = 0.0


@contextmanager
def reading(paths: list[str], *, pause_s: float = 0.01) -> Iterator[Readers]:
    """Read each of *paths* again and again, in a thread of its own each, until the end."""
    met, stopping, lock = Readers(), threading.Event(), threading.Lock()

    def read(url: str) -> None:
        while not stopping.wait(pause_s):
            started = time.monotonic()
            code, found = _fetch(url)
            with lock:
                met.statuses[code] += 1
                met.slowest_s = max(met.slowest_s, time.monotonic() - started)
                if len(found) > 1:
                    met.mixed.append(found)

    threads = [threading.Thread(target=read, args=(path,)) for path in paths]
    for thread in threads:
        thread.start()
    try:
        yield met
    finally:
        stopping.set()
        for thread in threads:
            thread.join()


def _fetch(url: str) -> tuple[int, Counter[str]]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            body = json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, Counter()
    except OSError:
        return 0, Counter()
    items = body if isinstance(body, list) else body.get("items", [])
    return 200, markers(items)
