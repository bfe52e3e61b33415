from __future__ import annotations

from datetime import date

import pytest

from adr import records
from adr.conftest import See, own
from waypost.core.errors import NotFoundError


@pytest.mark.parametrize(
    ("name", "text", "form"),
    [
        pytest.param("0007-use-one-gateway", records.NYGARD, "nygard", id="Nygard"),
        pytest.param("0007-use-one-gateway", records.MADR2, "madr2", id="MADR 2"),
        pytest.param("0007-use-one-gateway", records.MADR3, "madr3", id="MADR 3"),
        pytest.param("0007-use-one-gateway", records.MADR4, "madr4", id="MADR 4"),
        pytest.param("20260919-use-one-gateway", records.LOG4BRAINS, "log4brains", id="log4brains"),
        pytest.param("0007-use-one-gateway", records.BOLD, "other", id="bold"),
        pytest.param("0007-use-one-gateway", records.TABLE, "table", id="a table"),
        pytest.param("0007-use-one-gateway", records.Y_STATEMENT, "y-statement", id="Y-statement"),
        pytest.param("0007-use-one-gateway", own(), "waypost", id="Waypost"),
    ],
)
def test_every_format_says_the_same(see: See, name: str, text: str, form: str) -> None:
    decision = see({f"adr/{name}.md": text}).only

    assert (decision.title, decision.status, decision.date) == (
        "Use one gateway",
        "accepted",
        date(2026, 9, 19),
    )
    assert (decision.format, decision.in_force) == (form, True)


def test_the_key_of_every_field_has_its_line(see: See) -> None:
    decision = see({"adr/0007-a.md": own()}).only

    assert (decision.line_of("uid"), decision.line_of("status"), decision.line_of("decided")) == (2, 4, 8)


@pytest.mark.parametrize(
    "path",
    [
        "adr/README.md",
        "adr/index.md",
        "adr/template.md",
        "adr/0000-template.md",
        "adr/adr-template-minimal.md",
        "adr/2026-01-01-tracing/notes.md",
        "adr/design/guide.md",
    ],
)
def test_pages_beside_decisions_are_none(see: See, path: str) -> None:
    seen = see({path: "# A page\n\nAbout something.\n", "adr/0001-a.md": records.NYGARD})

    assert [decision.path for decision in seen.decisions.ordered] == ["adr/0001-a.md"]
    assert seen.decisions.others == (path,)


def test_the_readme_of_a_dated_folder_is_a_decision(see: See) -> None:
    decision = see({"adr/2022-02-07-tracing/README.md": "# Tracing\n\n## Decision\n\nWe trace.\n"}).only

    assert (decision.id, decision.title, decision.dated) == ("tracing", "Tracing", date(2022, 2, 7))


def test_decisions_may_lie_elsewhere(see: See) -> None:
    seen = see({"docs/adr/0001-a.md": records.NYGARD, "adr/0002-b.md": records.NYGARD}, adr_folder="docs/adr")

    assert [decision.path for decision in seen.decisions.ordered] == ["docs/adr/0001-a.md"]


def test_a_draft_has_its_slug_for_an_id(see: See) -> None:
    decision = see({"adr/draft-use-one-gateway.md": own(status="draft")}).only

    assert (decision.id, decision.number) == ("use-one-gateway", None)
    assert decision.page_uri == "decisions/use-one-gateway.md"


def test_a_number_that_two_have_names_neither(see: See) -> None:
    decisions = see({"adr/0001-a.md": records.NYGARD, "adr/0001-b.md": records.NYGARD}).decisions

    assert [decision.id for decision in decisions.ordered] == ["0001-a", "0001-b"]
    assert decisions.find("1") is None
    assert decisions.find("0001-b") is decisions.ordered[1]


@pytest.mark.parametrize("name", ["7", "0007", "ADR-7", "adr 0007", "a1b2c3d4", "use-one-gateway", 7])
def test_a_decision_is_found_by_everything_that_names_it(see: See, name: str | int) -> None:
    decisions = see({"adr/0007-use-one-gateway.md": own()}).decisions

    assert decisions.find(name) == decisions.ordered[0]


def test_a_title_left_from_the_template_is_none(see: See) -> None:
    files = {
        "adr/template.md": "# Our decision template\n",
        "adr/0001-use-one-gateway.md": "# Our decision template\n\n## Status\n\nAccepted\n",
    }

    assert see(files).only.title == "Use one gateway"


def test_a_status_that_says_which_there_are_is_none(see: See) -> None:
    text = "# A\n\n## Status\n\n> It may be proposed or accepted.\n\n{Proposed|Accepted}\n"

    assert see({"adr/0001-a.md": text}).only.status == ""


def test_the_change_log_dates_what_has_no_date(see: See) -> None:
    log = "## Changelog\n\n- 13-05-2023: Initial draft\n- 04-07-2023: Accepted\n"
    decision = see({"adr/adr-001-a.md": f"# ADR 1: A\n\n{log}\n## Status\n\nAccepted\n"}).only

    assert (decision.proposed, decision.dated) == (date(2023, 5, 13), date(2023, 7, 4))


def test_a_day_below_the_title_is_its_date(see: See) -> None:
    text = "# ADR 1: A\n\n11 March 2022\n\n## Context\n\n1 May 2020\n"

    assert see({"adr/adr-01.md": text}).only.dated == date(2022, 3, 11)


def test_front_matter_that_is_no_yaml_is_read_by_lines(see: See) -> None:
    seen = see({"adr/0001-a.md": "---\nstatus: accepted\nauthor: @ada\n---\n# A\n"})

    assert seen.only.status == "accepted"
    assert "adr/front-matter" in seen.rules


def test_the_summary_is_the_first_sentence_of_the_outcome(see: See) -> None:
    assert see({"adr/0001-a.md": records.NYGARD}).only.summary == "We will use one gateway."


@pytest.mark.parametrize("heading", ["# Architecture Decision Record", "# Decision"])
def test_a_heading_that_all_records_could_have_is_no_title(see: See, heading: str) -> None:
    assert (
        see({"adr/0003-use-one-gateway.md": f"{heading}\n\nStatus: accepted\n"}).only.title
        == "Use one gateway"
    )


def test_a_file_that_is_no_text_is_a_problem(see: See) -> None:
    seen = see({"adr/0001-a.md": b"# A\n\xff\n"})

    assert seen.rules == ["adr/unreadable"]
    assert seen.decisions.ordered == ()


@pytest.mark.parametrize(
    "text",
    ["", "---", "---\n---\n", "#", "| a", "## Status\n", "* Status:\n", "---\nuid: [\n---\n", "\ufeff# A\n"],
)
def test_no_file_breaks_the_reading(see: See, text: str) -> None:
    assert len(see({"adr/0001-a.md": text}).decisions.ordered) == 1


def test_folders_tell_apart_what_number_and_slug_do_not(see: See) -> None:
    decisions = see({"adr/x/0001-a.md": records.NYGARD, "adr/y/0001-a.md": records.NYGARD}).decisions

    assert [decision.id for decision in decisions.ordered] == ["adr-x-0001-a", "adr-y-0001-a"]


def test_slugs_that_two_have_are_told_apart_by_folder(see: See) -> None:
    decisions = see({f"adr/{name}/2024-01-01-a.md": records.MADR2 for name in "xy"}).decisions

    assert [decision.id for decision in decisions.ordered] == ["adr-x-a", "adr-y-a"]


@pytest.mark.parametrize("name", ["1", "galaxy"])
def test_what_nothing_names_is_not_found(see: See, name: str) -> None:
    decisions = see({"adr/0002-a.md": own()}).decisions

    assert decisions.get("2") is decisions.ordered[0]
    with pytest.raises(NotFoundError, match=f"no decision is named '{name}'"):
        decisions.get(name)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        pytest.param("# A\n\n## Status: Accepted\n", "accepted", id="in the heading"),
        pytest.param("# A\n\n## Status\n\n* Status: accepted\n", "accepted", id="named again below it"),
        pytest.param(
            "# A\n\n## Metadata\n\nStatus: accepted\n\n## Context\n", "accepted", id="below metadata"
        ),
        pytest.param("# A\n\n## Status\n\n{a|b}\n\nRejected\n", "rejected", id="below what there are"),
        pytest.param("# A\n\n## Context\n\nStatus: accepted\n", "", id="not in the text"),
    ],
)
def test_a_status_is_found_wherever_it_sits(see: See, text: str, status: str) -> None:
    assert see({"adr/0001-a.md": text}).only.status == status


def test_entries_of_a_change_log_may_be_headings(see: See) -> None:
    text = "# A\n\n## Changelog\n\n### November 2nd 2018\n\n- written\n\n## Context\n"

    assert see({"adr/0001-a.md": text}).only.proposed == date(2018, 11, 2)


def test_a_date_that_cannot_be_read_is_not_replaced_by_the_change_log(see: See) -> None:
    text = "# A\n\nDate: some day\n\n## Changelog\n\n- 2018-11-02: written\n"
    decision = see({"adr/0001-a.md": text}).only

    assert (decision.dated, decision.unread) == (None, {"date": "some day"})


def test_madr_without_metadata_has_no_version(see: See) -> None:
    assert see({"adr/0001-a.md": f"# A\n{records.MADR_SECTIONS}"}).only.format == "madr"


def test_a_template_is_known_by_what_it_leaves_open(see: See) -> None:
    text = "---\nstatus: '{proposed | accepted}'\n---\n# {short title}\n"
    seen = see({"adr/0000-start-here.md": text, "adr/0001-a.md": records.NYGARD})

    assert seen.decisions.others == ("adr/0000-start-here.md",)


def test_the_summary_ends_where_a_list_begins(see: See) -> None:
    text = "# A\n\n## Decision\n\nWe use [one](x.md):\n- this\n"

    assert see({"adr/0001-a.md": text}).only.summary == "We use one"


def test_decision_rights_that_are_no_text_are_a_problem(see: See) -> None:
    assert see({"adr/decision-rights.yaml": b"\xff"}).rules == ["adr/rights"]
