"""Merges pull requests when everything that is asked of them is shown to hold, and says why one waits."""
