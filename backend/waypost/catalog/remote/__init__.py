"""What lies outside of the workspace: how it is read, how often, and by whom."""
