"""Pages of every kind: their front matter, sections, owners and links."""
