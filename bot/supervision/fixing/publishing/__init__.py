"""Puts a fix on GitHub: its commit, its branch, its pull request or issue, and what is said there."""
