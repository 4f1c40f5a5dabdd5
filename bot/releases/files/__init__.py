"""Verifies the files of a release: all that is expected, whole, and the same as the checksums file says."""
