"""The kinds of pages, and the sections that each must have. The one table of both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of page: what it is for, and its required sections in their order."""

    name: str
    summary: str
    sections: tuple[str, ...] = ()


_RUNBOOK = (
    "Stop the bleeding", "Meaning", "Impact", "Diagnosis", "Mitigation", "Verify", "Escalation", "Follow-up",
)  # fmt: skip
_CHOICE = ("Context", "Forces", "When to use it", "When not to")
_DESIGN = (
    "Architecture", "Components", "Flow", "Qualities", "Security", "Operability", "Cost", "Trade-offs",
    "Conformance", "Get started", "Exit",
)  # fmt: skip

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            Kind("guide", "How to do one thing."),
            Kind("overview", "What there is, and where to go on."),
            Kind("reference-architecture", "A tested design for one sort of workload.", _CHOICE + _DESIGN),
            Kind(
                "golden-path",
                "The supported way to build and run one sort of workload.",
                (*_CHOICE, "What you get", "What you own", *_DESIGN, "Leaving the path"),
            ),
            Kind("standard", "What everybody's work must meet."),
            Kind("policy", "A rule that a machine checks, with its artefacts."),
            Kind("runbook", "What to do when an alert fires.", _RUNBOOK),
            Kind("playbook", "How people work together in a situation."),
            Kind("plan", "What will be done, by when."),
            Kind("training", "What to learn, and how to know that it was learnt."),
        )
    }
)
