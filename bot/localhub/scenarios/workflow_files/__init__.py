"""Plays workflow files as they are written: which jobs they have, when each begins, what it is called."""
