"""The work of agents: what they committed is pushed to their branch, and what they forgot is committed to it."""
