"""Agents that the budget pauses: their work is pushed first, and they go on where they were."""
