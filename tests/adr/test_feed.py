from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Engine

import build
from adr.conftest import See, Seen, own
from waypost.adr import plugin as adr
from waypost.adr.feed import LIMIT, Feed, atom, changes_of
from waypost.adr.schemas import DecisionsWire
from waypost.adr.service import sync_decisions
from waypost.core.database import transaction
from waypost.core.settings import Settings
from waypost.core.web import create_app

ATOM = "{http://www.w3.org/2005/Atom}"
FEED = Feed(
    name="Docs", site="https://docs.example.org/", address="https://docs.example.org/decisions/feed.xml"
)


def documents(seen: Seen) -> list[dict[str, object]]:
    answer = DecisionsWire().dump({"items": seen.decisions.ordered, "total_items": 0})
    found: list[dict[str, object]] = answer["items"]
    return found


def feed_of(seen: Seen, feed: Feed = FEED) -> ET.Element:
    return ET.fromstring(atom(documents(seen), feed).encode())  # noqa: S314  # Our own.


def titles(feed: ET.Element) -> list[str | None]:
    return [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]


def test_every_change_of_a_state_is_an_entry_the_newest_first(see: See) -> None:
    files = {
        "adr/0001-a.md": own(),
        "adr/0002-b.md": own(
            uid="b1b2c3d4", supersedes="[1]", title="Use two", proposed="2026-10-01", decided="2026-10-08"
        ),
        "adr/0003-c.md": own(
            uid="c1b2c3d4", status="rejected", title="Use none", proposed="2026-10-09", decided="2026-10-09"
        ),
    }

    assert titles(feed_of(see(files))) == [
        "Rejected: 0003 Use none",
        "Proposed: 0003 Use none",
        "Superseded: 0001 Use one gateway",
        "Accepted: 0002 Use two",
        "Proposed: 0002 Use two",
        "Accepted: 0001 Use one gateway",
        "Proposed: 0001 Use one gateway",
    ]


def test_a_feed_holds_what_the_standard_asks_for(see: See) -> None:
    feed = feed_of(see({"adr/0001-a.md": own(tags="[edge]")}))

    assert [feed.findtext(f"{ATOM}{name}") for name in ("title", "updated")] == [
        "Docs: decisions",
        "2026-09-19T00:00:00Z",
    ]
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "Docs"
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links == {
        "self": "https://docs.example.org/decisions/feed.xml",
        "alternate": "https://docs.example.org/decisions/",
    }
    for entry in feed.iter(f"{ATOM}entry"):
        assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", entry.findtext(f"{ATOM}id") or "")
        assert datetime.fromisoformat(entry.findtext(f"{ATOM}updated") or "").tzinfo
        link = entry.find(f"{ATOM}link")
        assert link is not None
        assert link.get("href") == "https://docs.example.org/decisions/0001-a/"
        assert entry.findtext(f"{ATOM}author/{ATOM}name") == "group:default/board"
        assert entry.findtext(f"{ATOM}summary") == "We decided for one gateway."
        assert {each.get("term") for each in entry.findall(f"{ATOM}category")} >= {"edge"}


def test_an_entry_keeps_its_id_whatever_becomes_of_number_and_title(see: See) -> None:
    (document,) = documents(see({"adr/draft-a.md": own()}))
    renamed = document | {"id": "0009", "number": 9, "title": "Use another", "page": "decisions/0009-b.md"}

    before, after = (re.findall("<id>(.*?)</id>", atom([each], FEED)) for each in (document, renamed))

    assert before == after
    assert len(set(before)) == 3


def test_where_nobody_said_where_the_site_is_links_start_at_the_feed(see: See) -> None:
    feed = feed_of(see({"adr/0001-a.md": own()}), replace(FEED, site="", address="feed.xml"))

    assert {link.get("href") for link in feed.iter(f"{ATOM}link")} == {"feed.xml", "./", "0001-a/"}


def test_a_decision_without_a_date_or_a_known_state_is_left_out(see: See) -> None:
    files = {
        "adr/0001-a.md": "# A\n\nStatus: accepted\n",
        "adr/0002-b.md": "# B\n\nStatus: Ongoing\n\nDate: 2026-01-01\n",
    }

    feed = feed_of(see(files))

    assert titles(feed) == []
    assert feed.findtext(f"{ATOM}updated") == "1970-01-01T00:00:00Z"


def test_what_has_only_the_date_of_its_state_is_one_entry(see: See) -> None:
    files = {
        "adr/0001-a.md": "# A\n\nStatus: proposed\n\nDate: 2026-01-01\n",
        "adr/0002-b.md": "# B\n\nStatus: accepted\n\nDate: 2026-01-02\n",
    }

    assert titles(feed_of(see(files))) == ["Accepted: 0002 B", "Proposed: 0001 A"]


def test_nothing_that_an_author_wrote_breaks_the_feed(see: See) -> None:
    title = '"<b>&amp; \\u0001 \\ufffe ]]> &"'

    feed = feed_of(see({"adr/0001-a.md": own(title=title, tags='["a\\"b"]')}))

    assert titles(feed)[0] == "Accepted: 0001 <b>&amp; ]]> &"


def test_a_feed_is_bounded(see: See) -> None:
    files = {f"adr/{number:04}-a.md": own(uid=f"u{number:07}") for number in range(1, 121)}
    seen = see(files)

    assert len(changes_of(documents(seen))) == 240
    assert len(titles(feed_of(seen))) == LIMIT


def test_the_server_answers_the_feed_with_links_to_itself(see: See, engine: Engine) -> None:
    seen = see({"adr/0001-a.md": own()})
    with transaction(engine) as connection:
        sync_decisions(build.context(connection, seen.knowledge))
    client = create_app(Settings(), plugins=(adr,), engine=engine, workspace=seen.workspace).test_client()

    answer = client.get("/api/adr/feed")

    assert answer.content_type == "application/atom+xml; charset=utf-8"
    feed = ET.fromstring(answer.data)  # noqa: S314  # Our own.
    assert titles(feed) == ["Accepted: 0001 Use one gateway", "Proposed: 0001 Use one gateway"]
    assert {link.get("href") for link in feed.findall(f"{ATOM}link")} == {
        "http://localhost/api/adr/feed", "http://localhost/decisions/",
    }  # fmt: skip
    assert client.get("/api/adr/feed", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
