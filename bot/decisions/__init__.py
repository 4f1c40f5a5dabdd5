"""Decisions: what was concluded from which facts, recorded so that it can be concluded again."""
