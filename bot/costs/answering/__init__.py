"""What `/cost` answers."""
