"""Reads how a program died of a signal: segmentation faults, aborts, illegal instructions, core dumps."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

_NEAR = 300

PARSER = reader_of(
    "crash",
    signs=(
        "core dumped", "Segmentation fault", "SIGSEGV", "SIGABRT", "SIGILL", "SIGBUS", "SIGFPE", "Illegal instruction", "Bus error",
        "terminate called", "detected ***", "Access violation", "has been detected by the Java Runtime", "free()", "malloc()",
    ),
    landmarks=("core dumped", "Segmentation fault", "has been detected by the Java Runtime"),
    forms=(
        Form(
            head=re.compile(r"^# A fatal error has been detected by the Java Runtime Environment:"),
            cause=Cause.UNKNOWN,
            body=re.compile(r"^#"),
            most=20,
            says=re.compile(r"^#\s+((?:SIG|EXCEPTION_|Internal Error).*)", re.MULTILINE),
            rank=Rank.LIKELY,
            places=0,
        ),
        Form(
            head=re.compile(r"^terminate called (?:after throwing|without an active exception)"),
            cause=Cause.UNKNOWN,
            body=re.compile(r"^\s+what\(\):|^\S*: line \d+: .*(?:Aborted|core dumped)|^Aborted"),
            says=re.compile(r"what\(\):\s+(.*)"),
            rank=Rank.LIKELY,
        ),
        Form(
            head=re.compile(r"^(?:\*\*\* .* detected \*\*\*|free\(\): |malloc\(\): |double free or corruption|corrupted (?:size|double))"),
            cause=Cause.UNKNOWN,
            near=_NEAR,
            body=re.compile(r"^\S*: line \d+: .*(?:Aborted|core dumped)|^Aborted"),
            rank=Rank.LIKELY,
        ),
        Form(
            head=re.compile(
                r"(?:\(core dumped\)|\bSegmentation fault\b|\bIllegal instruction\b|\bBus error\b|"
                r"Access violation (?:in|reading|writing|at)|"
                r"(?:signal|received|terminated by|killed by|caught|died).{0,40}\bSIG(?:SEGV|ABRT|ILL|BUS|FPE)\b|^SIG(?:SEGV|ABRT|ILL|BUS|FPE): )"
            ),
            cause=Cause.UNKNOWN,
            near=_NEAR,
            body=re.compile(r"^\s*#?\d+[: ]+0x[0-9a-f]+|^\s+at 0x|core dumped|^PC=|^goroutine "),
            most=20,
            rank=Rank.LIKELY,
        ),
    ),
)  # fmt: skip
