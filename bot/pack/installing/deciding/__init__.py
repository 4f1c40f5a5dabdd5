"""Decides what becomes of a pipeline and of each file: what is new comes in, what a person changed stays."""
