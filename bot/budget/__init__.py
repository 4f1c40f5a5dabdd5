"""Where a repository's daily budget stands, and what that stops."""
