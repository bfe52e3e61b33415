"""A platform team's knowledge base, software catalog and scorecards from one Git repository."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("waypost")
except PackageNotFoundError:  # pragma: no cover  # A source tree that was never installed.
    __version__ = "0+unknown"
