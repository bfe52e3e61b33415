"""The real npm packages, installed once for each version of ``package.json`` into the user's cache."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from conformance.oracle import Oracle, run_oracle

HERE = Path(__file__).parent
# On how many documents each property is tried: CONFORMANCE_EXAMPLES=30000 looks long and hard.
EXAMPLES = int(os.environ.get("CONFORMANCE_EXAMPLES", "250"))

settings.register_profile(
    "conformance",
    max_examples=EXAMPLES,
    deadline=None,
    # The oracle is one process for all examples; documents are large on purpose.
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="session")
def packages() -> Path:
    """A folder with the packages, our scripts beside them; tests are skipped where there can be none."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "waypost"
    version = sha256((HERE / "package.json").read_bytes()).hexdigest()[:12]
    folder = cache / f"conformance-{version}"
    folder.mkdir(parents=True, exist_ok=True)
    for source in (HERE / "package.json", HERE / ".npmrc", *HERE.glob("*.mjs")):
        shutil.copy(source, folder / source.name)
    if not (folder / "installed").exists():
        done = subprocess.run(["npm", "install"], cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"npm cannot install the packages: {done.stderr.strip().splitlines()[-1:]}")
        (folder / "installed").touch()
    return folder


@pytest.fixture(scope="session")
def oracle(packages: Path) -> Iterator[Oracle]:
    """Backstage's own packages, ready to be asked."""
    with run_oracle(packages) as running:
        yield running
