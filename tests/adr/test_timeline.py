from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from datetime import date

import build
from adr.conftest import See, Seen, own
from waypost.adr.cycle import find_spans
from waypost.adr.pages.timeline import timeline_page
from waypost.adr.pages.timelinepicture import timeline_svg, told
from waypost.adr.standings import find_standings
from waypost.adr.timeline import Timeline, timeline_of

TODAY = date(2026, 11, 2)
SVG = "{http://www.w3.org/2000/svg}"


def timeline(seen: Seen) -> Timeline:
    standings = find_standings(seen.workspace, seen.knowledge, TODAY)
    return timeline_of(seen.decisions, find_spans(seen.workspace, seen.knowledge, standings), TODAY)


def test_decisions_stand_in_the_year_in_which_they_were_decided_the_newest_first(see: See) -> None:
    files = {
        "adr/0001-a.md": own(proposed="2025-12-20", decided="2026-01-05"),
        "adr/0002-b.md": own(uid="b1b2c3d4", proposed="2026-02-01", decided="2026-02-03"),
        "adr/0003-c.md": own(uid="c1b2c3d4", proposed="2025-02-01", decided="2025-02-03"),
    }

    found = timeline(see(files))

    assert {year: [span.decision.id for span in spans] for year, spans in found.years.items()} == {
        2026: ["0002", "0001"], 2025: ["0003"],
    }  # fmt: skip
    assert [span.days for span in found.years[2026]] == [2, 16]


def test_a_proposal_lasts_until_today(see: See) -> None:
    (span,) = timeline(see({"adr/0001-a.md": own(status="proposed", decided="")})).years[2026]

    assert (span.start, span.end, span.is_open) == (date(2026, 9, 1), TODAY, True)
    assert told(span) == "0001 Use one gateway: proposed; open since 2026-09-01 (62 days)"


def test_a_decision_without_a_date_is_listed_apart(see: See) -> None:
    seen = see({"adr/0001-a.md": "# A\n\nStatus: accepted\n"})

    found = timeline(seen)

    assert (dict(found.years), [decision.id for decision in found.undated]) == ({}, ["0001"])
    assert (
        '## Without a date\n\n<ul><li><a href="/decisions/0001-a.md">0001 A</a>'
        in timeline_page(found, TODAY).markdown
    )


def test_days_that_a_file_lacks_are_those_that_git_tells(see: See) -> None:
    seen = see({"adr/0001-a.md": "# A\n\nStatus: proposed\n"})
    build.commit(seen.workspace.root)

    (span,) = timeline(seen).years[2026]

    assert span.proposed == date(2026, 11, 2)


def test_a_proposal_written_down_after_the_decision_took_no_time(see: See) -> None:
    (span,) = timeline(see({"adr/0001-a.md": own(proposed="2026-09-25")})).years[2026]

    assert (span.days, told(span).rpartition("; ")[2]) == (
        0,
        "proposed 2026-09-19, decided 2026-09-19 (0 days)",
    )


def test_each_state_has_its_word_its_shape_and_a_link(see: See) -> None:
    states = ["accepted", "rejected", "deprecated", "proposed", "draft"]
    files = {
        f"adr/{number:04}-a.md": own(
            uid=f"u{number:07}", status=state, decided="2026-09-19" if number < 4 else ""
        )
        for number, state in enumerate(states, 1)
    }
    found = timeline(see({**files, "adr/0006-a.md": "# Six\n\nStatus: Ongoing\n\nDate: 2026-01-01\n"}))

    html = str(timeline_svg(2026, found.years[2026], TODAY))

    tree = ET.fromstring(html.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))  # noqa: S314  # Our own.
    links = list(tree.iter(f"{SVG}a"))
    assert {link.get("href") for link in links} == {f"/decisions/{number:04}-a.md" for number in range(1, 7)}
    assert {text.text for text in tree.iter(f"{SVG}tspan") if (text.text or "").startswith(" · ")} == {
        f" · {word}" for word in (*states, "ongoing")
    }
    shapes = {ET.tostring(mark[0]) for mark in tree.iter(f"{SVG}g") if mark.get("class") == "wp-mark"}
    assert len(shapes) == 6
    assert tree.findtext(f"{SVG}desc") == (
        "6 decisions, from January to December 2026; 2 of them still open. The table below says the same."
    )


def test_what_began_in_an_earlier_year_begins_at_the_edge(see: See) -> None:
    found = timeline(see({"adr/0001-a.md": own(proposed="2024-05-01", decided="2026-01-31")}))

    html = timeline_svg(2026, found.years[2026], TODAY)

    assert 'class="wp-timeline__earlier"' in html
    assert 'd="M8.0 37H' in html


def test_no_name_is_wider_than_the_picture(see: See) -> None:
    long = "Use " + "a very long name " * 20
    found = timeline(
        see(
            {
                "adr/0001-a.md": own(title=long),
                "adr/0002-b.md": own(uid="b1b2c3d4", decided="2026-06-30", proposed="2026-06-01", title=long),
            }
        )
    )

    html = timeline_svg(2026, found.years[2026], TODAY)

    for name in re.findall(r'wp-timeline__link">(.*?)</tspan>', html):
        assert name.endswith("…")
        assert len(name) < 90


def test_the_table_says_the_same(see: See) -> None:
    files = {"adr/0001-a.md": own(), "adr/0002-b.md": own(uid="b1b2c3d4", status="proposed", decided="")}

    page = timeline_page(timeline(see(files)), TODAY)

    html = page.pieces["year-2026"]()
    rows = re.findall(r"<tr><td>.*?</tr>", html)
    assert len(rows) == 2
    assert '2026-09-01</span></td><td></td><td class="wp-number">62, so far</td>' in rows[0]
    assert '2026-09-19</span></td><td class="wp-number">18</td>' in rows[1]


def test_a_name_without_room_at_either_side_stands_above(see: See) -> None:
    found = timeline(see({"adr/0001-a.md": own(status="proposed", decided="", proposed="2024-01-01")}))

    html = timeline_svg(2026, found.years[2026], TODAY)

    assert '<text x="8.0" y="36" text-anchor="start"' in html
    assert ">0001 Use one gateway</tspan>" in html
