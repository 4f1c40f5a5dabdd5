"""Keeps wishes: reads everything about one, decides, and carries out what follows, merge by merge."""
