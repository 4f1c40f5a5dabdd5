"""How the pack comes into a repository: looked at, planned file by file, merged with edits, written or proposed."""
