from __future__ import annotations

import re
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from content.beside import PAGES, SITE, Shell, alerts, entity_refs, front_matter, name_of, shell_blocks

EFFECTS = {"read", "change", "destructive"}
SHELLS = list(shell_blocks())
RUNBOOKS = sorted((SITE / "runbooks").glob("*.md"))
TITLED = [page for page in PAGES if page != SITE / "index.md"]


@pytest.mark.parametrize("page", TITLED, ids=name_of)
def test_every_page_says_its_kind_its_title_and_its_state(page: Path) -> None:
    front = front_matter(page)

    assert {"kind", "title", "owner", "status"} <= set(front)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_owners_and_what_a_page_is_about_are_in_the_catalog(page: Path) -> None:
    front = front_matter(page)
    review, escalation = front.get("review", {}), front.get("escalation", [])
    named = [
        front.get("owner"),
        *front.get("about", []),
        review.get("by"),
        *(step["to"] for step in escalation),
    ]

    assert {ref for ref in named if ref} <= entity_refs()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_page_was_reviewed_in_the_future(page: Path) -> None:
    review = front_matter(page).get("review")

    assert review is None or date.fromisoformat(review["on"]) <= datetime.now(UTC).date()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_files_that_a_page_watches_are_there(page: Path) -> None:
    watched = front_matter(page).get("watches", [])

    assert [path for path in watched if not (SITE.parent / path).exists()] == []


@pytest.mark.parametrize("shell", SHELLS, ids=lambda shell: shell.page)
def test_shell_parses(shell: Shell) -> None:
    parsed = subprocess.run(
        ["bash", "-n"], input=shell.fence.text, text=True, capture_output=True, check=False
    )

    assert parsed.stderr == ""


@pytest.mark.parametrize("shell", SHELLS, ids=lambda shell: shell.page)
def test_shell_says_what_it_does_and_a_destructive_step_the_way_back(shell: Shell) -> None:
    said = shell.fence.attributes

    assert said.get("effect") in EFFECTS
    assert said["effect"] != "destructive" or said["undo"]


@pytest.mark.parametrize("page", RUNBOOKS, ids=name_of)
def test_commands_of_a_runbook_use_its_variables_and_only_those(page: Path) -> None:
    declared = set(front_matter(page).get("variables", {}))
    shells = [shell for shell in SHELLS if shell.page == name_of(page)]
    used = {
        name
        for shell in shells
        for name in re.findall(r"\$\{?([A-Z_]+)", shell.fence.text + shell.fence.attributes.get("undo", ""))
    }

    assert used == declared


@pytest.mark.parametrize("page", RUNBOOKS, ids=name_of)
def test_examples_of_variables_fit_their_patterns(page: Path) -> None:
    variables = front_matter(page).get("variables", {})
    wrong = {name for name, spec in variables.items() if not re.fullmatch(spec["pattern"], spec["example"])}

    assert wrong == set()


@pytest.mark.parametrize("page", RUNBOOKS, ids=name_of)
def test_a_runbook_never_asks_to_replace_a_bracketed_name(page: Path) -> None:
    shells = [shell for shell in SHELLS if shell.page == name_of(page)]

    assert [shell.fence.text for shell in shells if re.search(r"<[a-z][a-z _-]*>", shell.fence.text)] == []


def test_every_alert_has_its_runbook_and_every_runbook_its_alerts() -> None:
    promised = {alert for page in RUNBOOKS for alert in front_matter(page).get("alerts", [])}
    written = {rule["alert"] for _, rule in alerts()}

    assert promised == written
