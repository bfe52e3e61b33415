"""What can be set about runbooks."""

from __future__ import annotations

from typing import Final

from waypost.core.settings import Setting

RULES: Final[Setting[tuple[str, ...]]] = Setting(
    "runbooks.rules",
    ("site/**/*.yaml", "site/**/*.yml"),
    "Patterns of the files that may hold Prometheus alerting rules. Files of another shape are passed over.",
)
