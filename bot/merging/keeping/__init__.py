"""Keeps wishes: takes them, looks at them whenever something happens, and carries out what is decided."""
