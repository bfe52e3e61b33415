"""Tech Insights: scorecards and facts in the wire format of Backstage's plugin of that name."""

from __future__ import annotations

from waypost.core.later import later
from waypost.core.plugin import Plugin

plugin = Plugin(
    name="tech-insights",
    summary="Scorecards and facts as Backstage's Tech Insights plugin reads them.",
    after=("facts", "scorecards"),
    routes=later("waypost.techinsights.routes:make_routes"),
)
