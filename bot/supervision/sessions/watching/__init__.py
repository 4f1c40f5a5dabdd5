"""The watchdog: looks at all sessions of a repository, starts what died, and looks after their work."""
