"""The terms in which a policy is written: lengths of time, workflow files, structures that are strict."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated

import msgspec
from msgspec import Meta

_DURATION = re.compile(r"(\d+)(s|m|h|d)")
_UNITS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}

Duration = Annotated[
    str,
    Meta(
        pattern=r"^[1-9][0-9]{0,3}[smhd]$",
        description="A length of time: 30s, 10m, 6h or 2d.",
        examples=["6h"],
    ),
]
WorkflowFile = Annotated[
    str,
    Meta(pattern=r"^[A-Za-z0-9._-]+\.ya?ml$", description="The name of a file in .github/workflows."),
]


def parse_duration(text: str) -> timedelta:
    """This function will read a length of time such as 30s, 10m, 6h or 2d.

    Raises:
        ValueError: the text has another form.
    """
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no length of time; write 30s, 10m, 6h or 2d")
    return int(match[1]) * _UNITS[match[2]]


class Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the policy that refuses what it does not know."""
