"""Guesses the class of a cause from words, where no tool says it."""

from __future__ import annotations

import re

from bot.diagnosis.model import Cause

# In the text of the failure itself; the first that matches wins.
_TEXT = (
    (Cause.INFRASTRUCTURE, re.compile(
        r"(?i)could not create connection|connection (?:timed out|refused|reset)|network|timed out waiting|"
        r"no space left|out of memory|HTTP (?:error )?(?:5\d\d|403|429)|rate limit|exceeded the maximum time|"
        r"couldn't find remote ref|access ?denied|not authorized|permission to \S+ denied|SSL|TLS|"
        r"No output has been received|exited with 124|host (?:key|unreachable)|unable to access|HTTPError")),
    (Cause.LINT, re.compile(
        r"(?i)\blint|code style|overfull|\bspell|whitespace|too long|longer than|include guard|not in order|"
        r"gofmt|goimports|prettier|alphabetical|does not match the style|rebuild the .* and commit")),
    (Cause.CONFIGURATION, re.compile(
        r"(?:sh|functions|script\S*): (?:line \d+: )?\S+: (?:No such file or directory|Permission denied|not found)|"
        r"command not found")),
    (Cause.TEST, re.compile(
        r"(?i)assert|\btests?\b[^\n]*\bfail|\bfail[^\n]*\btests?\b|expected .* (?:got|but|to|actual)|\bspec\b|"
        r"test case|not equal|\d+ (?:of \d+ )?(?:tests? )?failed|FAIL\b")),
    (Cause.DEPENDENCY, re.compile(
        r"(?i)\bdependenc(?:y|ies)\b|could not resolve|unable to locate package|no matching (?:version|distribution)|"
        r"could NOT find|package .* not found|lock ?file|version conflict|cannot find package|requires .* version|"
        r"Failed building wheel|\bnpm install\b|\bpip install\b|bundle install|installing")),
    (Cause.COMPILE, re.compile(
        r"(?i)syntax ?error|undefined (?:reference|symbol|variable)|cannot find symbol|type ?error|compil|"
        r"\bld: |linker|unresolved|parse error|build failed|makefile|\bmake(?:\[\d+\])?: \*\*\*")),
    (Cause.LINT, re.compile(
        r"(?i)\blint|style|format(?:ted|ting)|whitespace|trailing|indent|too long|longer than|overfull|spell")),
)  # fmt: skip

# In the command or name of the failed step, where the text says nothing.
_STEP = (
    (Cause.LINT, re.compile(r"(?i)lint|flake8|rubocop|style|fmt|format|prettier|check[-_]|clippy|spell|grep")),
    (Cause.TEST, re.compile(r"(?i)\btests?\b|spec\b|check\b|jest|mocha|pytest|tox\b|karma|verify")),
    (Cause.DEPENDENCY, re.compile(r"(?i)install|bootstrap|restore|bundle|composer|pip\b|npm ci|apt")),
    (Cause.COMPILE, re.compile(r"(?i)build|compile|make\b|cmake|package")),
)  # fmt: skip


def guess_cause(text: str, step: str) -> Cause:
    """This function will name the class that the words of a failure, else those of its step, speak for."""
    for table, words in ((_TEXT, text), (_STEP, step)):
        for cause, pattern in table:
            if pattern.search(words):
                return cause
    return Cause.UNKNOWN
