"""What the local GitHub remembers and what can happen in it, apart from HTTP."""
