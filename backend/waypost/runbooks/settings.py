"""What can be set about runbooks."""

from __future__ import annotations

from typing import Any, Final

from waypost.core.settings import Setting


def _address_fault(value: str) -> str:
    is_address = value.startswith(("https://", "http://")) and value.endswith("/")
    return "" if not value or is_address else "must begin with https:// and end with a slash"


RULES: Final[Setting[tuple[str, ...]]] = Setting(
    "runbooks.rules",
    ("site/**/*.yaml", "site/**/*.yml"),
    "Patterns of the files that may hold Prometheus alerting rules. Files of another shape are passed over.",
)
PAGING: Final[Setting[tuple[str, ...]]] = Setting(
    "runbooks.paging",
    ("page", "critical"),
    "Which alerts wake somebody, and so must have a runbook: values of the label severity, or label=value such as"
    " paging=true.",
)
METRICS: Final[Setting[tuple[str, ...]]] = Setting(
    "runbooks.metrics",
    ("site/runbooks/metrics/*",),
    "Patterns of the files that name the metrics there are: the JSON answer of Prometheus to"
    " /api/v1/label/__name__/values or /api/v1/metadata, an exposition of metrics, or a name a line.",
)
GUIDES: Final[Setting[tuple[str, ...]]] = Setting(
    "runbooks.guides",
    ("runbooks",),
    "Folders below the site's pages in which a page without a kind is the guide of the alert that it is named after."
    " A full stop stands for all pages.",
)
SITE: Final = Setting(
    "runbooks.site",
    "",
    "Web address of the built site, such as https://docs.example.org/. Where it is known, each runbook_url of an"
    " alert below it must lead to the runbook of that alert, and links in webhooks and for Tech Insights are whole.",
    fault=_address_fault,
)

SETTINGS: Final[tuple[Setting[Any], ...]] = (RULES, PAGING, METRICS, GUIDES, SITE)
