"""What can be set about decisions."""

from __future__ import annotations

from typing import Final

from waypost.core.settings import Setting

FOLDER: Final = Setting(
    "adr.folder", "adr", "Folder of the workspace that holds the decisions, such as docs/adr."
)
