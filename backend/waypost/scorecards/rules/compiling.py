"""Rules: CEL expressions compiled once, with limits, and what they read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from cel_expr_python import cel

from waypost.core.errors import WaypostError
from waypost.scorecards.rules.expression import Node, Reference, loop_depth, read_checked, references, walk

MAX_LENGTH = 4_000
MAX_NODES = 1_000
MAX_LOOP_DEPTH = 2

VARIABLES = ("entity", "facts", "params", "now")


class RuleError(WaypostError):
    """A rule cannot be compiled, or asks for more than rules may.

    ``line`` and ``column`` are inside the rule's text, from 1.
    """

    status = 400

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


@dataclass(frozen=True)
class Rule:
    """A compiled expression: its text and what it reads. Evaluated by ``waypost.scorecards.rules.guard``."""

    source: str
    tree: Node
    references: tuple[Reference, ...]

    @cached_property
    def facts(self) -> tuple[Reference, ...]:
        """The places below ``facts`` that it reads."""
        return tuple(reference for reference in self.references if reference.root == "facts")

    @cached_property
    def uses_params(self) -> bool:
        """Whether it reads ``params``."""
        return any(reference.root == "params" for reference in self.references)


@cache
def compile_rule(source: str) -> Rule:
    """Compile *source*, once whoever asks.

    Raises:
        RuleError: It is no CEL, names what is not there, or is larger than a rule may be.
    """
    if len(source) > MAX_LENGTH:
        raise RuleError(f"is {len(source)} characters long, and a rule may have {MAX_LENGTH}")
    try:
        tree = read_checked(_environment().compile(source).serialize())
    except (RuntimeError, RecursionError) as error:
        raise _worded(str(error)) from error
    _hold_to_limits(tree)
    return Rule(source, tree, tuple(dict.fromkeys(references(tree))))


def _hold_to_limits(tree: Node) -> None:
    nodes = sum(1 for _ in walk(tree))
    if nodes > MAX_NODES:
        raise RuleError(f"has {nodes} parts, and a rule may have {MAX_NODES}")
    depth = loop_depth(tree)
    if depth > MAX_LOOP_DEPTH:
        raise RuleError(f"has loops {depth} deep, and a rule may have {MAX_LOOP_DEPTH}")


def _worded(text: str) -> RuleError:
    """Return the library's *text* as a sentence, with the place that it names."""
    found = re.search(r"<input>:(-?\d+):(-?\d+): ([^\n\[]+)", text)
    if not found:
        return RuleError("is nested too deeply" if "recursion" in text else text.split("\n", maxsplit=1)[0])
    line, column, message = int(found[1]), int(found[2]), found[3].strip()
    if "recursion depth" in message:
        message = "is nested too deeply"
    return RuleError(message.removesuffix("(in container '')").strip(), max(line, 1), max(column, 1))


@cache
def _environment() -> Any:
    return new_environment()


def new_environment() -> Any:
    """Return the CEL environment that rules are compiled in: four variables, the standard functions."""
    dynamic = cel.Type.DYN
    types = dict.fromkeys(VARIABLES, dynamic) | {"now": cel.Type.TIMESTAMP}
    return cel.NewEnv(variables=types)
