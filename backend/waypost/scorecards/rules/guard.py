"""Evaluates rules where they can hurt nobody: in a worker process with bounded memory and time."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from waypost.core.closing import Closing
from waypost.scorecards.rules import worker
from waypost.scorecards.rules.compiling import Rule

CHUNK = 64
"""Entities a message: large enough that the pipe costs nothing, small enough to try one by one."""

STRIKES = 3
"""So many entities a rule may break its budget on before it is left out of the rest of a run."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What the rules of one entity may use together."""

    memory_bytes: int = 512 * 1024 * 1024
    cpu_seconds: float = 2.0


Ask = tuple[int, Mapping[str, Any] | None]
"""One rule to evaluate, by its number, with its parameters; None where it reads none."""


@dataclass(frozen=True, slots=True)
class Question:
    """The rules to evaluate for one entity, in plans that many entities share, with what they may read."""

    entity: Any
    facts: Mapping[str, Any]
    plans: Sequence[Sequence[Ask]]


class Answer(NamedTuple):
    """What an expression came to: a value, or what broke."""

    value: Any = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the expressions of a question came to, one after the other.

    ``values`` has None where something broke; ``broken`` says what, by the place as a text.
    """

    values: list[Any]
    broken: dict[str, str]

    def __getitem__(self, place: int) -> Answer:
        error = self.broken.get(str(place), "") if self.broken else ""
        return Answer(self.values[place], error)

    def __len__(self) -> int:
        return len(self.values)

    def __iter__(self) -> Iterator[Answer]:
        return map(self.__getitem__, range(len(self.values)))


class _DiedError(Exception):
    """The worker ended before it answered."""


class Evaluator(Closing):
    """Evaluates rules in a worker process; a context manager, for the process is ended with it."""

    def __init__(self, rules: Sequence[Rule], budget: Budget | None = None) -> None:
        self._rules = rules
        self._budget = budget or Budget()
        self._process: subprocess.Popen[bytes] | None = None
        self._strikes: dict[int, int] = {}

    def close(self) -> None:
        """End the worker."""
        self._stop()

    def forgive(self) -> None:
        """Begin another run: rules that were left out are tried again, for what broke them may be gone."""
        self._strikes.clear()

    def answer(self, questions: Iterable[Question], now: datetime) -> Iterator[Reply]:
        """Answer *questions* in order, each with an answer for each of the asks of its plans.

        A rule that takes more than the budget is an error for that entity; the others are answered
        as if it were not there.
        """
        remaining = iter(questions)
        while chunk := list(islice(remaining, CHUNK)):
            yield from self._chunk(chunk, now)

    def _chunk(self, questions: list[Question], now: datetime) -> list[Reply]:
        try:
            return self._send(questions, now)
        except _DiedError:
            if len(questions) > 1:
                return [reply for one in questions for reply in self._chunk([one], now)]
        return [self._one_by_one(questions[0], now)]

    def _one_by_one(self, question: Question, now: datetime) -> Reply:
        answers = []
        for ask in (ask for plan in question.plans for ask in plan):
            try:
                answers.append(self._send([Question(question.entity, question.facts, [[ask]])], now)[0][0])
            except _DiedError:
                self._strikes[ask[0]] = self._strikes.get(ask[0], 0) + 1
                answers.append(self._over_budget())
        return _reply(answers)

    def _over_budget(self) -> Answer:
        megabytes = self._budget.memory_bytes // (1024 * 1024)
        return Answer(error=f"takes more than {self._budget.cpu_seconds:g} s or {megabytes} MB")

    def _send(self, questions: list[Question], now: datetime) -> list[Reply]:
        asked = [self._without_struck(question) for question in questions] if self._strikes else questions
        process = self._process or self._start()
        try:
            worker.write_message(_pipe(process.stdin), _message(asked, now))
            replies = worker.read_message(_pipe(process.stdout))
        except BrokenPipeError:
            replies = None
        if replies is None:
            self._stop()
            raise _DiedError
        answers = [Reply(values, broken) for values, broken in replies]
        if not self._strikes:
            return answers
        return [self._merge(question, reply) for question, reply in zip(questions, answers, strict=True)]

    def _without_struck(self, question: Question) -> Question:
        plans = [[ask for ask in plan if not self._is_out(ask)] for plan in question.plans]
        return Question(question.entity, question.facts, plans)

    def _merge(self, question: Question, reply: Reply) -> Reply:
        answers = iter(reply)
        asks = (ask for plan in question.plans for ask in plan)
        return _reply([self._over_budget() if self._is_out(ask) else next(answers) for ask in asks])

    def _is_out(self, ask: Ask) -> bool:
        return self._strikes.get(ask[0], 0) >= STRIKES

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-I", str(Path(worker.__file__))]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603
        rules = [
            {"source": rule.source, "facts": sorted({r.path[0] for r in rule.facts if r.path})}
            for rule in self._rules
        ]
        limits = {"memory_bytes": self._budget.memory_bytes, "cpu_seconds": self._budget.cpu_seconds}
        worker.write_message(_pipe(process.stdin), {"rules": rules, **limits})
        self._process = process
        return process

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        for stream in (process.stdin, process.stdout):
            _close(stream)
        if process.poll() is None:
            process.kill()
        process.wait()


def _reply(answers: Sequence[Answer]) -> Reply:
    broken = {str(place): answer.error for place, answer in enumerate(answers) if answer.error}
    return Reply([answer.value for answer in answers], broken)


def _message(questions: Iterable[Question], now: datetime) -> dict[str, Any]:
    """Return *questions* as the worker takes them: a plan that several share is written once."""
    plans: list[Sequence[Ask]] = []
    places: dict[int, int] = {}
    rows = []
    for question in questions:
        for plan in question.plans:
            if id(plan) not in places:
                places[id(plan)] = len(plans)
                plans.append(plan)
        rows.append([[places[id(plan)] for plan in question.plans], question.entity, question.facts])
    return {"now": now.isoformat(), "plans": plans, "questions": rows}


def _pipe(stream: Any) -> Any:
    return stream


def _close(stream: Any) -> None:
    try:
        stream.close()
    except BrokenPipeError:  # Bytes that a dead worker never took.
        return
