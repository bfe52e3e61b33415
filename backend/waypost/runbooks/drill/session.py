"""A drill as it goes: step by step, nothing run that the person has not told us to run."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from waypost.core.errors import ServiceUnavailableError
from waypost.core.terminaltext import printable
from waypost.runbooks.briefs import Brief
from waypost.runbooks.commandtext import set_variables, used_variables
from waypost.runbooks.drill.recording import Done, Drill
from waypost.runbooks.drill.running import Ran, run_command
from waypost.runbooks.drill.talking import (
    LeftError,
    ask_choice,
    ask_line,
    ask_value,
    ask_yes,
    say,
    show_output,
)
from waypost.runbooks.drill.walk import DrillStep, Walk
from waypost.runbooks.filling import fill, fill_words, needs
from waypost.runbooks.model import Effect
from waypost.runbooks.plaintext import effect_words

WORD: Final = "destroy"
"""What has to be typed before a destructive command runs."""
_ACTIONS: Final = {"r": "run it here", "d": "done elsewhere", "s": "skip", "b": "back", "q": "quit"}
_READ_ACTIONS: Final = {"r": "run it here", "a": "run all that only read", **_ACTIONS}
_RESULTS: Final = {"o": "ok", "f": "failed", "s": "skipped"}


class QuitError(Exception):
    """The person wants to end the drill here."""


@dataclass(slots=True)
class Session:
    """A drill under way: what was given, what commands left, and whether those that only read may run unasked."""

    brief: Brief
    walk: Walk
    drill: Drill
    save: Callable[[Drill], None]
    limit_s: float
    values: dict[str, str] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)
    may_read: bool = False

    def go(self, start: int = 0) -> None:
        """Walk through the steps from place *start* on; return behind the last.

        Raises:
            QuitError: The person wants to end here.
            LeftError: They are gone.
        """
        at = start
        while at < len(self.walk.steps):
            try:
                at += self._step(self.walk.steps[at])
                at = max(at, 0)
            except (LeftError, KeyboardInterrupt) as error:
                if isinstance(error, LeftError) and error.is_gone:
                    raise
                if ask_yes("End the drill here?"):
                    raise QuitError from None
        say("", *self.walk.after)

    def _step(self, step: DrillStep) -> int:
        """Go through one step; return how many places to move: 1, or -1 for back."""
        started = time.monotonic()
        say("", *step.before, "")
        say(f"--- Step {step.number} of {len(self.walk.steps)} - {step.label} - {effect_words(step.effect)}")
        self._ask_values(step)
        self._show(step)
        ran: Ran | None = None
        action = self._action(step)
        while action == "r":
            ran = self._run(step) or ran
            action = "d" if ran else self._ask_action(step)
        if action == "q":
            raise QuitError
        if action == "b":
            return -1
        result = "skipped" if action == "s" else self._result(ran)
        note = ask_line("Note, which others will read (Enter for none): ")
        took = round(time.monotonic() - started)
        self.drill = self.drill.with_step(Done(step.label, result, took, printable(note)))
        self.save(self.drill)
        return 1

    def _ask_values(self, step: DrillStep) -> None:
        wanted = {*needs(step.command), *needs(step.undo)}
        for variable in self.brief.variables:
            if variable.name in wanted and not self.values.get(variable.name):
                value = ask_value(variable)
                if value:
                    self.values[variable.name] = value

    def _show(self, step: DrillStep) -> None:
        say("", *("    " + printable(line) for line in self._filled(step).split("\n")), "")
        if step.precondition:
            say(f"  Only when: {printable(fill_words(step.precondition, self.values))}")
        if step.expect:
            say(f"  Expect: {printable(fill_words(step.expect, self.values))}")
        if step.undo:
            say(f"  Undo: {printable(fill(step.undo, self.values))}")

    def _filled(self, step: DrillStep) -> str:
        return fill(step.command, self.values)

    def _action(self, step: DrillStep) -> str:
        """Return what to do with *step*: those that only read run at once, where that was said."""
        if step.effect == Effect.READ and self.may_read and not self._open(step):
            say("  It only reads, and runs now.")
            return "r"
        return self._ask_action(step)

    def _ask_action(self, step: DrillStep) -> str:
        choices = _READ_ACTIONS if step.effect == Effect.READ and not self.may_read else _ACTIONS
        action = ask_choice("What now?", choices)
        if action == "a":
            self.may_read = True
            return "r"
        return action

    def _run(self, step: DrillStep) -> Ran | None:
        """Run *step* where the person means it; None where nothing was run."""
        still = self._open(step)
        if still:
            say(f"  It is not run: nothing is given for {', '.join('$' + name for name in still)}.")
            return None
        if not self._is_meant(step):
            say("  It is not run.")
            return None
        command = self._filled(step)
        try:
            ran = run_command(
                command,
                show_output,
                before=self.left,
                leaves=set_variables(command),
                limit_s=self.limit_s,
            )
        except ServiceUnavailableError as error:
            say(f"  {error}.")
            return None
        self.left |= ran.left
        self._tell(step, ran)
        return ran

    def _open(self, step: DrillStep) -> list[str]:
        """Return the variables of the page that *step* needs and nobody has given."""
        known = {variable.name for variable in self.brief.variables}
        wanted = used_variables(self._filled(step)) - self.left.keys()
        return sorted(wanted & known)

    def _is_meant(self, step: DrillStep) -> bool:
        if step.effect == Effect.READ:
            return True
        if step.effect == Effect.DESTRUCTIVE:
            return ask_line(f"  It is destructive. Type {WORD} to run it: ") == WORD
        return ask_yes("  It changes something. Run it?")

    def _tell(self, step: DrillStep, ran: Ran) -> None:
        ended = f"ended with {ran.status}"
        if ran.is_timed_out:
            ended = f"stopped after {self.limit_s:g} s"
        elif ran.is_interrupted:
            ended = "stopped by Ctrl-C"
        say("", f"  It {ended}, after {ran.took_s:.1f} s.")
        if step.expect:
            wanted = fill_words(step.expect, self.values)
            is_there = _plain(wanted) in _plain(ran.output)
            hint = (
                "its words are in the output"
                if is_there
                else "its words are not there as such; look yourself"
            )
            say(f"  Expected: {printable(wanted)} - {hint}.")

    def _result(self, ran: Ran | None) -> str:
        default = "" if ran is None else "o" if ran.is_good else "f"
        return _RESULTS[ask_choice("How did it go?", _RESULTS, default)]


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
