"""The stories of wishes, from what happens on GitHub, a command or the clock to a merge."""
