"""The real npm packages, installed once for each version of ``package.json`` into the user's cache."""

from __future__ import annotations

import os
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

HERE = Path(__file__).parent
FILES = ("package.json", ".npmrc", "oracle.mjs", "client.test.mjs")


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
    for name in FILES:
        shutil.copy(HERE / name, folder / name)
    if not (folder / "installed").exists():
        done = subprocess.run(["npm", "install"], cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"npm cannot install the packages: {done.stderr.strip().splitlines()[-1:]}")
        (folder / "installed").touch()
    return folder
