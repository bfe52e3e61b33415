"""A sheet to take along: every step of a runbook with a box to tick, as Markdown that reads well as it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from waypost.core.terminaltext import printable
from waypost.runbooks.briefs import Brief, after_words
from waypost.runbooks.drill.walk import DrillStep, Walk
from waypost.runbooks.filling import fill, fill_words
from waypost.runbooks.plaintext import contact_words, effect_words


def sheet(brief: Brief, walk: Walk, values: Mapping[str, str]) -> str:
    """Return the sheet of *brief*: whom to call, what to fill in, then each step with room for how it went."""
    lines = [f"# Drill: {printable(brief.title)}", "", *_head(brief, values), ""]
    for step in walk.steps:
        lines += [*_step(step, values), ""]
    lines += ["Commit what the page got wrong together with the record: `site/runbooks/exercises/`.", ""]
    return "\n".join(lines)


def _head(brief: Brief, values: Mapping[str, str]) -> Iterator[str]:
    yield f"Alerts: {', '.join(brief.alerts) or 'none'}. Severity: {brief.severity or 'not told'}. Page: {brief.path}"
    yield ""
    yield "Date: ____________  By (group): ____________________  Environment: ______________  Began: ______"
    if brief.owner:
        yield ""
        yield f"Owner: {contact_words(brief, brief.owner)}"
    for after, ref in brief.escalation:
        yield f"Escalate {after_words(after)}: {contact_words(brief, ref)}"
    if brief.variables:
        yield ""
        for each in brief.variables:
            given = values.get(each.name) or "_" * 20
            yield f"- {each.name} = {given}  ({printable(each.description)})"


def _step(step: DrillStep, values: Mapping[str, str]) -> Iterator[str]:
    yield f"- [ ] **{step.number}. {step.label}** - {effect_words(step.effect)}"
    yield ""
    yield "  ```sh"
    yield from ("  " + printable(line) for line in fill(step.command, values).split("\n"))
    yield "  ```"
    if step.precondition:
        yield f"  Only when: {printable(fill_words(step.precondition, values))}"
    if step.expect:
        yield f"  Expect: {printable(fill_words(step.expect, values))}"
    if step.undo:
        yield f"  Undo: {printable(fill(step.undo, values))}"
    yield "  ok / failed / skipped   took ______   note ______________________________________"
