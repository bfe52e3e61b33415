"""From what sources hold to the database: what changed is read, and only what that changes is written."""
