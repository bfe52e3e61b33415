"""Reads the scorecards and exemptions of ``catalog/``, and compiles their rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from waypost.catalog.model import Catalog, Definition, EntityRef
from waypost.core.errors import InputError, Problem
from waypost.core.plugin import Knowledge, Loaded
from waypost.core.schemas import WireSchema
from waypost.core.workspace import Workspace
from waypost.facts.load import read_spec, text_metadata
from waypost.scorecards.exemptions.model import Exemption
from waypost.scorecards.model import Scorecard, Scorecards
from waypost.scorecards.rules.compiling import RuleError, compile_rule
from waypost.scorecards.rules.messages import parse_message
from waypost.scorecards.schemas import ExemptionSpecSchema, ScorecardSpecSchema

RULE_INVALID = "scorecards/invalid"
RULE_DUPLICATE = "scorecards/duplicate"
RULE_LEVEL = "scorecards/unknown-level"
RULE_COMPILES = "scorecards/rule"

FIXES = {
    RULE_DUPLICATE: "give one another name",
    RULE_LEVEL: "name a level that spec.levels declares",
    RULE_COMPILES: "write it as CEL, as the guide to scorecards shows",
    RULE_INVALID: "write it as the guide to scorecards shows",
}

Keys = tuple[str | int, ...]

RESERVED = frozenset({"badges", "campaigns", "exemptions", "index", "results"})
"""Names below which the API and the site have something else."""


def load_scorecards(_workspace: Workspace, knowledge: Knowledge) -> Loaded[Scorecards]:
    """Read every ``kind: Scorecard`` and ``kind: Exemption``.

    What breaks the schema, names a level that is not there, or holds a rule that does not compile is left
    out, with its problems: half a scorecard would grade wrongly.
    """
    problems: list[Problem] = []
    cards = _read(knowledge[Catalog].definitions_of("Scorecard"), ScorecardSpecSchema(), _to_scorecard)
    exemptions = _read(knowledge[Catalog].definitions_of("Exemption"), ExemptionSpecSchema(), _to_exemption)
    for _, faults in (*cards, *exemptions):
        problems += faults
    return Loaded(
        Scorecards(
            tuple(card for card, faults in cards if not faults),
            tuple(exemption for exemption, faults in exemptions if not faults),
        ),
        problems,
    )


def _read(
    definitions: Iterable[Definition],
    schema: WireSchema,
    finish: Callable[[Definition, Any, list[Problem]], Any],
) -> list[tuple[Any, list[Problem]]]:
    """Return the value of each definition with the problems that were met."""
    found, names = [], set()
    for definition in definitions:
        value, faults = read_spec(definition, schema, RULE_INVALID)
        if value is not None:
            value = finish(definition, value, faults)
        if definition.name in names:
            message = f"two documents of kind {definition.kind} are named '{definition.name}'"
            faults.append(problem_at(definition, (), RULE_DUPLICATE, message))
        names.add(definition.name)
        found.append((value, faults))
    return found


def problem_at(definition: Definition, keys: Keys, rule: str, message: str) -> Problem:
    """Return a problem at the value that *keys* lead to in *definition*; its rule says how to mend it."""
    line = definition.line_of(*keys) if keys else definition.line
    return Problem(definition.path, line, rule, message, FIXES.get(rule, ""))


def _to_exemption(definition: Definition, exemption: Exemption, faults: list[Problem]) -> Exemption:
    return replace(
        exemption,
        name=definition.name,
        title=text_metadata(definition)["title"],
        owner=owner_of(definition, faults),
        path=definition.path,
        line=definition.line,
    )


def _to_scorecard(definition: Definition, card: Scorecard, faults: list[Problem]) -> Scorecard:
    metadata = text_metadata(definition)
    card = replace(
        card,
        name=definition.name,
        owner=owner_of(definition, faults),
        path=definition.path,
        line=definition.line,
        title=metadata["title"],
        description=metadata["description"],
    )
    if card.name in RESERVED:
        message = f"no scorecard may be named '{card.name}': pages and the API have something else there"
        faults.append(problem_at(definition, ("metadata", "name"), RULE_INVALID, message))
    faults += _twice(definition, card)
    faults += _unknown_levels(definition, card)
    faults += _broken_rules(definition, card)
    return card


def owner_of(definition: Definition, faults: list[Problem]) -> str:
    """Return the owner that *definition* names as a reference, "" where it names none; what is no reference is a fault."""
    metadata = definition.document.get("metadata")
    owner = metadata.get("owner") if isinstance(metadata, Mapping) else None
    try:
        return str(EntityRef.parse(owner, "group")) if owner else ""
    except InputError as error:
        faults.append(problem_at(definition, ("metadata", "owner"), RULE_INVALID, str(error)))
        return ""


def _twice(definition: Definition, card: Scorecard) -> Iterator[Problem]:
    for key, names in (
        ("checks", [check.id for check in card.checks]),
        ("levels", [level.name for level in card.levels]),
        ("targets", [target.tier for target in card.targets]),
    ):
        for number, name in enumerate(names):
            if name in names[:number]:
                message = f"{key[:-1]} '{name}' of scorecard '{card.name}' is there twice"
                yield problem_at(definition, ("spec", key, number), RULE_DUPLICATE, message)


def _unknown_levels(definition: Definition, card: Scorecard) -> Iterator[Problem]:
    known = ", ".join(card.rank) or "none is declared"
    asked: list[tuple[Keys, str]] = [
        (("spec", "checks", n, "level"), check.level) for n, check in enumerate(card.checks) if check.level
    ]
    asked += [(("spec", "targets", n, "level"), target.level) for n, target in enumerate(card.targets)]
    for keys, level in asked:
        if level not in card.rank:
            message = f"scorecard '{card.name}' has no level '{level}'; its levels: {known}"
            yield problem_at(definition, keys, RULE_LEVEL, message)


def _broken_rules(definition: Definition, card: Scorecard) -> Iterator[Problem]:
    for keys, source in expressions(card):
        try:
            compile_rule(source)
        except RuleError as error:
            place = f"at its line {error.line}, column {error.column}"
            yield problem_at(
                definition, keys, RULE_COMPILES, f"the expression does not compile: {error} ({place})"
            )
    for number, check in enumerate(card.checks):
        try:
            for source in parse_message(check.message).expressions:
                compile_rule(source)
        except RuleError as error:
            keys = ("spec", "checks", number, "message")
            yield problem_at(definition, keys, RULE_COMPILES, f"the message does not compile: {error}")


def definitions_by_place(knowledge: Knowledge, kind: str) -> dict[tuple[str, int], Definition]:
    """Return the definitions of *kind* by the file and line that they stand at."""
    return {(d.path, d.line): d for d in knowledge[Catalog].definitions_of(kind)}


def expressions(card: Scorecard) -> Iterator[tuple[Keys, str]]:
    """Give every expression of *card* but those in messages, with the keys that lead to it."""
    named: list[tuple[Keys, str]] = [
        (("spec", "appliesTo", "when"), card.applies_to.when),
        (("spec", "tier"), card.tier),
    ]
    for number, check in enumerate(card.checks):
        at: Keys = ("spec", "checks", number)
        named += [
            ((*at, "bands", "value") if check.bands else (*at, "rule"), check.rule),
            ((*at, "evidence"), check.evidence),
            ((*at, "minSample"), check.min_sample),
            ((*at, "appliesTo", "when"), check.applies_to.when),
        ]
    return ((keys, source) for keys, source in named if source)
