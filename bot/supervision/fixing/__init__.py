"""Builds of watched branches that broke, fixed by a pull request."""
