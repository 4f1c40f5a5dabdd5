"""GitHub's words and GitHub's API."""
