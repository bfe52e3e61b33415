"""Questions and answers in a terminal."""

from __future__ import annotations

import sys
from collections.abc import Mapping

import click
import regex

from waypost.runbooks.filling import fits
from waypost.runbooks.model import Variable


class LeftError(Exception):
    """The person pressed Ctrl-C at a question, or the terminal is gone; ``is_gone`` tells which."""

    def __init__(self, *, is_gone: bool) -> None:
        super().__init__()
        self.is_gone = is_gone


def say(*lines: str) -> None:
    """Show *lines*."""
    for line in lines:
        click.echo(line)


def show_output(piece: bytes) -> None:
    """Show what a command writes, as it comes."""
    sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()


def ask_line(question: str) -> str:
    """Return what the person answers, without the blanks around it.

    Raises:
        LeftError: They press Ctrl-C, or are gone.
    """
    click.echo(question, nl=False)
    try:
        line = sys.stdin.readline()
    except KeyboardInterrupt:
        click.echo()
        raise LeftError(is_gone=False) from None
    if not line:
        click.echo()
        raise LeftError(is_gone=True)
    return line.strip()


def ask_choice(question: str, choices: Mapping[str, str], default: str = "") -> str:
    """Return the letter of one of *choices*; without a *default* the question comes again until one is given.

    Raises:
        LeftError: The person presses Ctrl-C, or is gone.
    """
    shown = ", ".join(_shown(letter, words, default) for letter, words in choices.items())
    while True:
        answer = ask_line(f"{question} {shown}: ").lower()
        chosen = answer or default
        for letter, words in choices.items():
            if chosen in (letter, words.split()[0]):
                return letter
        say(f"  Please answer with one of {', '.join(choices)}.")


def ask_yes(question: str) -> bool:
    """Return whether the person says yes, in full or by its letter; anything else is no.

    Raises:
        LeftError: They press Ctrl-C, or are gone.
    """
    return ask_line(f"{question} [y/N]: ").lower() in ("y", "yes")


def ask_value(variable: Variable) -> str:
    """Return a value for *variable* that fits it, "" where the person leaves it open.

    Raises:
        LeftError: They press Ctrl-C, or are gone.
    """
    example = f" (such as {variable.example})" if variable.example else ""
    say(f"  ${variable.name}: {variable.description}{example}")
    while True:
        value = ask_line(f"  {variable.name} = ")
        fault = value_fault(variable, value) if value else ""
        if not fault:
            return value
        say(f"  {fault}")


def value_fault(variable: Variable, value: str) -> str:
    """Return why *value* is none for *variable*, "" where it is one."""
    try:
        if fits(variable.pattern, value):
            return ""
    except (regex.error, TimeoutError):
        return f"The pattern of {variable.name} cannot be used; mend the page."
    if variable.pattern:
        return f"'{value}' does not fit {variable.pattern}"
    return f"'{value}' cannot be given: it begins with a dash, or holds what cannot be seen"


def _shown(letter: str, words: str, default: str) -> str:
    mark = letter.upper() if letter == default else letter
    rest = words.removeprefix(letter)
    return f"[{mark}]{rest}" if words.startswith(letter) else f"[{mark}] {words}"
