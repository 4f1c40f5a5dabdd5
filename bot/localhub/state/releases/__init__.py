"""Releases of the local GitHub: their nouns, what can happen to them, their files and their tags."""
