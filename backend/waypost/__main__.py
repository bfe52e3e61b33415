"""``python -m waypost`` is the command ``waypost``."""

from waypost.cli.group import main

main()
