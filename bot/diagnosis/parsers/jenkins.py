"""Reads the errors of Jenkins itself: agents that went away, repositories it could not check out."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

_TRACE = re.compile(
    r"^\s+at |^\s+\.\.\. \d|^(?:Also|Caused)\b|^\w[\w.$]*(?:Exception|Error|Shutdown)\b|^std(?:out|err):|^(?:fatal|error|warning): |"
    r"^Command Close|^ERROR: "
)

PARSER = reader_of(
    "jenkins",
    signs=(
        "hudson.",
        "FATAL: ",
        "went offline",
        "ERROR: Error cloning",
        "ERROR: Error fetching",
        "Command took >",
    ),
    landmarks=("hudson.remoting", "hudson.plugins.git"),
    forms=(
        Form(
            head=re.compile(r"^(?:FATAL|ERROR): (?P<message>.+)"),
            cause=Cause.INFRASTRUCTURE,
            body=_TRACE,
            blanks=1,
            until=re.compile(r"^ERROR: Step "),
            needs=re.compile(
                r"hudson\.(?:remoting|plugins\.git|AbortException)|No space left|Error (?:cloning|fetching) remote"
            ),
            rank=Rank.LIKELY,
            places=0,
        ),
        Form(
            head=re.compile(
                r"^(?P<message>.*(?:hudson\.(?:remoting|plugins\.git)\.\S*(?:Exception|OrderlyShutdown)|(?:Slave|Agent) went offline|"
                r"Command took >\d+min).*)"
            ),
            cause=Cause.INFRASTRUCTURE,
            body=_TRACE,
            near=400,
            rank=Rank.LIKELY,
            places=0,
        ),
        Form(
            head=re.compile(r"^FATAL: (?P<message>.+)"),
            cause=Cause.UNKNOWN,
            body=_TRACE,
            blanks=1,
            rank=Rank.LIKELY,
        ),
    ),
)
