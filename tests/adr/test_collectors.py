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
            "standing": "not-needed",
        }
    ]


RIGHTS = "scopes: {team: {from: [group:board], approvals: 1}}\n"


def test_every_entity_is_told_how_its_decisions_stand(see: See, connection: Connection) -> None:
    files = {
        "adr/decision-rights.yaml": RIGHTS,
        "adr/0001-a.md": own(affects="[component:edge]", review_by="2026-11-01"),
        "adr/0002-b.md": own(uid="b1b2c3d4", status="proposed", affects="[component:edge]", decided=""),
    }
    context = build.context(connection, see(files).knowledge)

    facts = {f.path: f.value for f in collect_decisions(context) if f.entity == "component:default/edge"}

    assert [fact["standing"] for fact in facts["decisions.affecting"]] == ["missing", "missing"]
    assert (facts["decisions.inForce"], facts["decisions.reviewDue"]) == (1, 1)
    none = {"approved": 0, "lapsed": 0, "notNeeded": 0, "notAsked": 0}
    assert facts["decisions.standing"] == none | {"missing": 1}
