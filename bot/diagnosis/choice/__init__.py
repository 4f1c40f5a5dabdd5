"""Chooses which lines tell the failure: ranks, weighs, cuts, and names the cause."""
