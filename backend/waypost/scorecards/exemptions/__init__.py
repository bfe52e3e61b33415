"""Exemptions: who need not meet which checks, for how long."""
