"""Facts that are given to a command: lines of JSON that another backend exported, from a file or an address."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from waypost.core.errors import InputError
from waypost.core.fetch.error import FetchError
from waypost.core.settings import Settings
from waypost.facts.exporting import MEDIA_TYPE, read_lines
from waypost.facts.model import Fact
from waypost.scorecards.preview.facts import Outside, ages


def read_given(place: str, settings: Settings, now: datetime) -> Outside:
    """Return the facts at *place*, a file or an address that the settings let be fetched from.

    Raises:
        InputError: They cannot be read.
    """
    found: dict[str, dict[str, Fact]] = {}
    read: set[str] = set()
    for line in read_lines(place, _read(place, settings).splitlines()):
        fact = line.fact
        found.setdefault(fact.entity, {})[fact.path] = Fact(
            fact.path, fact.value, line.source, line.collected_at, fact.as_of or line.collected_at
        )
        if line.read_at is not None:
            read.add(line.source)
    return Outside(found, frozenset(read), f"from `{place}`, {ages(found, now)}")


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
            return fetcher.get(place, accept=MEDIA_TYPE).body
    except FetchError as error:
        raise InputError("the facts", [str(error)]) from error
