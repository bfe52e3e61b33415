"""The catalog's loader: from the files, from the database that was just synced, or from both."""

from __future__ import annotations

from waypost.catalog.load import read_catalog
from waypost.catalog.model import Catalog
from waypost.core.plugin import Knowledge, Loaded, Stored
from waypost.core.settings import WORKSPACE_URL, Settings
from waypost.core.workspace import Workspace


def load_catalog(workspace: Workspace, knowledge: Knowledge) -> Loaded[Catalog]:
    """Load every YAML file below ``catalog/``. What is wrong in one place hides nothing elsewhere.

    From a database that was just synced it comes without a file being read; one that may be behind the files
    gives the entities of other sources.
    """
    url = knowledge[Settings][WORKSPACE_URL] if Settings in knowledge else ""
    if Stored not in knowledge:
        return read_catalog(workspace, url)
    # Files alone need no database.
    from waypost.catalog.ingestion.stored import elsewhere, stored_catalog  # noqa: PLC0415
    from waypost.catalog.store import snapshot  # noqa: PLC0415

    stored = knowledge[Stored]
    with snapshot(stored.engine) as connection:
        if stored.is_synced:
            return stored_catalog(connection, workspace)
        others = elsewhere(connection)
    return read_catalog(workspace, url, others)
