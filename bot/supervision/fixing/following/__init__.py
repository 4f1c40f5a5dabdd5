"""How a fix goes on after it was proposed: its own build decides, and people are respected."""
