"""Turns the bytes of a job log into clean lines that know their step."""
