"""Reads why pip could not resolve, fetch or build packages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.diagnosis.forms.blocks import Form, read_forms
from bot.diagnosis.forms.build_backends import read_backends
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, LogParser, Rank

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.diagnosis.log.logs import Log

_HEAD = r"^\s*(?:ERROR: )?"
_BACKEND = re.compile(
    r"^\s*(?:error|ERROR): subprocess-exited-with-error$|^\s*ERROR: Command errored out with exit status"
)
_BACKEND_END = re.compile(
    r"\[end of output\]|See above for output|^\s*note: This error originates|^\s*-{20,}$"
)

_SIGNS = (
    "No matching distribution",
    "ResolutionImpossible",
    "conflicting dependencies",
    "DO NOT MATCH THE HASHES",
    "subprocess-exited-with-error",
    "requires a different Python",
    "nvalid requirement",
    "Failed building wheel",
    "Could not build wheels",
    "Failed to build",
    "Could not install packages",
    "requirements file",
    "--require-hashes",
    "pip's dependency resolver",
    "Command errored out",
    "externally-managed-environment",
)
_FORMS = (
    Form(  # a registry that does not answer
        head=re.compile(r"^(?P<message>WARNING: Retrying \(Retry\(total=0, .+)$"),
        cause=Cause.INFRASTRUCTURE,
        body=re.compile(
            r"^ERROR: (?:Could not find a version|No matching distribution|Could not install packages)"
        ),
        needs=re.compile(r"\nERROR: "),
        places=0,
    ),
    Form(
        head=re.compile(
            rf"{_HEAD}(?P<message>Could not find a version that satisfies .+|No matching distribution found for .+)$"
        ),
        cause=Cause.DEPENDENCY,
        body=re.compile(r"^\s*ERROR: No matching distribution"),
        places=0,
    ),
    Form(
        head=re.compile(
            rf"{_HEAD}(?P<message>Cannot install .+ because these package versions .*conflict.+)$"
        ),
        cause=Cause.DEPENDENCY,
        body=re.compile(r"^The conflict is caused by:|^\s+\S|^ERROR: ResolutionImpossible"),
        until=re.compile(r"^To fix this you could try"),
        blanks=1,
        places=0,
    ),
    Form(
        head=re.compile(rf"{_HEAD}(?P<message>THESE PACKAGES DO NOT MATCH THE HASHES .+)$"),
        cause=Cause.DEPENDENCY,
        body=re.compile(r"^\s+\S"),
        says=re.compile(r"\n\s+(\S.+ from .+):"),
        places=0,
    ),
    Form(
        head=re.compile(
            rf"{_HEAD}(?P<message>ResolutionImpossible\b.*|Failed building wheel for .+|Could not build wheels for .+|"
            r"Failed to build .*installable wheels.*|pip's dependency resolver does not .+)$"
        ),
        cause=Cause.DEPENDENCY,
        body=re.compile(r"^\s*(?:ERROR: |\S.* requires .+, but you have )"),
        rank=Rank.CONSEQUENCE,
        places=0,
    ),
    Form(
        head=re.compile(
            rf"{_HEAD}(?P<message>Package '.+' requires a different Python: .+|Ignored the following .+requires-python.*|"
            r"Invalid requirement: .+|Could not open requirements file: .+|In --require-hashes mode, .+)$"
        ),
        cause=Cause.DEPENDENCY,
        body=re.compile(r"^\s+\S"),
        most=6,
        places=0,
    ),
    Form(
        head=re.compile(r"^error: externally-managed-environment$"),
        cause=Cause.CONFIGURATION,
        body=re.compile(r"\S"),
        blanks=1,
        most=6,
        says=re.compile(r"(?:×|x) (.+)"),
        places=0,
    ),
    Form(
        head=re.compile(
            rf"{_HEAD}(?P<message>Could not install packages due to an (?:OSError|EnvironmentError): .+)$"
        ),
        cause=Cause.INFRASTRUCTURE,
        places=0,
    ),
)


def read(log: Log) -> Iterator[Finding]:
    """This function will find what could not be resolved or fetched, and what a build backend said."""
    yield from read_backends(log, _BACKEND, _BACKEND_END)
    yield from read_forms(log, _FORMS)


PARSER = LogParser(name="pip", signs=_SIGNS, read=read)
