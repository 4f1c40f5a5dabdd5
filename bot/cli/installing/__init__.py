"""What `pilothouse init` does on a terminal: asks, shows, and hands over to the pack."""
