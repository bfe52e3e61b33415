"""Rules over scorecards and exemptions: what they name exists, their tests pass, and teams are told how to mend."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import replace

from waypost.adr.model import Decisions
from waypost.catalog.model import Definition
from waypost.core.errors import Problem, Severity
from waypost.core.plugin import Check, Knowledge
from waypost.core.workspace import Workspace
from waypost.documents.model import Documents
from waypost.facts.model import FactSources, type_fault
from waypost.facts.shapes import Shape
from waypost.scorecards.evaluation.tests_beside import NO_LEVEL, Failure, run_tests
from waypost.scorecards.evaluation.without_facts import passing_without_facts
from waypost.scorecards.load import (
    RULE_COMPILES,
    RULE_DUPLICATE,
    RULE_INVALID,
    RULE_LEVEL,
    Keys,
    definitions_by_place,
    expressions,
)
from waypost.scorecards.model import Check as ScorecardCheck
from waypost.scorecards.model import Scorecard, Scorecards
from waypost.scorecards.rules.checks import message_expressions
from waypost.scorecards.rules.compiling import compile_rule
from waypost.scorecards.scope import can_meet

RULE_FACT = "scorecards/undeclared-fact"
RULE_FIX = "scorecards/no-fix"
RULE_DECISION = "scorecards/unknown-decision"
RULE_TEST = "scorecards/test-fails"
RULE_ABSENCE = "scorecards/passes-without-facts"
RULE_REACH = "scorecards/empty-level"
RULE_APPLIES = "scorecards/never-applies"


def check_scorecards(workspace: Workspace, knowledge: Knowledge) -> Iterator[Problem]:
    """Find what is wrong in each scorecard that could be read."""
    definitions = definitions_by_place(knowledge, "Scorecard")
    pages = (knowledge[Documents] if Documents in knowledge else Documents()).folder
    failures = run_tests(knowledge[Scorecards].scorecards, knowledge[FactSources])
    for card in knowledge[Scorecards].scorecards:
        definition = definitions[card.path, card.line]
        sources = knowledge[FactSources]
        yield from _undeclared_facts(definition, card, sources)
        yield from _fixes(definition, card, workspace, f"{pages}/")
        yield from _decisions(definition, card, knowledge)
        yield from _test_names(definition, card, sources)
        known = {check.id for check in card.checks}
        own = [one for one in failures.get(card.name, ()) if one.keys[0] != "expect" or one.keys[1] in known]
        yield from _failing_tests(definition, own)
        yield from _unreachable(definition, card)
    for card, number in passing_without_facts(knowledge[Scorecards].scorecards, knowledge[FactSources]):
        yield _passes_on_nothing(definitions[card.path, card.line], card, number)


def _passes_on_nothing(definition: Definition, card: Scorecard, number: int) -> Problem:
    check = card.checks[number]
    line = definition.line_of("spec", "checks", number, "bands" if check.bands else "rule")
    message = f"check '{check.id}' passes where nothing is known of the entity: absence looks like success"
    fix = "ask for the fact without has(), so that its absence is no-data, or let absence fail"
    return Problem(definition.path, line, RULE_ABSENCE, message, fix, Severity.WARNING)


def _unreachable(definition: Definition, card: Scorecard) -> Iterator[Problem]:
    """Find checks that never apply, and levels that nothing is asked for."""
    applying = [check for check in card.checks if can_meet(card.applies_to, check.applies_to)]
    for number, check in enumerate(card.checks):
        if check not in applying:
            line = definition.line_of("spec", "checks", number, "appliesTo")
            message = f"check '{check.id}' applies to nothing that scorecard '{card.name}' applies to"
            fix = "name kinds, types or lifecycles that both have"
            yield Problem(definition.path, line, RULE_APPLIES, message, fix, Severity.WARNING)
    asked = {check.level for check in applying}
    for number, level in enumerate(card.levels):
        if level.name not in asked:
            line = definition.line_of("spec", "levels", number)
            below = (
                f"whoever has '{card.levels[number - 1].name}' has it too" if number else "everything has it"
            )
            message = f"nobody can be told by level '{level.name}': no check asks for it, and {below}"
            fix = f"give a check level: {level.name}, or take the level out"
            yield Problem(definition.path, line, RULE_REACH, message, fix, Severity.WARNING)


def _undeclared_facts(definition: Definition, card: Scorecard, sources: FactSources) -> Iterator[Problem]:
    for keys, path in _fact_paths(card):
        if not path or sources.declared(path) is None:
            shown = ".".join(("facts", *path))
            near = sources.nearest(".".join(path))
            fix = f"did you mean 'facts.{near}'?" if near else "declare it in a FactSource"
            message = f"no fact source declares '{shown}'" if path else "name the fact in full after 'facts.'"
            yield Problem(definition.path, definition.line_of(*keys), RULE_FACT, message, fix)


def _fact_paths(card: Scorecard) -> Iterator[tuple[Keys, tuple[str, ...]]]:
    for keys, source in (*expressions(card), *message_expressions(card)):
        for reference in compile_rule(source).facts:
            yield keys, reference.path
    for number, check in enumerate(card.checks):
        for path in check.max_age:
            yield ("spec", "checks", number, "facts", path), tuple(path.split("."))


def _fixes(definition: Definition, card: Scorecard, workspace: Workspace, pages: str) -> Iterator[Problem]:
    for number, check in enumerate(card.checks):
        keys: Keys = ("spec", "checks", number, "fix")
        if check.fix is None:
            message = f"check '{check.id}' does not say how to mend what it finds"
            line = definition.line_of("spec", "checks", number)
            fix = "name the page that tells how: fix: {doc: how-to/….md}"
            yield Problem(definition.path, line, RULE_FIX, message, fix, Severity.WARNING)
        elif not workspace.exists(pages + check.fix.doc.split("#")[0]):
            message = f"the page '{check.fix.doc}' that mends '{check.id}' does not exist"
            fix = f"write {pages}{check.fix.doc}, or name another page below {pages}"
            yield Problem(definition.path, definition.line_of(*keys, "doc"), RULE_FIX, message, fix)


def _decisions(definition: Definition, card: Scorecard, knowledge: Knowledge) -> Iterator[Problem]:
    for number, check in enumerate(card.checks):
        if check.because and not _is_decision(knowledge, check):
            message = f"'{check.because}' is no decision of this workspace"
            line = definition.line_of("spec", "checks", number, "because")
            yield Problem(definition.path, line, RULE_DECISION, message, "write it as adr:0007")


def _is_decision(knowledge: Knowledge, check: ScorecardCheck) -> bool:
    prefix, _, name = check.because.partition(":")
    return prefix == "adr" and knowledge[Decisions].find(name) is not None


def _test_names(definition: Definition, card: Scorecard, sources: FactSources) -> Iterator[Problem]:
    """Find tests that expect something of no check, or give facts that no source declares or of another type."""
    known = [check.id for check in card.checks]
    for number, test in enumerate(card.tests):
        if test.level not in {"", NO_LEVEL, *card.rank}:
            line = definition.line_of("spec", "tests", number, "level")
            message = f"test '{test.name}': scorecard '{card.name}' has no level '{test.level}'"
            yield Problem(
                definition.path, line, RULE_TEST, message, _nearest(test.level, [*card.rank, NO_LEVEL])
            )
        for check in {*test.expect, *test.messages} - set(known):
            line = definition.line_of("spec", "tests", number, "expect", check)
            message = f"test '{test.name}': scorecard '{card.name}' has no check '{check}'"
            yield Problem(definition.path, line, RULE_TEST, message, _nearest(check, known))
        for path, value in test.facts.items():
            line = definition.line_of("spec", "tests", number, "facts", path)
            declaration = sources.declarations.get(path)
            if declaration is None:
                message = f"test '{test.name}': no fact source declares '{path}'"
                yield Problem(definition.path, line, RULE_FACT, message, _nearest(path, sources.declarations))
            elif fault := type_fault(replace(declaration, inside=_in_part(declaration.shape)), value):
                yield Problem(definition.path, line, RULE_FACT, f"test '{test.name}': {fault}")


def _in_part(shape: Shape) -> Shape:
    """Return *shape* with every part optional: a test gives the parts that its rules read."""
    parts = shape.properties
    return replace(
        shape,
        properties=None if parts is None else {key: _in_part(part) for key, part in parts.items()},
        items=_in_part(shape.items) if shape.items else None,
        is_optional=True,
    )


def _nearest(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=1)
    return f"did you mean '{near[0]}'?" if near else ""


def _failing_tests(definition: Definition, failures: Iterable[Failure]) -> Iterator[Problem]:
    for failure in failures:
        line = definition.line_of("spec", "tests", failure.number, *failure.keys)
        message = f"test '{failure.test}': {failure.told}"
        yield Problem(definition.path, line, RULE_TEST, message, "mend the rule, or what the test expects")


CHECKS = (
    Check(RULE_FACT, "A rule reads only facts that a fact source declares.", check_scorecards),
    Check(RULE_FIX, "A check names a page that tells how to mend it, and the page exists."),
    Check(RULE_DECISION, "The decision that a check is because of exists."),
    Check(RULE_TEST, "The tests beside a scorecard's rules pass."),
    Check(RULE_ABSENCE, "A rule that reads facts does not pass where there are none."),
    Check(RULE_REACH, "Each level is asked for by a check that can apply."),
    Check(RULE_APPLIES, "A check applies to some of what its scorecard applies to."),
    Check(RULE_INVALID, "Scorecards and exemptions are written as the format says."),
    Check(RULE_DUPLICATE, "Names of scorecards, exemptions, checks and levels are used once."),
    Check(RULE_LEVEL, "Checks and targets name a level that the scorecard has."),
    Check(RULE_COMPILES, "Every rule compiles, and keeps to the limits of rules."),
)
