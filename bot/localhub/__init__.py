"""A small GitHub on loopback for the demo and the tests."""
