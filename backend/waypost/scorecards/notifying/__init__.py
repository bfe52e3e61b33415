"""Notifying: webhooks that are sent when a level falls, signed, and repeated until they arrive."""
