"""The small file that the filters of the list of decisions read: for each decision, in order, the numbers of its values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from waypost.adr.model import Decision
from waypost.adr.pages.reach import maker_of, within
from waypost.adr.pages.words import is_due, status_of
from waypost.catalog.model import Catalog
from waypost.catalog.refs import EntityRef
from waypost.core.errors import InputError
from waypost.core.facets import Names, dumped


def columns_json(decisions: Sequence[Decision], catalog: Catalog, today: date) -> str:
    """Return what the filters need of *decisions*, in their order, as the catalog's are written.

    Reviews are those that are due at *today*.
    """
    names = {name: Names() for name in ("status", "scope", "owner", "affects", "within", "tag", "review")}

    def words(name: str, values: Iterable[str]) -> list[int] | int:
        return [names[name].number(value) for value in dict.fromkeys(values) if value] or 0

    def refs(name: str, values: Iterable[str]) -> list[int] | int:
        return [_number(names[name], value, catalog) for value in dict.fromkeys(values)] or 0

    columns: dict[str, list[Any]] = {
        "status": [words("status", [status_of(decision)]) for decision in decisions],
        "scope": [words("scope", [decision.scope]) for decision in decisions],
        "owner": [refs("owner", map(maker_of, decision.deciders)) for decision in decisions],
        "affects": [refs("affects", map(str, decision.affects)) for decision in decisions],
        "within": [refs("within", map(str, within(decision, catalog))) for decision in decisions],
        "tag": [words("tag", decision.tags) for decision in decisions],
        "review": [words("review", ["due"] if is_due(decision, today) else []) for decision in decisions],
    }
    return dumped({"names": {name: known.shown for name, known in names.items()}, "columns": columns})


def _number(names: Names, value: str, catalog: Catalog) -> int:
    known = names.numbers.get(value)
    if known is not None:
        return known
    try:
        found = catalog.find(EntityRef.parse(value))
    except InputError:
        found = None
    return names.number(value, [value, found.title] if found else [value])
