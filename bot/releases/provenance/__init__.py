"""Proves who built the files of a release: attestations verified offline, by who may sign and what they say."""
