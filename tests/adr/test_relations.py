from __future__ import annotations

import pytest

from adr import records
from adr.conftest import See, own
from waypost.adr.model import State

OLD = "# 4. Two gateways\n\n## Status\n\nAccepted\n"


def status(text: str) -> str:
    return f"# 7. Use one gateway\n\n## Status\n\n{text}\n"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(records.NYGARD, id="a link in the status"),
        pytest.param(status("Accepted\n\nSupersedes ADR-4"), id="a number in the status"),
        pytest.param("# A\n\n| Supersedes | 0004 |\n|---|---|\n", id="a table"),
        pytest.param("# A\n\n* Status: accepted\n* Supersedes: 0004-two-gateways\n", id="a bullet"),
        pytest.param("# A\n\n## Links\n\n- Supersedes [it](0004-two-gateways.md)\n", id="a list of links"),
        pytest.param(
            "# A\n\nThis ADR supersedes the decision made in ADR 4, but\nkeeps its name.\n", id="a sentence"
        ),
        pytest.param(own(supersedes="[0004]"), id="front matter"),
    ],
)
def test_supersession_is_seen_from_both_sides(see: See, text: str) -> None:
    decisions = see({"adr/0004-two-gateways.md": OLD, "adr/0007-a.md": text}).decisions

    assert decisions.by_id["0007"].supersedes == ("0004",)
    assert decisions.by_id["0004"].superseded_by == ("0007",)
    assert decisions.by_id["0004"].state is State.SUPERSEDED


@pytest.mark.parametrize(
    "text",
    [
        "Superseded by [7. One](0007-a.md)",
        "⌛️ Superseded by [007. One](0007-a.md)",
        "Replaced by ADR-0007",
        "Superceded by #7.",
    ],
)
def test_supersession_may_be_told_by_the_older(see: See, text: str) -> None:
    decisions = see({"adr/0004-b.md": status(text), "adr/0007-a.md": OLD}).decisions

    assert decisions.by_id["0007"].supersedes == ("0004",)


@pytest.mark.parametrize("text", ["Amends [4](0004-b.md)", "Partially supersedes [ADR 4](0004-b.md)"])
def test_supersession_in_part_is_an_amendment(see: See, text: str) -> None:
    decisions = see({"adr/0004-b.md": OLD, "adr/0007-a.md": status(f"Accepted\n\n{text}")}).decisions

    assert decisions.by_id["0004"].amended_by == ("0007",)
    assert decisions.by_id["0004"].in_force


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("| Supersedes | N/A |\n|---|---|\n", id="not applicable"),
        pytest.param("ADR 4 supersedes ADR 3.\n", id="another's deed"),
        pytest.param("These ranges were replaced by 4 others.\n", id="other things"),
        pytest.param("```\nsupersedes: 4\n```\n", id="code"),
        pytest.param("> This supersedes ADR 4\n", id="a quotation"),
    ],
)
def test_what_is_no_supersession_is_none(see: See, text: str) -> None:
    decisions = see({"adr/0004-b.md": OLD, "adr/0007-a.md": f"# A\n\n{text}"}).decisions

    assert [decision.supersedes for decision in decisions.ordered] == [(), ()]


def test_a_number_is_first_sought_in_its_own_folder(see: See) -> None:
    files = {"adr/a/0004-b.md": OLD, "adr/b/0004-c.md": OLD, "adr/b/0007-a.md": status("Supersedes ADR 4")}

    assert see(files).decisions.by_id["0007"].supersedes == ("0004-c",)
