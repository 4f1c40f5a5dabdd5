"""The conditions of a deployment, each a pure function from the facts, by what they are about."""
