"""Runs of checks: answered from the results that are kept, so that a run costs no evaluation."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection

from waypost.facts import service as facts
from waypost.facts.model import Facts
from waypost.scorecards import store
from waypost.scorecards.results import Outcome
from waypost.techinsights.known import Known, KnownCheck
from waypost.techinsights.model import MET, TOLD, fact_schema, timestamp

Results = Mapping[tuple[str, str], Mapping[str, Outcome]]


@dataclass(frozen=True)
class Run:
    """A run of *checks*: what it needs beside the results."""

    known: Known
    checks: Sequence[KnownCheck]

    def of_entities(self, connection: Connection, refs: Collection[str]) -> Iterator[list[dict[str, Any]]]:
        """Give the results of each of *refs*, those that are true first. Two queries and one more for them all."""
        if not self.checks:
            yield from ([] for _ in refs)
            return
        results = store.results_of(connection, refs)
        is_read = any(check.paths for check in self.checks)
        known = facts.latest(connection, refs) if is_read else {}
        for ref in refs:
            yield self._of_entity(ref, results, known.get(ref, {}))

    def _of_entity(self, ref: str, results: Results, known: Facts) -> list[dict[str, Any]]:
        passed: list[dict[str, Any]] = []
        failed: list[dict[str, Any]] = []
        for check in self.checks:
            outcome = results.get((check.scorecard, ref), {}).get(check.name)
            if outcome is None or outcome.state not in TOLD:
                continue
            is_met = outcome.state in MET
            (passed if is_met else failed).append(self._result(check, outcome, known, is_met=is_met))
        return passed + failed

    def _result(self, check: KnownCheck, outcome: Outcome, known: Facts, *, is_met: bool) -> dict[str, Any]:
        told = check.met if is_met else check.unmet
        read = {check.id: {"value": is_met, "type": "boolean", "description": check.title}}
        for path in check.paths:
            if path in known:
                read[path] = {"value": known[path].value, **fact_schema(self.known.declared[path])}
        metadata = {**told["metadata"], **_metadata(outcome)}
        return {"facts": read, "result": is_met, "check": {**told, "metadata": metadata}}


def _metadata(outcome: Outcome) -> dict[str, Any]:
    told = {"state": outcome.state.value, "message": outcome.message, "exemption": outcome.exemption}
    found: dict[str, Any] = {key: value for key, value in told.items() if value}
    if outcome.would:
        found["would"] = outcome.would.value
    if outcome.since:
        found["since"] = timestamp(outcome.since)
    return found


def dump_entity(entity: str, results: list[dict[str, Any]], error: str = "") -> bytes:
    """Return the answer about one entity of many."""
    told: dict[str, Any] = {"entity": entity, "results": results}
    return orjson.dumps(told | {"error": error} if error else told)
