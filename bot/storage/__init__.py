"""Pilothouse's own few tables on SQLite or PostgreSQL."""
