from __future__ import annotations

from sqlalchemy import Connection

import build
from conftest import MakeWorkspace
from facts.conftest import FILES, TILL, context
from waypost.facts.collectors import collect_catalog, collect_git


def test_the_catalog_tells_how_an_entity_is_described(
    make_workspace: MakeWorkspace, connection: Connection
) -> None:
    found = collect_catalog(context(make_workspace(FILES), connection))

    facts = {(fact.entity, fact.path): fact.value for fact in found}
    assert facts[TILL, "catalog.entity"] == {
        "descriptionLength": 12,
        "tags": 2,
        "links": 1,
        "linkTypes": ["docs"],
        "annotations": [
            "backstage.io/managed-by-location",
            "backstage.io/managed-by-origin-location",
            "example.com/a",
        ],
    }
    assert facts[TILL, "catalog.ownership"] == {
        "owner": "group:default/pay",
        "ownerExists": True,
        "escalation": "https://call.example.com/pay",
    }
    assert facts["component:default/orphan", "catalog.ownership"] == {
        "owner": "group:default/nobody",
        "ownerExists": False,
    }


def test_git_tells_who_changed_the_file_of_an_entity(
    git_workspace: MakeWorkspace, connection: Connection
) -> None:
    workspace = git_workspace({**FILES, "CODEOWNERS": "/catalog/ @platform\n"})

    found = collect_git(context(workspace, connection))

    assert {fact.path: fact.value for fact in found if fact.entity == TILL} == {
        "git.lastChange": build.NOON.isoformat(),
        "git.contributors": 1,
        "git.people": {"total": 1, "members": 0, "outside": 0, "unknown": 1},
        "git.codeowners": True,
        "git.codeownership": {"owners": ["@platform"]},
    }


def test_without_a_repository_git_tells_nothing(
    make_workspace: MakeWorkspace, connection: Connection
) -> None:
    assert list(collect_git(context(make_workspace(FILES), connection))) == []
