"""Looks after sessions that work on their own, on this host or another."""
