"""Asks on a terminal for what a new decision needs; an answer that names nothing is asked for again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import click

from waypost.adr.drafting import Answers, Known
from waypost.core.errors import InputError

T = TypeVar("T")


def ask(answers: Answers, known: Known) -> Answers:
    """Return *answers* with those that are not there yet, asked for one by one."""
    if not answers.title:
        answers = replace(answers, title=click.prompt("What is decided, in the imperative"))
    if not answers.triggers and not answers.scope:
        answers = replace(answers, triggers=_ask_triggers(known))
    if not answers.scope:
        answers = replace(answers, scope=_ask_scope(answers, known))
    if not answers.affects:
        answers = replace(answers, affects=_ask_each("What it affects, such as component:shop", known.entity))
    if not answers.deciders:
        answers = replace(answers, deciders=_ask_deciders(answers, known))
    if not answers.supersedes:
        answers = replace(answers, supersedes=_ask_each("Which decisions it replaces", known.superseded))
    return answers


def _ask_triggers(known: Known) -> tuple[str, ...]:
    triggers = known.rights.triggers
    if not triggers:
        return ()
    click.echo(f"What it touches, by {known.rights.path}, and whose it then is:")
    width = max(map(len, triggers))
    for name, trigger in triggers.items():
        click.echo(f"  {name:<{width}}  {trigger.scope}{_told(trigger.description)}")
    return _ask_each("Triggers, with commas between", known.trigger)


def _told(description: str) -> str:
    return f": {description}" if description else ""


def _ask_scope(answers: Answers, known: Known) -> str:
    scopes = [scope.name for scope in known.rights.scopes]
    if not scopes:
        return ""
    default = known.scope("", answers.triggers) or scopes[0]
    label = f"Scope ({', '.join(scopes)})"
    return _ask(label, lambda name: known.scope(name, answers.triggers), default)


def _ask_deciders(answers: Answers, known: Known) -> tuple[str, ...]:
    scope = known.rights.find_scope(known.scope(answers.scope, answers.triggers))
    default = ", ".join(scope.groups) if scope else ""
    return _ask_each("Who decides, such as group:platform", known.decider, default)


def _ask_each(label: str, check: Callable[[str], str], default: str = "") -> tuple[str, ...]:
    def parse(text: str) -> tuple[str, ...]:
        return tuple(check(part.strip()) for part in text.split(",") if part.strip())

    return _ask(label, parse, default)


def _ask(label: str, parse: Callable[[str], T], default: str) -> T:
    def checked(text: str) -> T:
        try:
            return parse(text)
        except InputError as error:
            # Click asks again where it is told so.
            raise click.UsageError(str(error)) from error

    found: T = click.prompt(label, default=default, show_default=bool(default), value_proc=checked)
    return found
