"""Knows what a release holds: its versions, its commits, the notes made of them and whom they are told to."""
