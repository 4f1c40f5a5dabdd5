"""Reads the files in which projects say what they are made of: strangers wrote them, so each mistake has its place."""
