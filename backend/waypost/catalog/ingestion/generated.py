"""The Location entities that the catalog itself makes: one for each root that it reads."""

from __future__ import annotations

import hashlib
from typing import Any

from waypost.catalog.refs import DEFAULT_NAMESPACE
from waypost.catalog.rules.annotations import LocationRef
from waypost.catalog.rules.verdict import process


def generated_ref(location: LocationRef) -> str:
    """Return the reference of the Location entity that the catalog makes for the root *location*."""
    digest = hashlib.sha1(str(location).encode("utf-8", "replace"), usedforsecurity=False).hexdigest()
    return f"location:{DEFAULT_NAMESPACE}/generated-{digest}"


def generated_document(ref: str, location: LocationRef) -> dict[str, Any]:
    """Return the Location entity *ref*, which leads to the root *location*."""
    document = {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Location",
        "metadata": {"name": ref.rpartition("/")[2], "namespace": DEFAULT_NAMESPACE},
        "spec": {"type": location.type, "target": location.target},
    }
    return process(document, location, location, (location.type,)).document
