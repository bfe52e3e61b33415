"""What a drill leaves: a record that others can read, and, until it is done, where it had got to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Final

import orjson
import yaml
from marshmallow import ValidationError

from waypost.core.durations import duration_text
from waypost.core.errors import InputError
from waypost.core.schemas import faults_of
from waypost.runbooks.exercises import FOLDER
from waypost.runbooks.schemas import ExerciseSchema

_STATES: Final = Path(".waypost/drills")


@dataclass(frozen=True, slots=True)
class Done:
    """How one step went: ``ok``, ``failed`` or ``skipped``."""

    step: str
    result: str
    took_s: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """A drill so far. Values that were given are no part of it: they may be secret."""

    runbook: str
    by: str
    at: str
    environment: str
    commit: str = ""
    done: Mapping[str, Done] = field(default_factory=dict)
    note: str = ""

    def with_step(self, step: Done) -> Drill:
        """Return the drill with how *step* went, in place of how it had gone before."""
        return replace(self, done={**{k: v for k, v in self.done.items() if k != step.step}, step.step: step})

    def with_note(self, note: str) -> Drill:
        """Return the drill with *note* behind the one it has."""
        return replace(self, note=" ".join(filter(None, (self.note, note))))


def record_text(drill: Drill, order: Sequence[str]) -> str:
    """Return the record of *drill* as YAML, its steps in *order*.

    Raises:
        InputError: It would be no record that can be read again.
    """
    data: dict[str, Any] = {"runbook": drill.runbook, "by": drill.by, "at": drill.at}
    data |= {"environment": drill.environment}
    data |= {key: value for key, value in (("commit", drill.commit), ("note", drill.note)) if value}
    data["steps"] = [_step(drill.done[name]) for name in order if name in drill.done]
    try:
        ExerciseSchema().load(data)
    except ValidationError as error:
        raise InputError("the record", faults_of(error.messages)) from error
    text: str = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=110)
    return text


def write_record(root: Path, drill: Drill, order: Sequence[str], path: Path | None) -> Path:
    """Write the record of *drill* into a new file, and return where.

    Args:
        path: The file; by default one beside the other records, with a number where there is one of that day.

    Raises:
        InputError: The file is there already, cannot be written, or would be no record.
    """
    text = record_text(drill, order)
    for file in [path] if path is not None else _names(root, drill):
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("x", encoding="utf-8") as opened:
                opened.write(text)
        except FileExistsError:
            if path is not None:
                raise InputError(str(path), ["is there already; no record is written over"]) from None
        except OSError as error:
            raise InputError(str(file), [f"cannot be written: {error.strerror}"]) from error
        else:
            return file
    raise InputError(drill.runbook, ["has more records of one day than can be numbered"])


def keep(root: Path, drill: Drill) -> None:
    """Keep where *drill* has got to, so that it can be gone on with after whatever happens."""
    file = _state(root, drill.runbook)
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.write_bytes(orjson.dumps(asdict(drill)))
    fresh.replace(file)


def find_kept(root: Path, runbook: str) -> Drill | None:
    """Return the drill of *runbook* that was broken off, or None."""
    try:
        data = orjson.loads(_state(root, runbook).read_bytes())
        done = {name: Done(**each) for name, each in data.pop("done").items()}
        return Drill(**data, done=done)
    except (OSError, ValueError, KeyError, TypeError):
        # Of another release, or half a file: nothing that could be gone on with.
        return None


def forget(root: Path, runbook: str) -> None:
    """Drop what was kept of the drill of *runbook*."""
    _state(root, runbook).unlink(missing_ok=True)


def moment(at: datetime) -> str:
    """Return *at* as records have it, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _names(root: Path, drill: Drill) -> Iterator[Path]:
    start = root / FOLDER / f"{drill.at[:10]}-{drill.runbook}"
    for number in count(1):
        yield Path(f"{start}{f'-{number}' if number > 1 else ''}.yaml")


def _step(step: Done) -> dict[str, str]:
    data = {"step": step.step, "result": step.result}
    if step.result != "skipped":
        data["took"] = duration_text(timedelta(seconds=max(1, step.took_s)))
    return data | ({"note": step.note} if step.note else {})


def _state(root: Path, runbook: str) -> Path:
    return root / _STATES / f"{runbook}.json"
