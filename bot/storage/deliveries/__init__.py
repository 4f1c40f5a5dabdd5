"""What the inbox remembers of each delivery: what came of it, and for a while what it said."""
