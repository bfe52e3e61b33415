"""The lease of a source: renewed as long as somebody reads it, and soon free when nobody does."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from catalog.refresher import Refresher
from catalog.sites import COMPONENT, Site, settings_for
from elsewhere import Asked, Reply, serve
from waypost.catalog.remote import refreshing
from waypost.catalog.remote.leases import is_held, lease_due, renew
from waypost.catalog.remote.readers import open_reader
from waypost.catalog.remote.refreshing import refresh_due
from waypost.catalog.rules.annotations import LocationRef
from waypost.catalog.tables import catalog_source
from waypost.core.clock import utc_now
from waypost.core.database import reading, transaction

MINUTE = timedelta(minutes=1)


def test_a_lease_is_renewed_while_its_source_is_read(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refreshing, "LEASE_SPAN", timedelta(seconds=1.5))
    monkeypatch.setattr(refreshing, "RENEW_BEFORE", timedelta(seconds=1))
    ends: set[object] = set()

    def answer(_asked: Asked) -> Reply:
        for _ in range(6):
            time.sleep(0.5)
            with reading(engine) as connection:
                ends.add(connection.execute(select(catalog_source.c.claimed_until)).scalar_one())
        return Reply(body=(COMPONENT % "slow").encode())

    with serve(answer) as server:
        refresher = Refresher(engine, Site(server))
        refresher.now = utc_now()
        refresher.register_location(LocationRef("url", f"{server.url}/slow.yaml"))
        settings = settings_for(server)
        with open_reader(settings) as reader:
            assert refresh_due(engine, reader, settings, utc_now) == 1

    assert refresher.names() == ["component:slow"]
    assert len(ends) > 2


def test_a_lease_that_was_lost_is_not_renewed(engine: Engine) -> None:
    with serve(lambda _: Reply()) as server:
        refresher = Refresher(engine, Site(server))
        refresher.register_location(LocationRef("url", f"{server.url}/one.yaml"))
    now = refresher.now
    with transaction(engine) as connection:
        ((lost,),) = lease_due(connection, now, now + MINUTE, limit=9)
        ((taken,),) = lease_due(connection, now + MINUTE, now + 2 * MINUTE, limit=9)

        (renewed,) = renew(connection, [lost], now + 3 * MINUTE)

        assert not is_held(connection, renewed)
        assert is_held(connection, taken)
