"""A worker's peak of memory: serves the catalog of a folder, answers the addresses of its input, tells megabytes."""

from __future__ import annotations

import sys
from pathlib import Path

from waypost.core.database import open_engine
from waypost.core.settings import Settings
from waypost.core.web import create_app
from waypost.core.workspace import Workspace


def show_peak(root: Path) -> None:
    """Write how much memory it took to answer what the standard input lists."""
    engine = open_engine(f"sqlite:///{root / 'waypost.db'}")
    client = create_app(Settings(), engine=engine, workspace=Workspace(root)).test_client()
    for line in sys.stdin:
        answer = client.get(line.strip())
        assert answer.status_code == 200, answer.text
    engine.dispose()
    # What the system calls the process's own maximum begins with that of the process which started it.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak_kib = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))
    sys.stdout.write(str(int(peak_kib) * 1024 // 1_000_000))


if __name__ == "__main__":
    show_peak(Path(sys.argv[1]))
