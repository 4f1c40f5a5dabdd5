"""Examines a repository against what Pilothouse needs there; each finding with its remedy."""
