"""Writes values as JSON of one form only, so that the same value always has the same bytes and the same hash."""

from __future__ import annotations

import hashlib

import msgspec


def canonical(value: object) -> str:
    """This function will write frozen dataclasses and plain values as JSON with sorted keys and no blanks.

    Raises:
        TypeError: the value cannot be written.
    """
    return msgspec.json.encode(value, order="sorted").decode()


def digest(value: object) -> str:
    """This function will return the SHA-256 of the value's canonical JSON, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()
