"""Environments that are kept for a time, and how they are taken down."""
