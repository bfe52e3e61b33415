from __future__ import annotations

from catalogs import catalog
from waypost.site.contact import contact_html, escalation_html

ON_CALL = {"url": "https://oncall.example.com/s", "title": "Sales on call", "type": "on-call"}
CHAT = {"url": "https://chat.example.com/s", "title": "#sales", "type": "chat"}


def test_whom_to_wake_comes_first() -> None:
    found = catalog(["group:sales"], sales={"links": [CHAT, ON_CALL]})

    html = contact_html(found.get("group:sales"))

    assert html.index("Sales on call") < html.index("#sales")


def test_groups_above_are_named_nearest_first_where_they_can_be_reached() -> None:
    found = catalog(
        ["group:sales", "group:trade", "group:firm"],
        [("group:sales", "childOf", "group:trade"), ("group:trade", "childOf", "group:firm")],
        trade={"links": [ON_CALL]},
        firm={"links": [CHAT], "title": "The firm"},
    )

    html = escalation_html(found.get("group:sales"), found)

    assert html.index(">trade</a>: <a") < html.index(">The firm</a>: <a")


def test_groups_that_are_above_each_other_are_named_once() -> None:
    found = catalog(
        ["group:a", "group:b"],
        [("group:a", "childOf", "group:b"), ("group:b", "childOf", "group:a")],
        a={"links": [CHAT]},
        b={"links": [ON_CALL]},
    )

    assert escalation_html(found.get("group:a"), found).count("</a>: ") == 1


def test_a_person_is_followed_to_their_groups() -> None:
    found = catalog(["user:ada", "group:b"], [("user:ada", "memberOf", "group:b")], b={"links": [CHAT]})

    assert "#sales" in escalation_html(found.get("user:ada"), found)
