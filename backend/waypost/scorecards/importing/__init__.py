"""Importing: checks of other systems become scorecards of ours, and what cannot be carried over is told."""
