"""Evaluation: from facts and rules to results, grades and their changes."""
