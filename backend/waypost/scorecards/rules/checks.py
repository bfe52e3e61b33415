"""Rules over rules: what could never be right in them, and what is seldom meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from waypost.catalog.model import Definition
from waypost.core.errors import Problem, Severity
from waypost.core.plugin import Check, Knowledge
from waypost.core.workspace import Workspace
from waypost.facts.model import FactSources, nearest
from waypost.scorecards.load import Keys, definitions_by_place, expressions
from waypost.scorecards.model import ANY_TIER, Scorecard, Scorecards
from waypost.scorecards.model import Check as ScorecardCheck
from waypost.scorecards.rules.compiling import Rule, compile_rule
from waypost.scorecards.rules.constants import wrong_constants
from waypost.scorecards.rules.expression import Path, Reference
from waypost.scorecards.rules.messages import parse_message
from waypost.scorecards.rules.numbers import mixed_arithmetic
from waypost.scorecards.rules.presence import ITEMS, is_optional_in_entity, unguarded

RULE_ARITHMETIC = "scorecards/mixed-numbers"
RULE_CONSTANT = "scorecards/constant"
RULE_HAS = "scorecards/missing-has"
RULE_PARAM = "scorecards/params"
RULE_NOTHING = "scorecards/reads-nothing"


def check_rules(_workspace: Workspace, knowledge: Knowledge) -> Iterator[Problem]:
    """Find what is wrong in the expressions of each scorecard that could be read."""
    definitions = definitions_by_place(knowledge, "Scorecard")
    sources = knowledge[FactSources]
    for card in knowledge[Scorecards].scorecards:
        definition = definitions[card.path, card.line]
        yield from _numbers(definition, card, sources)
        yield from _missing_has(definition, card, sources)
        yield from _params(definition, card)
        yield from _constant(definition, card)


def _numbers(definition: Definition, card: Scorecard, sources: FactSources) -> Iterator[Problem]:
    for keys, source in (*expressions(card), *message_expressions(card)):
        rule = compile_rule(source)
        line = definition.line_of(*keys)
        kind_of = partial(_number_kind, check=_check_at(card, keys), sources=sources)
        for fault in mixed_arithmetic(rule, kind_of):
            fix = "write the whole number with a decimal point, or convert it with double(…)"
            yield Problem(definition.path, line, RULE_ARITHMETIC, fault, fix)
        for fault, fix in wrong_constants(rule):
            yield Problem(definition.path, line, RULE_CONSTANT, fault, fix)


def _check_at(card: Scorecard, keys: Keys) -> ScorecardCheck | None:
    return card.checks[int(keys[2])] if keys[1] == "checks" else None


def _number_kind(reference: Reference, *, check: ScorecardCheck | None, sources: FactSources) -> str:
    if reference.root == "facts":
        shape = sources.shape(reference.path)
        return shape.type if shape and shape.type in {"integer", "number"} else ""
    if reference.root != "params" or len(reference.path) != 1 or check is None:
        return ""
    value = check.params.get(reference.path[0])
    values = value.values() if isinstance(value, Mapping) else [value]
    kinds = {{int: "integer", float: "number"}.get(type(one), "") for one in values}
    return kinds.pop() if len(kinds) == 1 else ""


def _missing_has(definition: Definition, card: Scorecard, sources: FactSources) -> Iterator[Problem]:
    for keys, source in expressions(card):
        if keys[-1] in {"tier", "evidence"}:
            continue
        check = _check_at(card, keys)
        scopes = [card.applies_to, *([check.applies_to] if check else [])]
        asked_before = {scope.when for scope in scopes} | {check.min_sample if check else ""}
        guards = [compile_rule(before) for before in asked_before - {"", source}]

        def is_optional(path: Path, scopes: Any = scopes) -> bool:
            if path[0] == "facts":
                return _is_optional_fact(path[1:], sources)
            return path[0] == "entity" and is_optional_in_entity(path, scopes)

        for read in unguarded(compile_rule(source), guards, is_optional):
            is_missed = read.path[0] == "facts" and ITEMS not in read.path
            comes_to = "no-data" if is_missed else "an error"
            message = f"'{read.text}' may be absent, and the check is {comes_to} then"
            fix = f"ask for it first: {read.guard} && …, or {read.guard} ? … : false"
            line = definition.line_of(*keys)
            yield Problem(definition.path, line, RULE_HAS, message, fix, Severity.WARNING)


def _is_optional_fact(path: Path, sources: FactSources) -> bool:
    declaration = sources.declared(path)
    shape = declaration.shape if declaration else None
    for step in path[declaration.path.count(".") + 1 :] if declaration else ():
        shape = shape and (shape.items if step == ITEMS else shape.below([step]))
    return bool(shape and shape.is_optional)


def _params(definition: Definition, card: Scorecard) -> Iterator[Problem]:
    for number, check in enumerate(card.checks):
        at: Keys = ("spec", "checks", number)
        own = [(keys, source) for keys, source in _all_expressions(card) if keys[:3] == at]
        read: set[str] = set()
        for keys, source in own:
            names = set(_param_names(compile_rule(source), check.params))
            read |= names
            for name in sorted(names - check.params.keys()):
                message = f"check '{check.id}' reads params.{name}, which it does not declare"
                near = nearest(name, check.params)
                fix = f"did you mean params.{near}?" if near else f"declare it: params: {{{name}: …}}"
                yield Problem(definition.path, definition.line_of(*keys), RULE_PARAM, message, fix)
        for name in check.params:
            yield from _param(definition, check, (*at, "params", name), is_read=name in read)
    for keys, source in expressions(card):
        if keys[1] != "checks" and compile_rule(source).uses_params:
            message = f"{'.'.join(map(str, keys[1:]))} reads params, which only checks have"
            fix = "write the value itself"
            yield Problem(definition.path, definition.line_of(*keys), RULE_PARAM, message, fix)


def _param(definition: Definition, check: ScorecardCheck, keys: Keys, *, is_read: bool) -> Iterator[Problem]:
    name, line = str(keys[-1]), definition.line_of(*keys)
    if not is_read:
        message = f"no expression of check '{check.id}' reads params.{name}"
        yield Problem(definition.path, line, RULE_PARAM, message, "read it, or take it out", Severity.WARNING)
    value = check.params[name]
    if isinstance(value, Mapping) and ANY_TIER not in value:
        message = (
            f"params.{name} of check '{check.id}' has no value for other tiers: the check is an error there"
        )
        fix = 'give every other tier one: "*": …'
        yield Problem(definition.path, line, RULE_PARAM, message, fix, Severity.WARNING)


def _param_names(rule: Rule, declared: Iterable[str]) -> Iterator[str]:
    for reference in rule.references:
        if reference.root == "params":
            # Who reads the whole of them may mean each.
            yield from reference.path[:1] or declared


def _constant(definition: Definition, card: Scorecard) -> Iterator[Problem]:
    for number, check in enumerate(card.checks):
        if not {reference.root for reference in compile_rule(check.rule).references} & {
            "entity",
            "facts",
            "now",
        }:
            key = "bands" if check.bands else "rule"
            line = definition.line_of("spec", "checks", number, key)
            message = f"the rule of check '{check.id}' reads nothing of an entity: it is the same for all"
            fix = "read entity or facts"
            yield Problem(definition.path, line, RULE_NOTHING, message, fix, Severity.WARNING)


def _all_expressions(card: Scorecard) -> Iterator[tuple[Keys, str]]:
    yield from expressions(card)
    yield from message_expressions(card)


def message_expressions(card: Scorecard) -> Iterator[tuple[Keys, str]]:
    """Give every expression in the messages of *card*'s checks, with the keys that lead to the message."""
    for number, check in enumerate(card.checks):
        for source in parse_message(check.message).expressions:
            yield ("spec", "checks", number, "message"), source


RULE_CHECKS = (
    Check(RULE_ARITHMETIC, "A rule does not mix whole and decimal numbers in one sum.", check_rules),
    Check(RULE_CONSTANT, "Durations and times that a rule is written with can be read."),
    Check(RULE_HAS, "A rule asks for what may be absent before it reads it."),
    Check(RULE_PARAM, "Parameters are declared, read, and have a value for every tier."),
    Check(RULE_NOTHING, "A rule reads something of the entity."),
)
