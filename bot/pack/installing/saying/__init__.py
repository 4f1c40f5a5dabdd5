"""Says what an installation does: on the terminal, and in the pull request."""
