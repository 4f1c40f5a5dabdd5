"""Notices of a budget beside its issue: a chat webhook and e-mail, sent once each, never in the ladder's way."""
