"""What Alembic runs for every migration, whichever plugin's."""
