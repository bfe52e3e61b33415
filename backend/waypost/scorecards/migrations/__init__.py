"""Migrations of the tables of scorecards."""
