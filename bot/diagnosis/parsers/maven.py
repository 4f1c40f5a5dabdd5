"""Reads Maven's errors: compilation, dependencies, project files and the goals that failed."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

_TAG = r"^\[?(?:ERROR|FATAL)\]? "
_GOAL = rf"{_TAG}(?P<message>Failed to execute goal "
_TAIL = re.compile(r"^\[ERROR\](?: |$)")
_NETWORK = (
    r"(?:Connect(?:ion)? (?:to \S+ (?:\[.*\] )?failed: )?(?:timed out|refused|reset)|Connection reset|Read timed out|"
    r"Unknown host|No route to host|Network is unreachable|PKIX path|Remote host terminated|handshake|"
    r"(?:status code:|Return code is:|status:) (?:429|5\d\d)|Premature end of|Temporary failure in name resolution)"
)

PARSER = reader_of(
    "maven",
    signs=("[ERROR]", "[FATAL]", "BUILD FAILURE"),
    landmarks=("[ERROR] Failed to execute goal",),
    forms=(
        Form(
            head=re.compile(
                rf"{_TAG}(?P<path>\S+\.\w+):\[(?P<line>\d+),(?P<column>\d+)\] (?!\(\w+\) \w+:)(?P<message>.+)"
            ),
            cause=Cause.COMPILE,
            body=re.compile(r"^  \S|^\s{4,}\S"),
            most=8,
        ),
        Form(
            head=re.compile(
                rf"{_TAG}(?P<path>\S+\.(?:kts?|groovy|scala)): ?\((?P<line>\d+), (?P<column>\d+)\) (?P<message>.+)"
            ),
            cause=Cause.COMPILE,
        ),
        Form(
            head=re.compile(
                rf"{_TAG}(?P<message>(?:Failed to execute goal|Plugin \S+ or one of its|Non-resolvable|Failed to collect).*"
                rf"(?:Could not transfer|transfer failed).*{_NETWORK}.*)"
            ),
            cause=Cause.INFRASTRUCTURE,
            body=_TAIL,
            most=12,
            places=0,
            rank=Rank.LIKELY,
        ),
        Form(
            head=re.compile(
                rf"{_TAG}(?P<message>(?:Failed to execute goal .*(?:Could not (?:resolve|find|transfer) |dependencies for project)|"
                r"Plugin \S+ or one of its dependencies could not be resolved|(?:\[FATAL\] )?Non-resolvable (?:parent|import) POM|"
                r"Failed to collect dependencies|.*Could not find artifact \S+:\S+).*)"
            ),
            cause=Cause.DEPENDENCY,
            body=_TAIL,
            most=12,
            places=0,
        ),
        Form(
            head=re.compile(
                rf"{_TAG}(?P<message>(?:\[(?:ERROR|FATAL)\] )?(?:Some problems were encountered while processing the POMs|"
                r"Malformed POM|'[\w.]+' .* (?:is missing|must (?:be|specify)|is not)|Unknown lifecycle phase|No goals have been|"
                r"The goal you specified requires a project|Could not find the selected project|Unknown packaging).*)"
            ),
            cause=Cause.CONFIGURATION,
            body=re.compile(r"^\[(?:ERROR|FATAL)\] |^\[ERROR\]$"),
            most=12,
        ),
        Form(
            head=re.compile(
                rf"{_GOAL}\S+(?:checkstyle|pmd|spotbugs|findbugs|license|revapi|japicmp|clirr|modernizer|forbiddenapis)\S* .*)"
            ),
            cause=Cause.LINT,
            body=_TAIL,
            most=20,
        ),
        Form(
            head=re.compile(
                rf"{_GOAL}\S+(?:spotless|fmt-maven|formatter-maven|git-code-format|impsort)\S* .*)"
            ),
            cause=Cause.FORMAT,
            body=_TAIL,
            most=30,
        ),
        Form(head=re.compile(rf"{_GOAL}\S+-javadoc-plugin\S* .*)"), cause=Cause.DOCS, body=_TAIL, most=20),
        Form(
            head=re.compile(rf"{_GOAL}\S+-enforcer-plugin\S* .*)"),
            cause=Cause.CONFIGURATION,
            body=re.compile(r"\S"),
            most=14,
        ),
        Form(
            head=re.compile(rf"{_GOAL}\S+-(?:compiler|kotlin)\S*-?plugin\S* .*)"),
            cause=Cause.COMPILE,
            body=_TAIL,
            most=30,
            rank=Rank.CONSEQUENCE,
        ),
        Form(
            head=re.compile(
                rf"{_GOAL}.*(?:There (?:are|was|were) (?:\d+ )?(?:test )?(?:failures|errors?)|surefire|failsafe).*)"
            ),
            cause=Cause.TEST,
            body=_TAIL,
            most=14,
            rank=Rank.WRAPPER,
            places=0,
        ),
        Form(
            head=re.compile(rf"{_GOAL}.*)"),
            cause=Cause.UNKNOWN,
            body=_TAIL,
            most=14,
            rank=Rank.LIKELY,
        ),
    ),
)
