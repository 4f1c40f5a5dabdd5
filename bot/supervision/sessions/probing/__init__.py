"""What hosts tell of sessions: one call for all that have the same owner."""
