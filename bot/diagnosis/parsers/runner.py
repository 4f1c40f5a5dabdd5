"""Reads what the runner says when it is lost, stopped, full, too slow or cancelled."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

PARSER = reader_of(
    "runner",
    signs=(
        "##[error]",
        "No space left on device",
        "ENOSPC",
        "disk quota exceeded",
        "No output has been",
        "The job exceeded",
    ),
    landmarks=("##[error]", "No space left on device"),
    forms=(
        Form(
            head=re.compile(
                r"(?:lost communication with the server|received a shutdown signal|has exceeded the maximum execution time|"
                r"has timed out after \d+ minutes|runner .{1,80} did not connect|encountered an (?:internal )?error (?:when|while) running your job|"
                r"No space left on device|Failed to initialize container|One or more containers failed to start|"
                r"Docker pull failed with exit code|Docker login .{1,80} failed|Failed to download action|Unable to download actions?\b|"
                r"Failed to resolve action download info|The runner .{1,80} (?:is offline|was not found))"
            ),
            cause=Cause.INFRASTRUCTURE,
            command="error",
            places=0,
        ),
        Form(
            head=re.compile(
                r"^(?:The operation was cancell?ed\.|The run was cancell?ed by|Canceling since a (?:higher|deadlock)|"
                r"The strategy configuration was cancell?ed|The job was cancell?ed because)"
            ),
            cause=Cause.CANCELLED,
            command="error",
            rank=Rank.LIKELY,
            places=0,
        ),
        Form(
            head=re.compile(
                r"^(?:No output has been received in the last|The job exceeded the maximum (?:time|log))"
            ),
            cause=Cause.INFRASTRUCTURE,
            body=re.compile(r"^\S"),
            most=3,
            places=0,
        ),
        Form(
            head=re.compile(
                r"(?:No space left on device|ENOSPC|[Dd]isk quota exceeded|There is not enough space on the disk)"
            ),
            cause=Cause.INFRASTRUCTURE,
            body=re.compile(r"No space left on device|^\s+at |^Caused|^\s+\.\.\. \d"),
            rank=Rank.LIKELY,
            places=0,
        ),
    ),
)
