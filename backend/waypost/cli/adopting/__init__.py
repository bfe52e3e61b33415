"""Adopting a folder of Markdown that is there already: what is found, what is proposed, what is written."""
