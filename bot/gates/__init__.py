"""Approval gates: what waits for people, what they said, and whether it still holds."""
