"""Migrations of the decisions' table."""
