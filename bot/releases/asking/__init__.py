"""Answers `/release` in all its forms: begins a release, shows it, goes on with it, gives it up."""
