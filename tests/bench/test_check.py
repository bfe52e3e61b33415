"""How much CPU a check takes: of pages that nobody has checked, of pages that did not change, of one that did."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

import build
from bench import pages

pytestmark = pytest.mark.bench

SIZE = int(os.environ.get("WAYPOST_BENCH_PAGES", "1000"))


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with as many pages as are asked for."""
    root = tmp_path_factory.mktemp("pages")
    pages.write_repository(root, pages.knowledge_base(SIZE))
    return root


def spent(root: Path) -> tuple[float, str]:
    """Return how much CPU a check of *root* took with all its processes, in seconds, and what it told."""
    before = os.times()
    # Whoever checks often has compiled modules.
    env = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(root.parent / "compiled")}
    done = build.run_waypost("check", "--format", "json", cwd=root, env=env, timeout=600)
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return cpu, done.stdout


def test_a_page_that_changed_costs_little_beside_all_of_them(root: Path) -> None:
    (root.parent / "nothing").mkdir()
    spent(root.parent / "nothing")
    start, _ = spent(root.parent / "nothing")
    cold, first = spent(root)
    warm, second = spent(root)
    page = next(iter(sorted((root / "site").rglob("*.md"))))
    page.write_bytes(page.read_bytes() + b"\nOne more sentence.\n")
    changed, _ = spent(root)

    sys.stdout.write(
        f"\ncheck of {SIZE:,} pages: {cold:.2f} s of CPU with nothing kept ({1000 * cold / SIZE:.2f} ms a page),"
        f" {warm:.2f} s with nothing changed ({warm / cold:.0%}),"
        f" {changed:.2f} s with one page changed ({changed / cold:.0%}); {start:.2f} s with no page at all"
    )
    assert first == second
    assert changed < cold
