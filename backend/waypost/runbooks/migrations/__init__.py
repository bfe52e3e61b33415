"""Migrations of the runbooks' table."""
