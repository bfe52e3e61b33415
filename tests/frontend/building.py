"""Builds the frontend of ``app/`` into the user's cache, once for each version of its sources."""

from __future__ import annotations

import os
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

APP: Final = Path(__file__).parent / "app"
SOURCES: Final = ("package.json", ".npmrc", "app-config.yaml", "src/index.js")
# The addresses of app-config.yaml, which whoever serves the frontend replaces in its page by the real ones.
APP_URL: Final = "http://localhost:3000"
BACKEND_URL: Final = "http://localhost:7007"


class CannotBuildError(Exception):
    """The frontend cannot be built here."""


def build_frontend() -> Path:
    """Return the folder of the built frontend.

    Raises:
        CannotBuildError: A program is missing, or npm cannot install the packages.
    """
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise CannotBuildError(f"{program} is not installed")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "waypost"
    version = sha256(b"".join((APP / name).read_bytes() for name in SOURCES)).hexdigest()[:12]
    built = cache / f"frontend-{version}"
    if not built.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        # What npm installs is twenty times as large as what is built of it, and is not kept.
        with TemporaryDirectory(dir=cache) as folder:
            _build(Path(folder)).replace(built)
    return built


def _build(folder: Path) -> Path:
    for name in SOURCES:
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(APP / name, folder / name)
    _run("npm", "install", folder=folder)
    _run("npm", "run", "build", folder=folder)
    for source_map in (folder / "dist/static").glob("*.map"):
        source_map.unlink()
    return folder / "dist"


def _run(*command: str, folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        told = (done.stderr.strip() or done.stdout.strip()).splitlines()[-3:]
        raise CannotBuildError(f"'{' '.join(command)}' failed: {' / '.join(told)}")
