"""Metrics: what scorecards come to, as gauges for Prometheus. All are computed from what the database holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from waypost.scorecards.reading.heat import state_counts
from waypost.scorecards.reading.index import CardIndex, level_name

_EXEMPTIONS: Final = ("active", "expiring", "unused", "announced", "refused", "ended")


@dataclass(frozen=True, slots=True)
class Measured:
    """What metrics are made from: grades, fact sources as the database has them, and exemptions by their state."""

    indexes: Sequence[CardIndex]
    sources: Sequence[Mapping[str, Any]]
    exemptions: Mapping[str, int]
    entities: int = 0
    """Of so many entities of each scorecard level and score are told one by one."""


class _Gauges(Collector):
    def __init__(self, measured: Measured) -> None:
        self.measured = measured

    def collect(self) -> Iterable[Metric]:
        """Give every gauge."""
        for index in (_levels, _scores, _checks, _targets, _evaluations):
            yield from index(self.measured.indexes)
        yield from _entities(self.measured)
        yield from _sources(self.measured.sources)
        yield from _exemptions(self.measured.exemptions)


def exposition(measured: Measured, accept: str) -> tuple[bytes, str]:
    """Return *measured* as Prometheus or OpenMetrics text, whichever *accept* prefers, and its media type."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Gauges(measured))
    encode, media_type = choose_encoder(accept)
    return encode(registry), media_type


def _gauge(name: str, told: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, told, labels=labels)


def _levels(indexes: Iterable[CardIndex]) -> Iterator[Metric]:
    gauge = _gauge(
        "waypost_scorecard_entities", "Entities by the level that they have.", "scorecard", "level"
    )
    for index in indexes:
        for level, count in index.whole().levels.items():
            gauge.add_metric([index.name, level_name(level)], count)
    yield gauge


def _scores(indexes: Iterable[CardIndex]) -> Iterator[Metric]:
    gauge = _gauge(
        "waypost_scorecard_score_median_ratio",
        "Median score of the entities that have one, from 0 to 1.", "scorecard",
    )  # fmt: skip
    for index in indexes:
        score = index.whole().median_score
        if score is not None:
            gauge.add_metric([index.name], score)
    yield gauge
    asked = _gauge(
        "waypost_scorecard_asked_checks", "Checks that apply to all entities together.", "scorecard"
    )
    told = _gauge("waypost_scorecard_evaluated_checks", "Checks of these that gave an answer.", "scorecard")
    for index in indexes:
        asked.add_metric([index.name], index.whole().applicable)
        told.add_metric([index.name], index.whole().evaluated)
    yield from (asked, told)


def _checks(indexes: Iterable[CardIndex]) -> Iterator[Metric]:
    gauge = _gauge(
        "waypost_scorecard_check_entities",
        "Entities by the state that a check finds them in; states of nobody are left out.",
        "scorecard", "check", "state",
    )  # fmt: skip
    for index in indexes:
        for check, counts in state_counts(index).items():
            for state, count in counts.items():
                gauge.add_metric([index.name, check, state], count)
    yield gauge


def _targets(indexes: Iterable[CardIndex]) -> Iterator[Metric]:
    targeted = _gauge(
        "waypost_scorecard_target_entities", "Entities that have a target, by tier.", "scorecard", "tier"
    )
    met = _gauge("waypost_scorecard_target_met_entities", "Entities that meet theirs.", "scorecard", "tier")
    for index in indexes:
        for tier, rolled in index.parts("tier").items():
            targeted.add_metric([index.name, tier], rolled.targeted)
            met.add_metric([index.name, tier], rolled.met)
    yield from (targeted, met)


def _evaluations(indexes: Iterable[CardIndex]) -> Iterator[Metric]:
    gauge = _gauge(
        "waypost_scorecard_evaluated_timestamp_seconds", "When a scorecard was last evaluated.", "scorecard"
    )
    for index in indexes:
        _add_time(gauge, index.name, index.document["as_of"])
    yield gauge


def _entities(measured: Measured) -> Iterator[Metric]:
    if not measured.entities:
        return
    level = _gauge(
        "waypost_entity_level", "The place of an entity's level: 0 for none, 1 for the lowest.",
        "scorecard", "entity",
    )  # fmt: skip
    score = _gauge(
        "waypost_entity_score_ratio", "The score of an entity, from 0 to 1.", "scorecard", "entity"
    )
    left = _gauge("waypost_scorecard_untold_entities", "Entities that are not told one by one.", "scorecard")
    for index in measured.indexes:
        places = {"": 0} | {name: place for place, name in enumerate(index.levels, 1)}
        for row in index.rows[: measured.entities]:
            level.add_metric([index.name, row.entity], places.get(row.graded.level, 0))
            if row.graded.score is not None:
                score.add_metric([index.name, row.entity], row.graded.score)
        left.add_metric([index.name], max(0, len(index.rows) - measured.entities))
    yield from (level, score, left)


def _sources(sources: Iterable[Mapping[str, Any]]) -> Iterator[Metric]:
    read = _gauge("waypost_fact_source_read_timestamp_seconds", "When a fact source was last read.", "source")
    failing = _gauge(
        "waypost_fact_source_failing", "Whether the last attempt to read a fact source failed.", "source"
    )
    for source in sources:
        _add_time(read, source["name"], source["collected_at"])
        failing.add_metric([source["name"]], 1 if source["error"] else 0)
    yield from (read, failing)


def _exemptions(counts: Mapping[str, int]) -> Iterator[Metric]:
    gauge = _gauge(
        "waypost_exemptions",
        "Exemptions, each at each check and entity, by state; those that expire within 30 days are active too.",
        "state",
    )
    for state in _EXEMPTIONS:
        if state in counts:
            gauge.add_metric([state], counts[state])
    yield gauge


def _add_time(gauge: GaugeMetricFamily, name: str, at: datetime | None) -> None:
    if at is not None:
        gauge.add_metric([name], at.timestamp())
