"""What can be set about decisions."""

from __future__ import annotations

from typing import Final

from waypost.core.settings import Setting

FOLDER: Final = Setting(
    "adr.folder", "adr", "Folder of the workspace that holds the decisions, such as docs/adr."
)
MAIN_BRANCH: Final = Setting(
    "adr.main_branch",
    "",
    "Branch on which decisions get their numbers. Empty: the default branch of origin, else main or master.",
)
