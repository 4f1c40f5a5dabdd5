"""The work of one try on its host: which commands are run, how they end, what that shows, what they changed."""
