"""Decides whether a version may be released: facts are read, conditions are held against them."""
