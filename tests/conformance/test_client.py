"""An unmodified Backstage client against a running Waypost, over a workspace of all nine kinds."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.served import free_port, running, wait_for

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A running ``waypost serve``: what the client needs to know of it."""
    root = tmp_path_factory.mktemp("conformance") / "estate"
    shutil.copytree(HERE / "estate", root)
    port, elsewhere = free_port(), free_port()
    given = ("auth.anonymous_writes=true", f"fetch.allow=127.0.0.1:{elsewhere}", "fetch.private=127.0.0.1")
    settings = [part for setting in given for part in ("--set", setting)]
    with running(root, *settings, "serve", "--port", str(port)):
        wait_for(f"http://127.0.0.1:{port}/readyz")
        yield {"BASE_URL": f"http://127.0.0.1:{port}", "ELSEWHERE_PORT": str(elsewhere)}


@pytest.mark.parametrize("suite", sorted(path.name for path in HERE.glob("*.test.mjs")))
def test_a_backstage_client_cannot_tell(served: dict[str, str], packages: Path, suite: str) -> None:
    done = subprocess.run(
        ["node", "--test", suite],
        cwd=packages,
        env=os.environ | served,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout
