from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from waypost.cli.init import write_starter


@pytest.fixture
def starter(tmp_path: Path) -> Path:
    """A new workspace, as ``waypost init`` makes it."""
    folder = tmp_path / "knowledge"
    write_starter(folder, "Test platform", date(2026, 11, 2))
    return folder
