"""Counts the minutes that GitHub Actions ran, by workflow run and attempt, and what they cost."""
