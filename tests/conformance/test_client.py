"""An unmodified Backstage client reads from a running Waypost."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

import build

FILES = {
    "catalog/all.yaml": """\
apiVersion: backstage.io/v1alpha1
kind: Location
metadata: {name: edge}
spec: {target: ./edge.yaml}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: money}
spec: {type: team, children: [], members: [lin]}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: lin}
spec: {memberOf: []}
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: bank}
spec: {owner: money}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: ledger, title: The Ledger, tags: [java]}
spec: {type: service, lifecycle: production, owner: money, system: bank}
---
apiVersion: backstage.io/v1beta1
kind: Component
metadata: {name: refunds}
spec: {type: service, lifecycle: experimental, owner: Group:Default/Money}
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: payments}
spec: {type: openapi, lifecycle: production, owner: money-that-is-gone, definition: "openapi: 3.1.0"}
""",
    "catalog/edge.yaml": """\
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: lin, namespace: edge}
spec: {memberOf: []}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: gate, namespace: edge}
spec: {type: service, lifecycle: production, owner: user:lin, dependsOn: [component:default/ledger]}
""",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running ``waypost serve`` over the files."""
    workspace = build.workspace(tmp_path_factory.mktemp("conformance"), FILES)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert build.run_waypost("sync", cwd=workspace.root).returncode == 0
    command = [sys.executable, "-m", "waypost", "serve", "--port", str(port)]
    with subprocess.Popen(
        command, cwd=workspace.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until something answers at *address*."""
    for _ in range(200):
        assert process.poll() is None
        try:
            with urllib.request.urlopen(address):
                return
        except urllib.error.URLError:
            time.sleep(0.1)
    pytest.fail(f"nothing answers at {address}")


def test_a_backstage_client_reads_the_catalog(server: str, packages: Path) -> None:
    done = subprocess.run(
        ["node", "--test", "client.test.mjs"],
        cwd=packages,
        env=os.environ | {"BASE_URL": server},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout
