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
    """The rules to evaluate for one entity, with what they may read."""

    entity: Any
    facts: Mapping[str, Any]
    asks: Sequence[Ask]


class Answer(NamedTuple):
    """What an expression came to: a value, or what broke."""

    value: Any = None
    error: str = ""


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

    def answer(self, questions: Iterable[Question], now: datetime) -> Iterator[list[Answer]]:
        """Answer *questions* in order, each with an answer for each of its asks.

        A rule that takes more than the budget is an error for that entity; the others are answered
        as if it were not there.
        """
        remaining = iter(questions)
        while chunk := list(islice(remaining, CHUNK)):
            yield from self._chunk(chunk, now)

    def _chunk(self, questions: list[Question], now: datetime) -> list[list[Answer]]:
        try:
            return self._send(questions, now)
        except _DiedError:
            if len(questions) > 1:
                return [answers for one in questions for answers in self._chunk([one], now)]
        return [self._one_by_one(questions[0], now)]

    def _one_by_one(self, question: Question, now: datetime) -> list[Answer]:
        answers = []
        for ask in question.asks:
            try:
                answers += self._send([Question(question.entity, question.facts, (ask,))], now)[0]
            except _DiedError:
                self._strikes[ask[0]] = self._strikes.get(ask[0], 0) + 1
                answers.append(self._over_budget())
        return answers

    def _over_budget(self) -> Answer:
        megabytes = self._budget.memory_bytes // (1024 * 1024)
        return Answer(error=f"takes more than {self._budget.cpu_seconds:g} s or {megabytes} MB")

    def _send(self, questions: list[Question], now: datetime) -> list[list[Answer]]:
        asks = [question.asks for question in questions]
        if self._strikes:
            asks = [[ask for ask in own if not self._is_out(ask)] for own in asks]
        process = self._process or self._start()
        try:
            worker.write_message(
                _pipe(process.stdin),
                {
                    "now": now.isoformat(),
                    "questions": [
                        {"entity": question.entity, "facts": question.facts, "asks": own}
                        for question, own in zip(questions, asks, strict=True)
                    ],
                },
            )
            replies = worker.read_message(_pipe(process.stdout))
        except BrokenPipeError:
            replies = None
        if replies is None:
            self._stop()
            raise _DiedError
        answers = [list(map(Answer._make, reply)) for reply in replies]
        if not self._strikes:
            return answers
        return [self._merge(q, iter(reply)) for q, reply in zip(questions, answers, strict=True)]

    def _merge(self, question: Question, answers: Iterator[Answer]) -> list[Answer]:
        return [self._over_budget() if self._is_out(ask) else next(answers) for ask in question.asks]

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


def _pipe(stream: Any) -> Any:
    return stream


def _close(stream: Any) -> None:
    try:
        stream.close()
    except BrokenPipeError:  # Bytes that a dead worker never took.
        return
