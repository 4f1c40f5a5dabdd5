"""Looks at a repository, in a folder or on GitHub."""
