"""Decisions as each known format writes them; all say the same."""

from __future__ import annotations

NYGARD = """# 7. Use one gateway

Date: 2026-09-19

## Status

Accepted

Supersedes [4. Two gateways](0004-two-gateways.md)

## Context

Two gateways are one too many.

## Decision

We will use one gateway. It is cheaper.

## Consequences

None.
"""
MADR_SECTIONS = """
## Context and Problem Statement

Two gateways are one too many.

## Considered Options

* One
* Two

## Decision Outcome

Chosen option: "One", because it is cheaper.
"""
MADR2 = f"""# Use one gateway

* Status: accepted
* Deciders: Ada, Grace
* Date: 2026-09-19

Technical Story: #12
{MADR_SECTIONS}
"""
LOG4BRAINS = f"""# Use one gateway

- Status: accepted
- Date: 2026-09-19
- Tags: edge, cost
{MADR_SECTIONS}
## Links

- Supersedes [20200101-two-gateways](20200101-two-gateways.md)
"""
MADR3 = f"""---
# These are optional elements. Feel free to remove any of them.
status: {{ accepted }}
date: 2026-09-19
deciders: Ada, Grace
---
# Use one gateway
{MADR_SECTIONS}
"""
MADR4 = f"""---
status: "accepted"
date: 2026-09-19
decision-makers: [Ada, Grace]
---
# Use one gateway
{MADR_SECTIONS}
### Confirmation

A test.
"""
BOLD = """# ADR 0007: Use one gateway

**Date**: 2026-09-19

**Status** Accepted<!-- |Accepted|Rejected -->

## Context

Two gateways are one too many.
"""
TABLE = """# Use one gateway

| | |
|---|---|
| **Date** | Sep 19th, 2026 |
| Status | Accepted |
| Superseded by: | N/A |

## What

One gateway.
"""
Y_STATEMENT = """# Use one gateway

Status: accepted
Date: 2026-09-19

In the context of traffic from outside, facing two gateways that nobody wants to run, we decided for one and neglected
the other, to achieve less work, accepting a move, because one is enough.
"""
