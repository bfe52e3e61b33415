"""Answers from memory: the index of the newest revision, and every list, page and count made from it."""
