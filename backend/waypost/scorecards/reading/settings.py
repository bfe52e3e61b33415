"""The settings of what is read of scorecards."""

from __future__ import annotations

from typing import Any, Final

from waypost.core.settingvalues import Setting


def _not_negative(value: Any) -> str:
    return "" if value >= 0 else "must not be negative"


METRICS_ENTITIES: Final = Setting(
    "metrics.entities",
    0,
    "Of how many entities of each scorecard /metrics tells the level and score one by one. Each is two time series in"
    " Prometheus for each scorecard. 0: of none, only what they say together.",
    fault=_not_negative,
)
READING_SETTINGS: Final[tuple[Setting[Any], ...]] = (METRICS_ENTITIES,)
