"""What can be set about pages."""

from __future__ import annotations

import re
from typing import Final

from waypost.core.settings import Setting
from waypost.documents.model import FOLDER


def _version_fault(value: str) -> str:
    return "" if not value or re.fullmatch(r"\d+\.\d+", value) else "must be a version such as 1.37"


def _folder_fault(value: str) -> str:
    is_below = bool(value.strip("/")) and not any(part in (".", "..") for part in value.split("/"))
    return "" if is_below else "must be a folder below the workspace, such as docs"


FOLDER_SETTING: Final = Setting(
    "documents.folder",
    FOLDER,
    "Folder of the workspace that holds the pages of the site, such as docs.",
    fault=_folder_fault,
)
EXCLUDE: Final[Setting[tuple[str, ...]]] = Setting(
    "documents.exclude",
    (),
    "Folders and files below that are no pages of the site, from the top of the workspace: docs/adr where the"
    " decisions lie there, drafts, templates.",
)
KUBERNETES: Final = Setting(
    "documents.kubernetes",
    "",
    "Version of Kubernetes whose schemas the manifests on pages and beside them are held to, such as 1.37."
    " Empty: the newest known.",
    fault=_version_fault,
)
CUSTOM_GROUPS: Final[Setting[tuple[str, ...]]] = Setting(
    "documents.custom_groups",
    (),
    "API groups of custom resources, such as kyverno.io or *.cattle.io, that are known to have no schema here."
    " Manifests of other groups without one are told of, once.",
)
END_OF_LIFE: Final = Setting(
    "documents.end_of_life",
    "catalog/end-of-life/",
    "Folder of the workspace that tells until when versions of products are supported: one file a product, as"
    " endoflife.date answers for it. Pages that name a version past its end want reading.",
)
REVIEW_MOVES: Final = Setting(
    "documents.review_moves",
    5,
    "How many pages one change may mark as read, changing nothing else of them, before all of them count as unread."
    " 0: any number.",
    fault=lambda number: "must not be below 0" if number < 0 else "",
)
