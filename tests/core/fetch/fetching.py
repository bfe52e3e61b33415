"""What tests of fetching share: a fetcher that may ask small servers on this machine, and answers of theirs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from elsewhere import Answer, Reply, Server
from waypost.core.fetch.fetcher import Fetcher, FetchError, Outside, open_fetcher
from waypost.core.fetch.settings import ALLOW, PRIVATE, TIMEOUT_S
from waypost.core.settings import Settings

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
LOOPBACK = "127.0.0.0/8"
TOKEN = "t0ps3cret"  # noqa: S105 - of a test


def open_for(
    *servers: Server, sleeps: list[float] | None = None, values: Mapping[str, Any] | None = None
) -> Fetcher:
    """Open a fetcher that may ask *servers*; what it sleeps is noted and not slept."""
    noted: list[float] = [] if sleeps is None else sleeps
    settings = {
        ALLOW.name: tuple(server.host for server in servers),
        PRIVATE.name: (LOOPBACK,),
        TIMEOUT_S.name: 5.0,
    }
    outside = Outside(sleep=noted.append, now=lambda: NOW, environment={"THE_TOKEN": TOKEN})
    return open_fetcher(Settings(settings | dict(values or {})), outside)


def refused(fetcher: Fetcher, url: str, **asked: Any) -> FetchError:
    """Return the error that fetching *url* ends with."""
    with fetcher, pytest.raises(FetchError) as raised:
        fetcher.get(url, **asked)
    return raised.value


def by_path(replies: Mapping[str, Reply]) -> Answer:
    return lambda asked: replies.get(asked.path, Reply(404))


def in_turn(*replies: Reply) -> Answer:
    turns = iter(replies)
    return lambda _: next(turns)
