"""Registered locations, and what is asked before one is registered."""
