from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from adr.conftest import See, Seen, own
from waypost.adr.citing import Citations, find_citations
from waypost.adr.graph import chains, connected, edges_of, successors
from waypost.adr.pages.graph import CROWD, around_list, around_svg, graph_page, parts_to_draw
from waypost.core.graph.layers import Edge
from waypost.documents.model import Documents

SVG = "{http://www.w3.org/2000/svg}"


def record(number: int, **keys: str) -> str:
    return own(uid=f"u{number:07}", title=f"Decision {number}", **keys)


def files(**supersedes: str) -> dict[str, str]:
    numbers = sorted({*supersedes, *re.findall(r"\d+", " ".join(supersedes.values()))}, key=str)
    names = sorted(number.removeprefix("d") for number in numbers)
    return {
        f"adr/{int(n):04}-d.md": record(int(n), supersedes=supersedes.get(f"d{n}", "")) for n in set(names)
    }


def citations(seen: Seen) -> Citations:
    return find_citations(seen.decisions, seen.knowledge[Documents])


def tree(html: str) -> ET.Element:
    return ET.fromstring(html.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))  # noqa: S314  # Our own.


def test_citations_are_found_in_links_and_prose_but_not_in_code(see: See) -> None:
    text = record(4) + "As [[adr:0001]] and [the second](0002-b.md#x) say; see ADR-3.\n\n```\nADR-0005\n```\n"
    seen = see(
        {
            **{f"adr/000{n}-{c}.md": record(n) for n, c in enumerate("abcxe", 1) if c != "x"},
            "adr/0004-d.md": text,
        }
    )

    found = citations(seen)

    assert found.cites["0004"] == ("0001", "0002", "0003")
    assert found.cited_by == {"0001": ("0004",), "0002": ("0004",), "0003": ("0004",)}


def test_pages_that_cite_a_decision_are_found(see: See) -> None:
    page = "# A\n\nSee [it](../adr/0001-a.md) and [its page](decisions/0001-a.md).\n"
    seen = see({"adr/0001-a.md": record(1), "site/a.md": page, "site/b.md": "# B\n\nAs ADR 1 says.\n"})

    assert [page.path for page in citations(seen).pages["0001"]] == ["site/a.md", "site/b.md"]


def test_what_supersedes_another_does_not_cite_it_as_well(see: See) -> None:
    seen = see(
        {"adr/0001-a.md": record(1), "adr/0002-b.md": record(2, supersedes="[1]") + "Unlike ADR-0001.\n"}
    )

    found = citations(seen)

    assert found.cites["0002"] == ()
    assert edges_of(seen.decisions, found) == (Edge("0002", "0001", "supersedes"),)


def test_parts_hang_together_and_what_stands_alone_is_left_out() -> None:
    edges = [Edge("b", "a"), Edge("c", "b"), Edge("e", "d")]

    assert connected(list("abcdef"), edges) == [["a", "b", "c"], ["d", "e"]]


def test_chains_lead_from_what_holds_to_what_is_oldest(see: See) -> None:
    seen = see(files(d3="[2]", d2="[1]", d6="[4, 5]"))

    assert chains(seen.decisions) == [["0003", "0002", "0001"], ["0006", "0004"], ["0006", "0005"]]
    assert [d.id for d in successors(seen.decisions.get("1"), seen.decisions)] == ["0003"]


def test_a_circle_of_supersession_ends(see: See) -> None:
    seen = see(files(d1="[2]", d2="[3]", d3="[1]"))

    assert chains(seen.decisions) == [["0001", "0002", "0003"]]
    assert successors(seen.decisions.get("1"), seen.decisions) == []
    assert graph_page(seen.decisions, citations(seen)).pieces["part-1"]()


def test_the_picture_around_a_decision_links_every_other(see: See) -> None:
    seen = see({**files(d3="[2]", d2="[1]"), "adr/0004-d.md": record(4) + "As ADR-0002 says.\n"})

    html = str(around_svg(seen.decisions.get("2"), seen.decisions, citations(seen)))

    found = tree(html)
    assert [link.get("href") for link in found.iter(f"{SVG}a")] == [
        "/decisions/0001-d.md", "/decisions/0003-d.md", "/decisions/0004-d.md",
    ]  # fmt: skip
    assert (
        found.findtext(f"{SVG}desc")
        == "Superseded by 1, supersedes 1, cited by 1. The list below says the same."
    )
    boxes = {box.findtext(f"{SVG}title"): box for box in found.iter(f"{SVG}a")}
    assert "0003 Decision 3 (accepted)" in boxes
    table = str(around_list(seen.decisions.get("2"), seen.decisions, citations(seen)))
    assert re.findall(r'<th scope="row">(.*?)</th>', table) == ["Superseded by", "Supersedes", "Cited by"]


def test_a_decision_that_stands_alone_has_no_picture(see: See) -> None:
    seen = see({"adr/0001-a.md": record(1)})

    assert around_svg(seen.only, seen.decisions, citations(seen)) == ""
    assert "No decision tells of another yet." in graph_page(seen.decisions, citations(seen)).markdown


def test_many_that_cite_one_are_counted_in_the_picture_and_listed_whole(see: See) -> None:
    many = {f"adr/{n:04}-d.md": record(n) + "As ADR-0001 says.\n" for n in range(2, 15)}
    seen = see({"adr/0001-a.md": record(1), **many})

    found = citations(seen)

    assert "and 6 more" in around_svg(seen.decisions.get("1"), seen.decisions, found)
    assert around_list(seen.decisions.get("1"), seen.decisions, found).count("<a ") == 13


def test_of_a_crowd_only_what_was_replaced_is_drawn() -> None:
    nodes = [f"{number:04}" for number in range(CROWD + 1)]
    cites = [Edge(node, nodes[0], "cites") for node in nodes[1:]]

    assert list(parts_to_draw(nodes, [*cites, Edge("0002", "0001", "supersedes")])) == [
        (["0001", "0002"], [Edge("0002", "0001", "supersedes")])
    ]


def test_the_page_of_relations_says_the_same_as_its_pictures(see: See) -> None:
    seen = see({**files(d3="[2]", d2="[1]"), "adr/0004-d.md": record(4) + "As ADR-0002 says.\n"})

    page = graph_page(seen.decisions, citations(seen))

    assert (page.uri, list(page.pieces)) == ("decisions/graph.md", ["part-1"])
    picture = page.pieces["part-1"]()
    assert picture.count("wp-graph__arrow--supersedes") == 2
    assert picture.count("wp-graph__arrow--cites") == 1
    assert '<a href="/decisions/0004-d.md">0004 Decision 4</a>' in page.markdown
    assert page.markdown.count('<span class="wp-chain">supersedes</span>') == 2
