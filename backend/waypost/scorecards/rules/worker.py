"""Evaluates rules in a process of its own, whose memory and time are bounded.

It is run as a file, so that starting it imports none of Waypost: a few hundredths of a second.
A message is its length in four bytes and JSON. The first one holds the rules and the limits; each one
after that holds questions, and is answered by one message.
"""

from __future__ import annotations

import resource
import signal
import sys
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, BinaryIO

import orjson
from cel_expr_python import cel

MAX_TEXT = 2_000
"""Longer texts in answers are cut: they become messages for people."""


def read_message(stream: BinaryIO) -> Any:
    """Return the next message of *stream*, None where it ends."""
    head = stream.read(4)
    if len(head) < 4:  # noqa: PLR2004 - the length itself
        return None
    size = int.from_bytes(head, "big")
    body = stream.read(size)
    return orjson.loads(body) if len(body) == size else None


def write_message(stream: BinaryIO, value: Any) -> None:
    """Write *value* to *stream* as one message."""
    body = _dumped(value)
    stream.write(len(body).to_bytes(4, "big") + body)
    stream.flush()


def _dumped(value: Any) -> bytes:
    return orjson.dumps(value, default=_plain, option=orjson.OPT_NON_STR_KEYS)


def _plain(value: object) -> str:
    if isinstance(value, timedelta):
        return f"PT{int(value.total_seconds())}S"
    return value.decode(errors="replace") if isinstance(value, (bytes, bytearray)) else str(value)


class _Rules:
    """The rules of this process, compiled."""

    def __init__(self, rules: list[dict[str, Any]]) -> None:
        types = dict.fromkeys(("entity", "facts", "params"), cel.Type.DYN) | {"now": cel.Type.TIMESTAMP}
        self._environment = cel.NewEnv(variables=types)
        self._compiled = [self._environment.compile(rule["source"]) for rule in rules]
        self._fact_keys = [rule["facts"] for rule in rules]

    def answer(self, plans: list[Any], question: list[Any], now: datetime) -> list[Any]:
        """Answer all of *plans* that *question* names, in order, as [the values, what broke by place].

        What does not use parameters shares one activation. A plan is the same for many entities, and named once.
        """
        numbers, entity, facts = question
        data = {"entity": entity, "facts": facts, "now": now, "params": {}}
        shared = self._environment.Activation(data)
        values: list[Any] = []
        broken: dict[str, str] = {}
        for number in numbers:
            for rule, params in plans[number]:
                activation = shared if params is None else self._own(rule, params, data)
                try:
                    result = self._compiled[rule].eval(activation)
                    value = result.plain_value()
                    if value is True or value is False:
                        values.append(value)
                        continue
                    values.append(_cut(value))
                except (RuntimeError, MemoryError, ValueError, TypeError) as error:
                    broken[str(len(values))] = _cut(f"{type(error).__name__}: {error}")
                    values.append(None)
                    continue
                # What broke comes back as text too; asking for the type costs as much as a short rule.
                if isinstance(value, str) and result.type() == cel.Type.ERROR:
                    broken[str(len(values) - 1)] = values[-1]
                    values[-1] = None
        return [values, broken]

    def _own(self, rule: int, params: object, data: Mapping[str, Any]) -> Any:
        facts = data["facts"]
        needed = {key: facts[key] for key in self._fact_keys[rule] if key in facts}
        return self._environment.Activation({**data, "facts": needed, "params": params})


def _cut(value: Any) -> Any:
    if isinstance(value, (str, bytes, bytearray)):
        return value[:MAX_TEXT]
    if isinstance(value, (list, dict)) and len(_dumped(value)) > MAX_TEXT:
        return "(too long to show)"
    return value


def main() -> None:
    """Answer questions until standard input ends. A question beyond its limits ends the process."""
    stdin, stdout = sys.stdin.buffer, sys.stdout.buffer
    start = read_message(stdin)
    if start is None:
        return
    resource.setrlimit(resource.RLIMIT_AS, (start["memory_bytes"],) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    rules = _Rules(start["rules"])
    while (message := read_message(stdin)) is not None:
        now = datetime.fromisoformat(message["now"])
        answers = []
        for question in message["questions"]:
            signal.setitimer(signal.ITIMER_PROF, start["cpu_seconds"])
            answers.append(rules.answer(message["plans"], question, now))
        signal.setitimer(signal.ITIMER_PROF, 0)
        write_message(stdout, answers)


if __name__ == "__main__":
    main()
