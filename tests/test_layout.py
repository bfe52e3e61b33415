"""Laws of the house that a machine can check."""

from __future__ import annotations

import ast
import re
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "backend").rglob("*.py"))
LONGEST_FILE = 300
LONGEST_FUNCTION = 40
MEDIAN_FUNCTION = 10


def _functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            lines = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
            yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", lines


def test_no_file_is_long() -> None:
    lines = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES
    }

    assert {name: count for name, count in lines.items() if count > LONGEST_FILE} == {}


def test_no_function_is_long_and_most_are_short() -> None:
    sizes = dict(size for path in SOURCES for size in _functions(path))

    assert {name: size for name, size in sizes.items() if size > LONGEST_FUNCTION} == {}
    assert statistics.median(sizes.values()) <= MEDIAN_FUNCTION


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_says_in_a_sentence_what_it_is(path: Path) -> None:
    told = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))

    assert told is not None
    assert told.splitlines()[0].endswith(".")


CATCHING = {
    "backend/waypost/core/direct.py": "whatever it was, it comes again within Flask",
    "backend/waypost/facts/collecting.py": "a collector of a stranger's may raise anything, and others are to go on",
}


def test_everything_is_caught_at_known_edges_only() -> None:
    catching = {
        str(path.relative_to(ROOT))
        for path in SOURCES
        if re.search(r"except (Base)?Exception\b|except:", path.read_text(encoding="utf-8"))
    }

    assert catching == CATCHING.keys()
