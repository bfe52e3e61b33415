"""Migrations of the tables of facts."""
