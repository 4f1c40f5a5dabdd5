"""Sessions of agents: how they stand, and what is done about those that died."""
