"""PromQL expressions: whether they parse, where not, and which metrics and variables they name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, Final

from waypost.core.errors import Severity
from waypost.documents.snippets.promqltext import (
    Token,
    Use,
    depth_of,
    fill_variables,
    find_fault,
    tokens_of,
    variables_of,
)

_DEEPEST: Final = 100
_LONGEST: Final = 20_000
_MOST_TOKENS: Final = 2000
"""A longer expression takes the parser seconds, a deeper one its stack."""
_UNKNOWN_FUNCTION: Final = re.compile(r"unknown function with name '(\w+)'")
_FORMER: Final = {"holt_winters": "double_exponential_smoothing"}
_FUNCTIONS: Final = (
    *(
        "abs",
        "absent",
        "absent_over_time",
        "avg_over_time",
        "ceil",
        "changes",
        "clamp",
        "clamp_max",
        "clamp_min",
    ),
    *(
        "count_over_time",
        "day_of_month",
        "day_of_week",
        "day_of_year",
        "days_in_month",
        "delta",
        "deriv",
        "exp",
    ),
    *(
        "floor",
        "histogram_avg",
        "histogram_count",
        "histogram_fraction",
        "histogram_quantile",
        "histogram_sum",
    ),
    *(
        "hour",
        "idelta",
        "increase",
        "irate",
        "label_join",
        "label_replace",
        "last_over_time",
        "ln",
        "log10",
        "log2",
    ),
    *("max_over_time", "min_over_time", "minute", "month", "predict_linear", "present_over_time"),
    *("quantile_over_time", "rate", "resets", "round", "scalar", "sgn", "sort", "sort_desc", "sqrt"),
    *("stddev_over_time", "stdvar_over_time", "sum_over_time", "time", "timestamp", "vector", "year"),
)


@dataclass(frozen=True, slots=True)
class PromqlFault:
    """What is wrong with an expression, where it starts (from 0), and how bad that is."""

    start: int
    message: str
    fix: str = ""
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True)
class Expression:
    """A PromQL expression as read: the metrics and variables it names, and its fault, or None."""

    metrics: tuple[Use, ...] = ()
    variables: tuple[Use, ...] = ()
    fault: PromqlFault | None = None


@lru_cache(maxsize=4096)
def read_promql(text: str) -> Expression:
    """Read *text* as one expression. Variables of pages and dashboards stand for a name, a number or a duration."""
    tokens = tokens_of(text) if len(text) <= _LONGEST else ()
    if len(text) > _LONGEST or len(tokens) > _MOST_TOKENS or depth_of(tokens) > _DEEPEST:
        message = "the expression is too long or too deep to be read"
        return Expression(
            fault=PromqlFault(0, message, "Put parts of it into recording rules.", Severity.WARNING)
        )
    variables = tuple(variables_of(tokens))
    parsed, message = _parse_either(text, tokens)
    if parsed is not None:
        return Expression(tuple(_metrics(parsed, tokens)), variables)
    return Expression((), variables, _fault(text, tokens, message))


def _parse_either(text: str, tokens: tuple[Token, ...]) -> tuple[Any, str]:
    """Parse *text* with its variables as names, and else as numbers. Returns the fault of the first try."""
    parsed, message = _parse(fill_variables(text, tokens, as_number=False))
    if parsed is None and any(token.kind == "variable" for token in tokens):
        parsed, _ = _parse(fill_variables(text, tokens, as_number=True))
    return parsed, message


def _parse(text: str) -> tuple[Any, str]:
    import promql_parser  # noqa: PLC0415 - only where there is an expression

    try:
        return promql_parser.parse(text), ""
    except ValueError as error:
        return None, str(error).strip()


def _metrics(parsed: Any, tokens: tuple[Token, ...]) -> Iterator[Use]:
    """Give the metrics that selectors name, each where its name stands first."""
    import promql_parser  # noqa: PLC0415 - see _parse

    names: dict[str, None] = {}

    def visit(node: Any) -> None:
        if isinstance(node, promql_parser.MatrixSelector):
            node = node.vector_selector
        if isinstance(node, promql_parser.VectorSelector):
            matchers = node.matchers.matchers
            equal = [
                m.value for m in matchers if m.name == "__name__" and m.op == promql_parser.MatchOp.Equal
            ]
            names.update(dict.fromkeys([node.name] if node.name else equal))

    promql_parser.walk(parsed, pre_visit=visit)
    filled = {re.sub(r"\W", "_", token.text) for token in tokens if token.kind == "variable"}
    for name in names:
        if name not in filled and "$" not in name and not any(part and part in name for part in filled):
            places = (token.start for token in tokens if token.text.strip("\"'`") == name)
            yield Use(name, next(places, 0))


def _fault(text: str, tokens: tuple[Token, ...], message: str) -> PromqlFault:
    start, words = find_fault(tokens, message)
    unknown = _UNKNOWN_FUNCTION.search(message)
    if unknown is not None and words == message:
        return _unknown_function(unknown[1], start)
    if _is_newer(text, tokens):
        told = "the expression uses what Prometheus keeps behind a feature flag, and is not checked further"
        return PromqlFault(start, told, "Make sure that your servers have it.", Severity.WARNING)
    fix = "Mend the expression; separate several by an empty line."
    return PromqlFault(start, f"the expression does not parse: {_in_words(words)}", fix)


def _unknown_function(name: str, start: int) -> PromqlFault:
    if name in _FORMER:
        message = f"{name} is gone since Prometheus 3.0"
        return PromqlFault(start, message, f"Use {_FORMER[name]}.", Severity.WARNING)
    near = get_close_matches(name, _FUNCTIONS, n=1, cutoff=0.7)
    message = f"no function of PromQL is called '{name}'"
    if near:
        return PromqlFault(start, message, f"Did you mean '{near[0]}'?")
    fix = "Mend the name; a function that is newer than this check is right all the same."
    return PromqlFault(start, message, fix, Severity.WARNING)


def _in_words(message: str) -> str:
    return "its parts do not fit together" if message == "invalid promql query" else message


_NEWER_WORDS: Final = re.compile(r"(?<=[\])\s])(?:anchored|smoothed)\b")
_NEWER_DURATION: Final = re.compile(r"(?<=\[)[^\[\]\n]*[-+*/^%][^\[\]\n]*(?=\])|(?<=offset )\([^()\n]*\)")
_UNDERSCORES: Final = re.compile(r"(?<=\d)_(?=\d)")


def _is_newer(text: str, tokens: tuple[Token, ...]) -> bool:
    """Tell whether *text* parses without what newer servers have: anchored ranges, arithmetic of durations."""
    filled = fill_variables(text, tokens, as_number=False)
    known = _NEWER_WORDS.sub("", filled)
    known = _NEWER_DURATION.sub("1m", known)
    known = _UNDERSCORES.sub("", known)
    return known != filled and _parse(known)[0] is not None


def split_queries(text: str) -> Iterator[tuple[int, str]]:
    """Give the expressions of a block, each with how many characters stand before it.

    A block is one expression, or several with an empty line between them.
    """
    if not tokens_of(text):
        return
    if read_promql(text).fault is None:
        yield 0, text
        return
    at = 0
    for part in re.split(r"(\n[ \t]*\n)", text):
        if tokens_of(part):
            yield at, part
        at += len(part)
