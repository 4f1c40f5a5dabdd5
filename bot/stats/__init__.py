"""How long a repository's pipeline takes, how often its caches hit, and how many tests it runs, by category."""
