from __future__ import annotations

from sqlalchemy import Connection

import build
from adr.conftest import See, own
from waypost.adr.collectors import collect_decisions


def test_every_entity_is_told_which_decisions_name_it(see: See, connection: Connection) -> None:
    seen = see({"adr/0001-a.md": own(affects="[component:edge]", review_by="2027-09-19")})
    context = build.context(connection, seen.knowledge)

    facts = {
        fact.entity: fact.value for fact in collect_decisions(context) if fact.path == "decisions.affecting"
    }

    assert facts["group:default/platform"] == []
    assert facts["component:default/edge"] == [
        {
            "id": "0001",
            "title": "Use one gateway",
            "status": "accepted",
            "inForce": True,
            "path": "adr/0001-a.md",
            "decidedOn": "2026-09-19",
            "reviewBy": "2027-09-19",
        }
    ]
