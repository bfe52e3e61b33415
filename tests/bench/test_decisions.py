"""How much CPU the pages of many decisions take, and whether that grows with their number alone."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

import build
from waypost.adr.model import Decisions
from waypost.adr.pages.generate import decision_pages
from waypost.core.host import find_plugins, load_knowledge
from waypost.core.plugin import SiteContext
from waypost.core.settings import Settings

pytestmark = pytest.mark.bench

FEW, MANY = 100, 500


class NoApi:
    def get(self, path: str, /, **query: str) -> object:
        raise AssertionError((path, query))


def decision(number: int) -> str:
    supersedes = f"supersedes: [{number - 3}]\n" if number % 6 == 0 else ""
    return (
        f"---\nuid: u{number:07}\ntitle: Decide number {number}\nstatus: accepted\nscope: team\n"
        f"summary: We decided.\nproposed: 20{10 + number % 16}-01-01\ndecided: 20{10 + number % 16}-02-01\n"
        f"decision-makers: [group:default/board]\naffects: [component:default/c{number % 20}]\n{supersedes}---\n\n"
        f"## Context\n\nAs ADR-{max(number - 7, 1):04} says.\n"
    )


def spent(root: Path, count: int) -> float:
    """Return how much CPU all pages of *count* decisions take, with their pieces, in seconds."""
    files = {f"adr/{number:04}-d.md": decision(number) for number in range(1, count + 1)}
    workspace = build.workspace(root, files)
    knowledge = load_knowledge(workspace, find_plugins())
    assert len(knowledge[Decisions].ordered) == count
    context = SiteContext(
        workspace=workspace, settings=Settings(), knowledge=knowledge, api=NoApi(), now=build.NOON
    )
    begin = time.process_time()
    for page in decision_pages(context):
        for make in page.pieces.values():
            make()
    return time.process_time() - begin


def test_pages_of_decisions_cost_by_their_number_alone(tmp_path: Path) -> None:
    spent(tmp_path / "first", FEW)
    few, many = spent(tmp_path / "few", FEW), spent(tmp_path / "many", MANY)

    sys.stdout.write(
        f"\npages of {MANY} decisions: {many:.2f} s of CPU ({1000 * many / MANY:.2f} ms each; of {FEW}: "
        f"{1000 * few / FEW:.2f} ms each)\n"
    )
    assert many / MANY < 3 * few / FEW
