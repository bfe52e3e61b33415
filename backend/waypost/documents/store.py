"""Pages in the database: what is served of them, and what lists are narrowed by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Connection, Table, Text, func, select

from waypost.core.database import JsonText, metadata
from waypost.core.errors import NotFoundError
from waypost.core.records import replace_rows

REVISION: Final = "documents"

documents_page = Table(
    "documents_page",
    metadata,
    Column("path", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("freshness", Text, nullable=False, server_default=""),
    Column("summary", JsonText, nullable=False),
    Column("text", Text, nullable=False),
)
"""``summary`` is the page as lists show it, ``text`` its Markdown without front matter, ``freshness`` a state."""

documents_about = Table(
    "documents_about",
    metadata,
    Column("entity", Text, primary_key=True),
    Column("path", Text, primary_key=True),
)
"""Which pages are about which entities."""


@dataclass(frozen=True, slots=True)
class StoredPage:
    """One page as it is kept."""

    path: str
    kind: str
    owner: str
    status: str
    about: tuple[str, ...]
    summary: Mapping[str, Any]
    text: str
    freshness: str = ""


def replace_pages(connection: Connection, pages: Iterable[StoredPage]) -> None:
    """Keep *pages*, and nothing else."""
    rows: list[dict[str, Any]] = []
    subjects: list[dict[str, str]] = []
    for page in pages:
        rows.append(
            {
                "path": page.path,
                "kind": page.kind,
                "owner": page.owner,
                "status": page.status,
                "freshness": page.freshness,
                "summary": page.summary,
                "text": page.text,
            }
        )
        subjects += [{"entity": entity, "path": page.path} for entity in page.about]
    replace_rows(connection, documents_page, rows)
    replace_rows(connection, documents_about, subjects)


def list_pages(
    connection: Connection, filters: Mapping[str, str], *, limit: int, after: str = ""
) -> tuple[list[dict[str, Any]], int]:
    """Return up to *limit* pages behind the path *after*, by path, and how many there are in all.

    Args:
        filters: ``kind``, ``owner``, ``status``, ``freshness`` (a state) and ``about`` (an entity), each to be met.
    """
    conditions = _conditions(filters)
    total = connection.scalar(select(func.count()).select_from(documents_page).where(*conditions)) or 0
    found = (
        select(documents_page.c.summary)
        .where(*conditions, documents_page.c.path > after)
        .order_by(documents_page.c.path)
        .limit(limit)
    )
    return list(connection.scalars(found)), total


def _conditions(filters: Mapping[str, str]) -> list[ColumnElement[bool]]:
    columns = documents_page.c
    conditions = [
        columns[key] == filters[key] for key in ("kind", "owner", "status", "freshness") if key in filters
    ]
    if "about" in filters:
        subjects = select(documents_about.c.path).where(documents_about.c.entity == filters["about"])
        conditions.append(columns.path.in_(subjects))
    return conditions


def get_page(connection: Connection, path: str) -> dict[str, Any]:
    """Return the page at *path*: what lists show of it, and its ``text``.

    Raises:
        NotFoundError: There is none.
    """
    columns = documents_page.c
    row = connection.execute(select(columns.summary, columns.text).where(columns.path == path)).one_or_none()
    if row is None:
        raise NotFoundError("page", path)
    return {**row.summary, "text": row.text}
