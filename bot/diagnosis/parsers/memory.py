"""Reads the words of a machine or a program that ran out of memory."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

_NEAR = 400

PARSER = reader_of(
    "memory",
    signs=(
        "heap out of memory", "OutOfMemory", "Out of memory", "out of memory", "Killed", "Cannot allocate memory", "memory exhausted",
        "oom-kill", "OOMKilled", "insufficient memory", "signal: 9", "signal: killed", "heap space is exhausted",
    ),
    landmarks=("heap out of memory", "OutOfMemoryError", "Out of memory: Kill", "oom-kill", "OOMKilled"),
    forms=(
        Form(
            head=re.compile(r"(?:Out of memory: Kill(?:ed)? process \d+|oom-kill:|OOMKilled|Memory cgroup out of memory)"),
            cause=Cause.INFRASTRUCTURE,
            rank=Rank.LIKELY,
            places=0,
        ),
        Form(
            head=re.compile(r"^(?:<--- Last few GCs --->|FATAL ERROR: .*(?:heap out of memory|Allocation failed))"),
            cause=Cause.INFRASTRUCTURE,
            near=_NEAR,
            body=re.compile(r"\S"),
            blanks=2,
            needs=re.compile(r"heap out of memory|Allocation failed"),
            says=re.compile(r"^(FATAL ERROR: .*)", re.MULTILINE),
            rank=Rank.LIKELY,
            places=0,
        ),
        Form(
            head=re.compile(
                r"(?:java\.lang\.OutOfMemoryError|There is insufficient memory for the Java Runtime|"
                r"JVM heap space is exhausted|GC overhead limit exceeded)"
            ),
            cause=Cause.INFRASTRUCTURE,
            near=_NEAR,
            body=re.compile(r"^\s+at |^\s*Caused by: |^# "),
            most=12,
            rank=Rank.LIKELY,
            places=0,
        ),
        Form(
            head=re.compile(
                r"(?:Cannot allocate memory|virtual memory exhausted|out of memory allocating|[Oo]ut of memory\b|"
                r"fatal error: Killed signal terminated program|terminated with signal 9|signal: 9, SIGKILL|signal: killed)"
            ),
            cause=Cause.INFRASTRUCTURE,
            near=_NEAR,
            body=re.compile(r"^compilation terminated|^Please submit a full bug report"),
            rank=Rank.LIKELY,
            places=0,
        ),
        Form(
            head=re.compile(r"^(?:\S+: line \d+: +)?(?:\d+ )?Killed\b(?: .*)?$"),
            cause=Cause.INFRASTRUCTURE,
            near=20,
            rank=Rank.LIKELY,
            places=0,
        ),
    ),
)  # fmt: skip
