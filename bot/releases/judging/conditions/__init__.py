"""The conditions that a release is held against, each from facts alone."""
