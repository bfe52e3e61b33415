"""What can be set about pages."""

from __future__ import annotations

import re
from typing import Final

from waypost.core.settings import Setting


def _version_fault(value: str) -> str:
    return "" if not value or re.fullmatch(r"\d+\.\d+", value) else "must be a version such as 1.37"


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
    "catalog/end-of-life",
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
