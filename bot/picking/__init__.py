"""Carries merged changes over to other branches, and takes them back, without a checkout."""
