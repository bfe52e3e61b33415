"""An unmodified Backstage client against a running Waypost, over a workspace of all nine kinds."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.serving import Served, serve

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def served(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A running ``waypost serve`` over the estate. It wants the packages, so as not to start in vain."""
    assert packages
    root = tmp_path_factory.mktemp("conformance") / "estate"
    shutil.copytree(HERE / "estate", root)
    with serve(root) as running:
        yield running


@pytest.mark.parametrize("suite", sorted(path.name for path in HERE.glob("*.test.mjs")))
def test_a_backstage_client_cannot_tell(served: Served, packages: Path, suite: str) -> None:
    done = subprocess.run(
        ["node", "--test", suite],
        cwd=packages,
        env=os.environ | served.environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout
