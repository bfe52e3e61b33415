"""Facts that are given to a command: lines of JSON that another backend exported, from a file or an address."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from marshmallow import EXCLUDE, fields

from waypost.core.errors import InputError
from waypost.core.fetch.error import FetchError
from waypost.core.schemas import WireSchema
from waypost.core.settings import Settings
from waypost.facts.model import Fact
from waypost.scorecards.preview.facts import Outside, ages


class _ExportedSchema(WireSchema):
    """A fact as it is exported."""

    class Meta:
        """A later release may tell more of a fact."""

        unknown = EXCLUDE

    entity = fields.String(required=True)
    path = fields.String(required=True)
    value = fields.Raw(required=True, allow_none=True)
    source = fields.String(required=True)
    collected_at = fields.AwareDateTime(required=True)
    as_of = fields.AwareDateTime(load_default=None, allow_none=True)


def read_given(place: str, settings: Settings, now: datetime) -> Outside:
    """Return the facts at *place*, a file or an address that the settings let be fetched from.

    Raises:
        InputError: They cannot be read.
    """
    found: dict[str, dict[str, Fact]] = {}
    for fact in _parse(place, _read(place, settings)):
        as_of = fact["as_of"] or fact["collected_at"]
        found.setdefault(fact["entity"], {})[fact["path"]] = Fact(
            fact["path"], fact["value"], fact["source"], fact["collected_at"], as_of
        )
    sources = frozenset(fact.source for facts in found.values() for fact in facts.values())
    return Outside(found, sources, f"from `{place}`, {ages(found, now)}")


def _read(place: str, settings: Settings) -> bytes:
    if not place.startswith(("http://", "https://")):
        try:
            return Path(place).read_bytes()
        except OSError as error:
            raise InputError(place, [f"cannot be read: {error.strerror}"]) from error
    # Fetching brings libraries that a file does not need.
    from waypost.core.fetch.fetcher import open_fetcher  # noqa: PLC0415

    try:
        with open_fetcher(settings) as fetcher:
            return fetcher.get(place, accept="application/x-ndjson").body
    except FetchError as error:
        raise InputError(place, [str(error)]) from error


def _parse(place: str, data: bytes) -> Iterator[dict[str, Any]]:
    schema = _ExportedSchema()
    for number, line in enumerate(data.splitlines(), 1):
        if not line.strip():
            continue
        try:
            value = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise InputError(f"{place}:{number}", [f"is no JSON: {error}"], line=number) from error
        yield schema.read(f"{place}:{number}", value)
