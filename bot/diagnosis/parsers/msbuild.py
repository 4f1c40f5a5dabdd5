"""Reads the errors of .NET's compilers, of MSBuild and of dotnet format."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

# Anchored, for a path looked for everywhere in a long line takes long: project.csproj : error or File.cs(1,2): error
_PLACE = r"^\s*(?:\d+>)?(?P<path>[^\s(:]+(?::[\\/][^\s(:]+)?)(?:\((?P<line>\d+)(?:,(?P<column>\d+))?(?:,\d+,\d+)?\))?\s?: "
_STYLE = r"(?:IDE|SA|SX|CA|RCS|S|xUnit|NUnit|VSTHRD|MA|RS|SYSLIB|StyleCop|JSON|EF|ASP|BL)\d+"

PARSER = reader_of(
    "msbuild",
    signs=(
        "error CS",
        "error MSB",
        "error NETSDK",
        "error BC",
        "error FS",
        "): error ",
        ": error ",
        "MSBUILD : ",
        ".NET SDK",
        "dotnet",
    ),
    landmarks=(": error CS", ": error MSB", ": error FS", ": error BC"),
    forms=(
        Form(
            head=re.compile(
                rf"{_PLACE}error (?P<message>(?:WHITESPACE|IMPORTS|CHARSET|FINALNEWLINE|ENDOFLINE|IDE0055): .+)"
            ),
            cause=Cause.FORMAT,
        ),
        Form(head=re.compile(rf"{_PLACE}error (?P<message>{_STYLE}: .+)"), cause=Cause.LINT),
        Form(head=re.compile(rf"{_PLACE}error (?P<message>NETSDK\d+: .+)"), cause=Cause.DEPENDENCY),
        Form(
            head=re.compile(
                rf"{_PLACE}error (?P<message>MSB(?:3073|3075|3077): .+)"
            ),  # a command that failed
            cause=Cause.UNKNOWN,
            rank=Rank.WRAPPER,
        ),
        Form(
            head=re.compile(
                r"^\s*(?:\d+>)?(?:MSBUILD|.*\.sln) ?: (?:\S+ )?error (?P<message>MSB(?:1\d\d\d|4025|3202|4126): .+)"
            ),
            cause=Cause.CONFIGURATION,
        ),
        Form(
            head=re.compile(
                rf"{_PLACE}(?:fatal )?error (?P<message>(?:CS|MSB|BC|FS|AD|CSC|XAML|RZ|ENC)\d+: .+)"
            ),
            cause=Cause.COMPILE,
        ),
        Form(head=re.compile(r"^\s*(?:\w+ ?: )?error (?P<message>NETSDK\d+: .+)"), cause=Cause.DEPENDENCY),
        Form(
            head=re.compile(r"^\s*(?:\w+ ?: )?error (?P<message>(?:CS|MSB|BC|FS)\d+: .+)"),
            cause=Cause.COMPILE,
        ),
        Form(
            head=re.compile(
                r"^\s*(?P<message>(?:A compatible (?:installed )?\.NET (?:Core )?SDK (?:version .* )?was not found|The framework '\S+', version|"
                r"You must install or update \.NET|It was not possible to find any compatible framework version|"
                r"The specified framework '\S+', version).*)"
            ),
            cause=Cause.DEPENDENCY,
            body=re.compile(r"\S"),
            blanks=1,
            most=14,
            places=0,
        ),
    ),
)
