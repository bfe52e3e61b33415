"""The decision that a person names on the command line, with what may have been meant where there is none."""

from __future__ import annotations

from waypost.adr.model import Decision, Decisions
from waypost.core.errors import InputError, suggest


def choose(decisions: Decisions, name: str) -> Decision:
    """Return the decision that *name* names, as ``Decisions.find`` knows it.

    Raises:
        InputError: There is none such, or a number is that of several; it says what may be meant.
    """
    found = decisions.find(name)
    if found is not None:
        return found
    digits = name.strip().lower().removeprefix("adr").lstrip("-_ ")
    if digits.isdigit():
        several = [decision for decision in decisions.ordered if decision.number == int(digits)]
        if several:
            told = ", ".join(decision.id for decision in several)
            raise InputError(f"decision '{name}'", [f"{len(several)} have this number; say which: {told}"])
    known = {word: decision for decision in decisions.ordered for word in (decision.slug, decision.id)}
    hint = suggest(name.strip().lower(), known, "'waypost adr list' shows them all.")
    raise InputError(f"decision '{name}'", [f"there is none such. {hint}"])
