from __future__ import annotations

import pytest
from sqlalchemy import Connection

import build
from conftest import MakeWorkspace
from facts.conftest import context
from waypost.catalog.model import Catalog, EntityRef
from waypost.core.host import find_plugins, load_knowledge
from waypost.facts.collectors import collect_git
from waypost.facts.people import People

ESTATE = """\
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: pay, annotations: {github.com/team-slug: acme/payments}}
spec: {type: team, children: [tills]}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: tills}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: ledger}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: one, annotations: {github.com/user-login: first}}
spec: {memberOf: [tills], profile: {email: One@example.com}}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: two}
spec: {memberOf: [ledger], profile: {email: two@example.com}}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: till}
spec: {type: service, lifecycle: production, owner: group:pay}
"""
PAY = EntityRef.parse("group:default/pay")
AUTHORS = ("A <one@example.com>", "B <ONE@example.com>", "C <two@example.com>", "D <nobody@example.com>")


@pytest.fixture
def people(make_workspace: MakeWorkspace) -> People:
    """The people of the estate."""
    workspace = make_workspace({"catalog/estate.yaml": ESTATE})
    return People(load_knowledge(workspace, find_plugins())[Catalog])


def test_authors_are_known_by_e_mail_and_counted_by_where_they_belong(people: People) -> None:
    assert people.count_authors(AUTHORS, PAY) == {"total": 3, "members": 1, "outside": 1, "unknown": 1}
    assert people.count_authors(AUTHORS, None) == {"total": 3, "members": 0, "outside": 0, "unknown": 3}


@pytest.mark.parametrize(
    ("owners", "agrees"),
    [
        pytest.param(["@acme/payments"], True, id="by the annotation of the group"),
        pytest.param(["@acme/tills"], True, id="a group below the owner"),
        pytest.param(["@first"], True, id="a member by account"),
        pytest.param(["one@example.com"], True, id="a member by e-mail"),
        pytest.param(["@acme/ledger", "@two"], False, id="others"),
        pytest.param(["@acme/ledger", "@stranger"], None, id="somebody nobody knows may belong to it"),
        pytest.param([], None, id="nobody"),
    ],
)
def test_code_owners_agree_with_the_owner_where_that_can_be_told(
    people: People, owners: list[str], agrees: object
) -> None:
    assert people.agrees(owners, PAY) is agrees


def test_git_tells_who_changed_a_file_and_whether_its_code_owners_agree(
    git_workspace: MakeWorkspace, connection: Connection
) -> None:
    workspace = git_workspace({"catalog/estate.yaml": ESTATE, "CODEOWNERS": "* @acme/ledger\n"})

    found = {
        f.path: f.value
        for f in collect_git(context(workspace, connection, build.NOON))
        if f.entity == "component:default/till"
    }

    assert found["git.people"] == {"total": 1, "members": 0, "outside": 0, "unknown": 1}
    assert found["git.codeownership"] == {"owners": ["@acme/ledger"], "agrees": False}
