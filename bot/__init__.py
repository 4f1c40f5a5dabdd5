"""What Pilothouse can do: one folder per ability."""
