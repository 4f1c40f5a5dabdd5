"""One file is one slash command, carrying its own usage, permission and examples."""
