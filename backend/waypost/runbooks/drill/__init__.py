"""Drills: a person goes through a runbook in the terminal, and what they met is written down."""
