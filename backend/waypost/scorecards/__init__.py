"""Scorecards: rules, levels, results and exemptions."""
