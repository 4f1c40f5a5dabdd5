"""Releases versions: a pinned commit, a tag, a draft with proven files, and publishing last."""
