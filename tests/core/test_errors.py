"""Facts about problems and errors."""

from __future__ import annotations

import pytest

from waypost.core.errors import Fault, InputError, Problem, Severity, suggest


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        (Problem("a.yaml", 3, "a/b", "it is wrong", "Mend it."), "a.yaml:3: error: it is wrong [a/b]"),
        (Problem("a.yaml", 0, "a/b", "odd", severity=Severity.WARNING), "a.yaml: warning: odd [a/b]"),
    ],
)
def test_a_problem_is_one_line_as_compilers_write_theirs(problem: Problem, told: str) -> None:
    assert str(problem) == told


def test_an_input_error_tells_every_fault() -> None:
    error = InputError("a.yaml", [Fault("spec.owner", "is missing"), "is odd"])

    assert str(error) == "a.yaml: spec.owner: is missing; is odd"


@pytest.mark.parametrize(
    ("name", "told"),
    [("chekcout", "Did you mean 'checkout'?"), ("zebra", "Add it.")],
)
def test_the_nearest_name_is_suggested(name: str, told: str) -> None:
    assert suggest(name, ["orders", "checkout"], "Add it.") == told
