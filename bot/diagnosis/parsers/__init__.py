"""One log parser a file; the folder is the registry."""
