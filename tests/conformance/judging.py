"""What Waypost makes of a document, in the form that the oracle answers in."""

from __future__ import annotations

from typing import Any

from conformance.oracle import ADDRESS
from waypost.catalog.rules.annotations import LocationRef
from waypost.catalog.rules.faults import DocumentFault, Keys, RejectedError
from waypost.catalog.rules.placeholders import fill_placeholders
from waypost.catalog.rules.verdict import process
from waypost.core.yamlfile import parse_yaml

HERE = LocationRef("url", ADDRESS)
# What the placeholders of tests may take in, by name; $json and $yaml find a list in it, $text a text.
TAKEN_IN = "a.json"
CONTENT = '["b", "a"]'
FILES = {f"https://github.com/acme/repo/tree/main/sub/{TAKEN_IN}": CONTENT}


def judge(document: object) -> dict[str, Any] | None:
    """Return the entity and the relations that *document* becomes, None where it is refused."""
    try:
        done = process(fill_placeholders(document, _fill), HERE, HERE)
    except RejectedError:
        return None
    return {"document": done.document, "relations": [list(relation) for relation in done.relations]}


def read(text: str) -> dict[str, Any]:
    """Return what becomes of each document in *text*, and how many cannot be read."""
    documents, faults = parse_yaml(text)
    values = [document.value for document in documents]
    objects = [value for value in values if isinstance(value, dict)]
    return {
        "documents": [judge(value) for value in objects],
        "faults": len(faults) + len(values) - len(objects),
    }


def _fill(name: str, target: Any, keys: Keys) -> Any:
    if target != TAKEN_IN:
        raise RejectedError("preprocess", [DocumentFault(keys, "there is no such file")])
    return CONTENT if name == "$text" else ["b", "a"]
