"""Signing in with GitHub: the way there and back, sessions, and what a person can read."""
