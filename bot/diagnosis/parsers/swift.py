"""Reads the errors of the Swift compiler, of xcodebuild, of SwiftPM, Carthage and CocoaPods, and of SwiftLint."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

_PLACE = r"^(?:❌ +)?(?P<path>/?[^\s:]+\.swift):(?P<line>\d+)(?::(?P<column>\d+))?: "

PARSER = reader_of(
    "swift",
    signs=(".swift:", "xcodebuild: error", "BUILD FAILED **", "- ERROR |", "[!] ", "error: ", "A shell task"),
    landmarks=("xcodebuild: error", "BUILD FAILED **", "- ERROR |"),
    forms=(
        Form(
            head=re.compile(rf"{_PLACE}error: (?P<message>.+ Violation: .+ \(\w+\))$"),
            cause=Cause.LINT,
        ),
        Form(
            head=re.compile(rf"{_PLACE}warning: (?P<message>.+ Violation: .+ \(\w+\))$"),
            cause=Cause.LINT,
            rank=Rank.CONSEQUENCE,
        ),
        Form(
            head=re.compile(rf"{_PLACE}(?:fatal )?error: (?!-\[)(?!\w+\.test\w+ : )(?P<message>.+)"),
            cause=Cause.COMPILE,
            body=re.compile(r"\S"),
            until=re.compile(
                r"^\S*\.swift:\d+|^\[\d+/\d+\]|^(?:error|warning|note): |^\*\* |^\w+ /|^[A-Z]\w+$"
            ),
            most=8,
        ),
        Form(
            head=re.compile(
                r"^(?:xcodebuild: )?error: (?P<message>(?:Signing for|No profiles|Unable to find a (?:destination|device)|The (?:project|workspace) named|"
                r"Scheme |.*is not currently configured for|no such module|'\S+' does not exist|Could not resolve package dependencies).*)"
            ),
            cause=Cause.CONFIGURATION,
            body=re.compile(r"^\s+\S"),
            blanks=1,
            most=14,
        ),
        Form(
            head=re.compile(
                r"^error: (?P<message>(?:Dependencies could not be resolved|.*could not be resolved because|failed to clone|terminated\().*)"
            ),
            cause=Cause.DEPENDENCY,
            body=re.compile(r"^\s*\S"),
            most=8,
            places=0,
        ),
        Form(  # pod lib lint
            head=re.compile(r"^ -> (?P<message>\S+ \([\w.]+\))$"),
            cause=Cause.DEPENDENCY,
            body=re.compile(r"\S"),
            blanks=3,
            needs=re.compile(r"could not find compatible versions|Unable to find a specification"),
            until=re.compile(r"^(?:travis_|The command|You can use the)"),
            says=re.compile(r"- ERROR \| (.+)"),
            places=0,
        ),
        Form(
            head=re.compile(r"^ -> (?P<message>\S+ \([\w.]+\))$"),
            cause=Cause.COMPILE,
            body=re.compile(r"\S"),
            blanks=3,
            needs=re.compile(r"- ERROR \|"),
            until=re.compile(r"^(?:travis_|The command|You can use the)"),
            says=re.compile(r"- ERROR \| (.+)"),
        ),
        Form(
            head=re.compile(
                r"^\[!\] (?P<message>(?:CocoaPods could not find compatible versions|Unable to find a (?:specification|target|pod)|Unable to satisfy|"
                r"The dependency|Error installing|None of your spec sources).*)"
            ),
            cause=Cause.DEPENDENCY,
            body=re.compile(r"\S"),
            blanks=2,
            most=16,
            places=0,
        ),
        Form(
            head=re.compile(r"^(?P<message>A shell task \(.*\) failed with exit code \d+:?.*)"),
            cause=Cause.UNKNOWN,
            body=re.compile(r"\S"),
            most=10,
            rank=Rank.CONSEQUENCE,
        ),
        Form(
            head=re.compile(r"^The following build commands failed:$"),
            cause=Cause.COMPILE,
            body=re.compile(r"^\s+\S|^\(\d+ failures?\)"),
            above=re.compile(r"^\*\* .* FAILED \*\*$"),
            says=re.compile(r"\n\s+(\S.*)"),
            rank=Rank.WRAPPER,
            places=0,
        ),
    ),
)
