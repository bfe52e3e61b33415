"""Runbooks without a site: as clean HTML, as text for a terminal, as a pack of files."""
