"""The site's pages about decisions: all of them, each one, their timeline, how they hang together, and their feed."""
