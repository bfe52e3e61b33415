"""Campaigns: bringing everything to meet some checks by a day, step by step."""
