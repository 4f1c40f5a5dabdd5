"""Names the class of a cause where no tool says it: by words known to tell, weighed with what was learned."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from math import exp, sqrt
from typing import TYPE_CHECKING

import msgspec

from bot.diagnosis.choice.words import tokens
from bot.diagnosis.model import Cause
from bot.forms import decode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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


# The classes that can be learned; the last stands for whatever has no class of its own.
LEARNED = (Cause.TEST, Cause.COMPILE, Cause.LINT, Cause.DEPENDENCY, Cause.INFRASTRUCTURE, Cause.UNKNOWN)
SURE = 0.7  # so likely must a class be before it goes over the words above
_LINES = 30
_FOLDED = {Cause.FORMAT: Cause.LINT, Cause.DOCS: Cause.LINT, Cause.CANCELLED: Cause.INFRASTRUCTURE}
_PATTERNS = (*LEARNED[:-1], Cause.CONFIGURATION, Cause.UNKNOWN)
CAUSE_FEATURES: tuple[str, ...] = (
    *(f"words of {cause.value}" for cause in LEARNED),
    *(f"step's words of {cause.value}" for cause in LEARNED),
    *(f"pattern of {cause.value}" for cause in _PATTERNS),
)


class CauseModel(msgspec.Struct, frozen=True):
    """How much each feature of a quote speaks for each class that can be learned."""

    words: dict[str, tuple[float, ...]]  # for each class, how much more often it says the word
    weights: tuple[tuple[float, ...], ...]  # for each class, one for each feature
    biases: tuple[float, ...]


# Knows nothing: the words above decide alone.
UNLEARNED = CauseModel(
    words={}, weights=((0.0,) * len(CAUSE_FEATURES),) * len(LEARNED), biases=(0.0,) * len(LEARNED)
)


@cache
def load_causes() -> CauseModel:
    """This function will return the cause model that ships with the program."""
    data = files("bot.diagnosis.choice").joinpath("data/causes.json").read_bytes()
    return decode(data, CauseModel)


def cause_row(lines: Sequence[str], step: str, words: Mapping[str, tuple[float, ...]]) -> tuple[float, ...]:
    """This function will state a quote in numbers, in the order of CAUSE_FEATURES."""
    pattern = guess_cause("\n".join(lines), step)
    return (
        *_spoken(lines[:_LINES], words),
        *_spoken((step,), words),
        *(float(_FOLDED.get(pattern, pattern) is cause) for cause in _PATTERNS),
    )


def _spoken(lines: Sequence[str], words: Mapping[str, tuple[float, ...]]) -> tuple[float, ...]:
    """What the words of a text speak for, however long it is."""
    found = {token for line in lines for token in tokens(line)}
    known = [weights for token in sorted(found) if (weights := words.get(token)) is not None]
    if not known:
        return (0.0,) * len(LEARNED)
    return tuple(sum(column) / sqrt(len(known)) for column in zip(*known, strict=True))


def cause_chances(row: Sequence[float], model: CauseModel) -> tuple[float, ...]:
    """This function will say how likely each class of LEARNED is."""
    odds = [
        bias + sum(weight * value for weight, value in zip(weights, row, strict=True))
        for weights, bias in zip(model.weights, model.biases, strict=True)
    ]
    highest = max(odds)
    powers = [exp(one - highest) for one in odds]
    return tuple(power / sum(powers) for power in powers)


def classify(lines: Sequence[str], step: str, model: CauseModel) -> Cause:
    """This function will name the class of a failure whose parser does not know it."""
    chances = cause_chances(cause_row(lines, step, model.words), model)
    likeliest, cause = max(zip(chances, LEARNED, strict=True), key=lambda pair: pair[0])
    told = guess_cause("\n".join(lines), step)
    if likeliest < SURE or (cause is Cause.UNKNOWN and told is Cause.CONFIGURATION):
        return told
    return cause
