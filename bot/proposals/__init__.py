"""Proposals: a pull request that changes the configuration is told what is wrong with it and what would change."""
