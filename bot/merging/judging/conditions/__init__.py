"""The conditions of a merge, each a pure function from the facts, by what they are about."""
