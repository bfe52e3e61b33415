"""Rules over runbooks. Guides without front matter are not judged."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

import regex

from waypost.catalog.model import Catalog
from waypost.core.durations import duration_words
from waypost.core.errors import Problem, Severity, suggest
from waypost.core.markdownfile import MarkdownFile
from waypost.core.plugin import Check, CheckedAt, Knowledge
from waypost.core.workspace import Workspace
from waypost.documents.snippets.places import is_off, position_in, problem_at
from waypost.documents.snippets.promql import read_promql, split_queries
from waypost.documents.snippets.promqltext import tokens_of, variables_of
from waypost.documents.snippets.shelltext import placeholders
from waypost.runbooks.closure import check_closure
from waypost.runbooks.commandtext import set_variables, used_variables
from waypost.runbooks.escalation import check_escalation
from waypost.runbooks.model import Effect, Runbook, Runbooks, Step
from waypost.runbooks.rule_checks import check_queries as check_metrics
from waypost.runbooks.rule_checks import check_rules

Rule = Callable[[Runbook], Iterator[Problem]]
PATTERN_TIMEOUT_S: Final = 0.5
_SECTION: Final = 2
_ACTING: Final = frozenset({"stop the bleeding", "mitigation"})
# A word, and more behind it: a form of a name or a tag alone is nothing that somebody types.
_COMMAND_SPAN: Final = re.compile(r"(?<!`)`((?:\$ )?[a-z][\w./-]*[ \t][^`\n]+)`(?!`)")


def check_runbooks(_workspace: Workspace, knowledge: Knowledge) -> Iterator[Problem]:
    """Find what is wrong with each runbook, and with the exercises."""
    runbooks, catalog = knowledge[Runbooks], knowledge[Catalog]
    for runbook in runbooks.ordered:
        if runbook.is_typed:
            for rule in _RULES:
                yield from rule(runbook)
            yield from check_escalation(runbook, catalog)
            yield from check_exercised(runbook, knowledge[CheckedAt].at)
    for exercise in runbooks.strays:
        message = f"is an exercise of '{exercise.runbook}', and no runbook has that name"
        fix = "Write the name of the runbook's file, without .md."
        yield Problem(exercise.path, 1, "runbooks/exercise", message, fix)


def check_exercised(runbook: Runbook, at: datetime) -> Iterator[Problem]:
    """Find runbooks whose next exercise was due *at* a time. Only ever a warning to the owner."""
    if runbook.exercise_every is None or not runbook.is_exercise_due(at):
        return
    when = (
        f"was last exercised on {runbook.exercised_at:%Y-%m-%d}"
        if runbook.exercised_at
        else "was never exercised"
    )
    fix = "Go through it, and put the record into site/runbooks/exercises/."
    line = runbook.line_of("exercise_every")
    message = f"{when}, and asks for it every {duration_words(runbook.exercise_every)}"
    yield Problem(runbook.path, line, "runbooks/exercise-due", message, fix, Severity.WARNING)


def check_variables(runbook: Runbook) -> Iterator[Problem]:
    """Find variables that are used and not declared, declared and not used, or that contradict themselves."""
    own: frozenset[str] = frozenset()
    used = _names_in_queries(runbook)
    for step in runbook.steps:
        needs = used_variables(f"{step.text}\n{step.undo}")
        used |= needs
        own |= set_variables(step.text)
        for name in sorted(needs - own - runbook.variables.keys()):
            message = f"the command uses ${name}, which is not among the page's variables"
            fix = f"Declare {name} under 'variables:', with a description and an example."
            yield Problem(runbook.path, step.line, "runbooks/variable", message, fix)
    for name in runbook.variables:
        if name not in used:
            message = f"declares the variable {name}, and no command uses it"
            line = runbook.line_of("variables", name)
            yield Problem(runbook.path, line, "runbooks/variable", message, "Remove it.", Severity.WARNING)
        yield from _pattern_problems(runbook, name)


def _pattern_problems(runbook: Runbook, name: str) -> Iterator[Problem]:
    variable = runbook.variables[name]
    line = runbook.line_of("variables", name, "pattern")
    told = _fit_fault(name, variable.pattern, variable.example)
    if told is not None:
        message, fix = told
        yield Problem(runbook.path, line, "runbooks/variable", message, fix)


def _fit_fault(name: str, pattern: str, example: str) -> tuple[str, str] | None:
    """Return what is wrong with *pattern*, or with *example* under it, and how to mend it; None where both are well."""
    try:
        # The standard library's engine knows no limit: an author's slip such as (a+)+$ would hang the check.
        found = regex.compile(pattern).fullmatch(example, timeout=PATTERN_TIMEOUT_S)
    except regex.error as error:
        return f"the pattern of {name} is no regular expression: {error}", "Correct the pattern."
    except TimeoutError:
        fix = "Leave out a repeat inside a repeat, such as (a|aa)+."
        return f"the pattern of {name} takes more than {PATTERN_TIMEOUT_S} s on its own example", fix
    if example and pattern and not found:
        return (
            f"the example '{example}' of {name} does not fit its pattern",
            "Correct the example or the pattern.",
        )
    return None


def check_steps(runbook: Runbook) -> Iterator[Problem]:
    """Find commands that do not say what they do, cannot be taken back, or cannot be run."""
    effects = ", ".join(Effect)
    for step in runbook.steps:
        if not step.effect:
            message = "the command does not say what it does"
            fix = f"Begin the block with ```{{.sh effect=read}}: one of {effects}."
            yield Problem(runbook.path, step.line, "runbooks/effect", message, fix)
        elif step.effect not in set(Effect):
            message = f"effect '{step.effect}' is not known"
            yield Problem(runbook.path, step.line, "runbooks/effect", message, f"Use one of {effects}.")
        if step.effect == Effect.DESTRUCTIVE and not step.undo:
            message = "the command is destructive, and nothing says how to take it back"
            fix = 'Add undo="…" with the command that does, or with what stands in its way.'
            yield Problem(runbook.path, step.line, "runbooks/undo", message, fix)
        yield from _placeholder_problems(runbook, step)


def _placeholder_problems(runbook: Runbook, step: Step) -> Iterator[Problem]:
    for lines_before, text in placeholders(step.text):
        name = _variable_name(text)
        message = f"the command holds the placeholder {text}: a shell takes it for a redirection"
        fix = f"Write \"${name}\", and declare {name} under 'variables:'."
        yield Problem(runbook.path, step.line + 1 + lines_before, "runbooks/placeholder", message, fix)


def _variable_name(placeholder: str) -> str:
    return re.sub(r"\W+", "_", placeholder.strip("<>")).upper()


def check_prose(runbook: Runbook) -> Iterator[Problem]:
    """Find placeholders in commands that stand in the sentences of the sections in which somebody acts."""
    for number, line in _sentences(runbook.page.file):
        for span in _COMMAND_SPAN.findall(line):
            for _, text in placeholders(span):
                yield _prose_problem(runbook, number, text)


def _sentences(file: MarkdownFile) -> Iterator[tuple[int, str]]:
    """Give the lines of the sections in which somebody acts, each with its number, without blocks of code."""
    sections = {
        heading.line: heading.text.casefold() for heading in file.headings if heading.level <= _SECTION
    }
    blocks = {fence.line: fence.line + fence.text.count("\n") + 2 for fence in file.fences}
    section, end_of_block = "", 0
    for number, line in enumerate(file.text.split("\n"), start=1):
        section = sections.get(number, section)
        end_of_block = blocks.get(number, end_of_block)
        if section in _ACTING and number > end_of_block:
            yield number, line


def _prose_problem(runbook: Runbook, line: int, text: str) -> Problem:
    name = _variable_name(text)
    message = f"the command in this sentence holds the placeholder {text}"
    fix = f"Write \"${name}\" and declare {name} under 'variables:', or put the command into a block."
    return Problem(runbook.path, line, "runbooks/placeholder", message, fix)


def check_queries(runbook: Runbook) -> Iterator[Problem]:
    """Find variables of PromQL that the page does not declare. Those of dashboards begin with two underscores."""
    for fence in runbook.page.file.fences:
        if fence.language.lower() != "promql" or is_off(fence):
            continue
        for before, query in split_queries(fence.text):
            for use in read_promql(query).variables:
                if use.name not in runbook.variables and not use.name.startswith("__"):
                    line, column = position_in(fence.text, before + use.start)
                    message = f"the query uses ${use.name}, which is not among the page's variables"
                    fix = suggest(use.name, runbook.variables, f"Declare {use.name} under 'variables:'.")
                    yield problem_at(
                        runbook.page, fence, line, column, rule="runbooks/variable", message=message, fix=fix
                    )  # fmt: skip


def _names_in_queries(runbook: Runbook) -> set[str]:
    texts = [fence.text for fence in runbook.page.file.fences if fence.language.lower() == "promql"]
    return {use.name for text in texts for use in variables_of(tokens_of(text))}


_RULES: tuple[Rule, ...] = (check_variables, check_steps, check_prose, check_queries)

CHECKS = (
    Check(
        "runbooks/escalation",
        "A runbook says whom to call, in order of time, and ends at a group with someone to call.",
        check_runbooks,
    ),
    Check("runbooks/variable", "Variables of a runbook are declared, used, and fit their own pattern."),
    Check("runbooks/effect", "Every command says whether it reads, changes or destroys."),
    Check("runbooks/undo", "A destructive command says how to take it back."),
    Check("runbooks/placeholder", "No command holds a <placeholder>."),
    Check("runbooks/exercise", "A record of an exercise is complete, and names a runbook."),
    Check("runbooks/exercise-due", "A runbook is exercised as often as it asks for."),
    Check("runbooks/alerts", "A runbook names its alerts, and no two name the same.", check_closure),
    Check("runbooks/closure", "Every paging alert has a runbook, and every runbook's alert exists."),
    Check("runbooks/rules", "Files of Prometheus rules are such as Prometheus takes, and no templates."),
    Check("runbooks/expression", "The expression of every rule parses.", check_rules),
    Check("runbooks/repeated", "No rule is defined twice alike."),
    Check("runbooks/address", "The runbook_url of an alert leads to its runbook."),
    Check(
        "runbooks/metric", "Metrics in rules and on pages are listed or recorded somewhere.", check_metrics
    ),
    Check("runbooks/metrics", "Lists of metrics can be read."),
)
