"""The command line: the host's commands, and those that every plugin adds."""
