"""The catalog's tables: what was read of each source, the entities as they are served, and registered locations."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Integer, LargeBinary, Table, Text, UniqueConstraint

from waypost.core.database import JsonText, UtcDateTime, metadata

# No foreign keys: one transaction at a time writes here, and looking each row up would cost a tenth of ingestion.
catalog_source: Final = Table(
    "catalog_source",
    metadata,
    Column("id", Integer, primary_key=True),
    # "type:target" of the file.
    Column("key", Text, nullable=False, unique=True),
    # Relative to the workspace; "" for what lies elsewhere.
    Column("path", Text, nullable=False),
    # Who asks for it: "workspace", "registered", "discovery:<name>"; "" where only Location entities lead to it.
    Column("root", Text, nullable=False),
    # Of the content; "" where it was never read.
    Column("digest", Text, nullable=False),
    # What tells cheaply whether it changed.
    Column("stamp", Text, nullable=False),
    # "type:target" of the root that leads to it.
    Column("origin", Text, nullable=False),
    Column("details", JsonText, nullable=False),
    # Why the last reading failed: a list of {name, message}; null where it did not.
    Column("error", JsonText, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("read_at", UtcDateTime),
    # Null: never by itself.
    Column("due_at", UtcDateTime, index=True),
    Column("claimed_until", UtcDateTime),
)
catalog_parent: Final = Table(
    "catalog_parent",
    metadata,
    Column("source", Integer, primary_key=True),
    # The Location entity that leads to the source.
    Column("ref", Text, primary_key=True, index=True),
    Column("is_required", Boolean, nullable=False),
)
catalog_conflict: Final = Table(
    "catalog_conflict",
    metadata,
    # It defines an entity that another source has.
    Column("source", Integer, primary_key=True),
    Column("ref", Text, primary_key=True, index=True),
    Column("line", Integer, nullable=False),
)
catalog_status: Final = Table(
    "catalog_status",
    metadata,
    # What is wrong in it, as the status of the entity says it: a list of {name, message}.
    Column("source", Integer, primary_key=True),
    Column("ref", Text, primary_key=True, index=True),
    Column("items", JsonText, nullable=False),
)
catalog_entity: Final = Table(
    "catalog_entity",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ref", Text, nullable=False, unique=True),
    Column("uid", Text, nullable=False, unique=True),
    Column("etag", Text, nullable=False),
    # Of what its source says of it, without what the catalog adds.
    Column("digest", Text, nullable=False),
    # Null for a Location that the catalog makes.
    Column("source", Integer, index=True),
    Column("line", Integer, nullable=False),
    Column("parents", JsonText, nullable=False),
    Column("body", LargeBinary, nullable=False),
    # Its search rows as JSON: [[key, value or null], [key, value, original], …].
    Column("search", LargeBinary, nullable=False),
    # The number of the revision that changed it last.
    Column("changed", BigInteger, nullable=False, index=True),
)
catalog_relation: Final = Table(
    "catalog_relation",
    metadata,
    # The entity that declares it; what it names has the opposite relation back.
    Column("origin", Integer, nullable=False, index=True),
    Column("type", Text, nullable=False),
    Column("target", Text, nullable=False, index=True),
)
catalog_removed: Final = Table(
    "catalog_removed",
    metadata,
    Column("uid", Text, primary_key=True),
    # The first that no longer holds the entity.
    Column("revision", BigInteger, nullable=False, index=True),
)
catalog_location: Final = Table(
    "catalog_location",
    metadata,
    Column("id", Text, primary_key=True),
    Column("type", Text, nullable=False),
    Column("target", Text, nullable=False),
    # The Location entity that the catalog makes for it, named by the first target.
    Column("ref", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("type", "target"),
)
catalog_discovery: Final = Table(
    "catalog_discovery",
    metadata,
    # Of the provider, as the settings call it.
    Column("name", Text, primary_key=True),
    # Of its settings: others than before are due at once.
    Column("digest", Text, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("claimed_until", UtcDateTime),
    Column("read_at", UtcDateTime),
    # What went wrong the last time, "" for nothing.
    Column("error", Text, nullable=False),
)
TABLES: Final = (
    catalog_source,
    catalog_parent,
    catalog_conflict,
    catalog_status,
    catalog_entity,
    catalog_relation,
    catalog_removed,
    catalog_location,
    catalog_discovery,
)
