"""The host's own migrations: tokens and revisions."""
