"""The site's pages about runbooks: an index by alert, service and tier, and what stands at the head of each page."""

from __future__ import annotations

from waypost.runbooks.pages.header import header_for
from waypost.runbooks.pages.index import runbook_pages

__all__ = ["header_for", "runbook_pages"]
