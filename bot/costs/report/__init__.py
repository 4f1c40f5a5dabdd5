"""The report of costs: one issue a month, one comment a day, a summary on Mondays, and what `/cost` answers."""
