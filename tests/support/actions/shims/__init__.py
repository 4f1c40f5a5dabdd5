"""Programs on PATH in place of those that need the network: each takes exactly the arguments it knows."""
