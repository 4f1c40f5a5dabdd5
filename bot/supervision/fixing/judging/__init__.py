"""Decides whether a failure of a watched branch is tried to be fixed."""
