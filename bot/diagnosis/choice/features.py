"""States in numbers what is known of each line near a failure: its words, its place, its form, its parsers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import log1p
from typing import TYPE_CHECKING

from bot.diagnosis.choice.membership import MEMBERSHIP_NAMES, membership
from bot.diagnosis.choice.signs import SIGNS
from bot.diagnosis.choice.templates import fold
from bot.diagnosis.choice.words import WordScore, tokens, word_score
from bot.diagnosis.log.logs import SCRIPT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.diagnosis.log.logs import Log
    from bot.diagnosis.parsing import Finding

ABOVE = 600  # lines above the failing exit that are weighed …
BELOW = 12  # … and below it
AROUND = 8  # lines around those that a parser told
TOLD = 100  # places of parsers around which lines are weighed, at the log's start and once more at its end
_WIDEST = 300  # characters of a line that are looked at
_FAR = 60  # lines; what is farther away counts as this far

_NEAR = (-3, -2, -1, 1, 2, 3)

NAMES: tuple[str, ...] = (
    *SIGNS,
    *(f"{name} of the words" for name in ("mean", "most", "least", "template", "known share")),
    *(f"words {abs(step)} {'above' if step < 0 else 'below'}" for step in _NEAR),
    *(f"strong {abs(step)} {'above' if step < 0 else 'below'}" for step in _NEAR),
    "most words of 10 above", "most words of 10 below", "words of the indented line's head",
    "length", "indent", "indent below", "letters", "capitals", "command error", "command warning", "is script",
    "times in this log", "first of its template", "projects that had it harmlessly",
    "to the exit", "is below the exit", "log has an exit", "share of the step",
    "to the command", "to the last word", "lines of the paragraph", "place in the paragraph", "to the paragraph's end",
    "most words of the paragraph", "words of the paragraph's first line", "strong lines of the paragraph",
    *MEMBERSHIP_NAMES,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """The lines that are weighed, as indexes into `Log.lines`, and a row of numbers for each in the order of NAMES."""

    indexes: tuple[int, ...]
    rows: tuple[tuple[float, ...], ...]


def candidates(log: Log, found: Sequence[tuple[str, Finding]]) -> tuple[int, ...]:
    """This function will name the lines near the failing exit and around what parsers told."""
    first = max(log.begin, log.exit - ABOVE)
    wanted = set(range(first, min(len(log.lines), log.exit + BELOW)))
    places = sorted({place for _, finding in found for place in finding.places})
    for place in places[:TOLD] + places[-TOLD:]:
        wanted.update(range(max(0, place - AROUND), min(len(log.lines), place + AROUND + 1)))
    return tuple(index for index in sorted(wanted) if log.lines[index].text.strip())


def weigh(
    log: Log, found: Sequence[tuple[str, Finding]], weights: Mapping[str, float], prior: Mapping[str, float]
) -> Candidates:
    """This function will state the candidates of a log in numbers."""
    indexes = candidates(log, found)
    near = _with_neighbours(log, indexes)
    words = {index: word_score(tokens(log.lines[index].text), weights) for index in near}
    signs = {index: _signs(log.lines[index].text) for index in near}
    templates = {index: fold(log.lines[index].text) for index in indexes}
    counts = Counter(templates.values())
    firsts: dict[str, int] = {}
    for index in indexes:
        firsts.setdefault(templates[index], index)
    told = membership(log, found, indexes)
    paragraphs = _paragraphs(log, indexes, words, signs)
    last = _last_word(log)
    rows = []
    for position, index in enumerate(indexes):
        template = templates[index]
        rows.append(
            (
                *signs[index],
                *_words(words[index]),
                *_neighbours(index, words, signs),
                *_wider(log, index, words),
                *_form(log, index),
                log1p(counts[template]),
                float(firsts[template] == index),
                prior.get(template, 0.0),
                *_place(log, index, last),
                *paragraphs[index],
                *told[position],
            )
        )
    return Candidates(indexes=indexes, rows=tuple(rows))


def _with_neighbours(log: Log, indexes: Sequence[int]) -> list[int]:
    near = {index + step for index in indexes for step in range(-10, 11)}
    return sorted(index for index in near if 0 <= index < len(log.lines))


def _signs(text: str) -> tuple[float, ...]:
    text = text[:_WIDEST]
    return tuple(float(pattern.search(text) is not None) for pattern in SIGNS.values())


def _words(score: WordScore) -> tuple[float, ...]:
    return (score.mean, score.most, score.least, score.template, score.known)


def _neighbours(
    index: int, words: Mapping[int, WordScore], signs: Mapping[int, tuple[float, ...]]
) -> list[float]:
    nothing = WordScore()
    return [words.get(index + step, nothing).mean for step in _NEAR] + [
        signs[index + step][0] if index + step in signs else 0.0 for step in _NEAR
    ]


def _wider(log: Log, index: int, words: Mapping[int, WordScore]) -> tuple[float, float, float]:
    nothing = WordScore()
    above = max(words.get(index - step, nothing).mean for step in range(1, 11))
    below = max(words.get(index + step, nothing).mean for step in range(1, 11))
    margin = _indent(log.lines[index].text)
    for step in range(1, 11):
        if index - step < 0 or not margin:
            break
        text = log.lines[index - step].text
        if text.strip() and _indent(text) < margin:
            return above, below, words.get(index - step, nothing).mean
    return above, below, 0.0


def _form(log: Log, index: int) -> tuple[float, ...]:
    line = log.lines[index]
    text = line.text[:_WIDEST]
    letters = sum(char.isalpha() for char in text)
    below = log.lines[index + 1].text if index + 1 < len(log.lines) else ""
    return (
        log1p(len(line.text)),
        min(40, _indent(text)),
        min(40, _indent(below)) if below.strip() else -1,
        letters / max(1, len(text)),
        sum(char.isupper() for char in text) / max(1, letters),
        float(line.command == "error"),
        float(line.command == "warning"),
        float(line.command == SCRIPT),
    )


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())


def _place(log: Log, index: int, last: int) -> tuple[float, ...]:
    step = max(1, log.exit - log.begin)
    return (
        log1p(abs(log.exit - index)),
        float(index >= log.exit),
        float(log.exit < len(log.lines)),
        (index - log.begin) / step,
        log1p(_to_command(log, index)),
        log1p(abs(last - index)),
    )


def _to_command(log: Log, index: int) -> int:
    for place in range(index, max(-1, index - _FAR), -1):
        if log.lines[place].text.startswith(("$ ", "travis_fold:start", "travis_time:start")):
            return index - place
    return _FAR


def _last_word(log: Log) -> int:
    """The last line before the exit that is none of a wrapper's."""
    wrapper = SIGNS["wrapper"]
    for index in range(min(log.exit, len(log.lines)) - 1, max(-1, log.exit - _FAR), -1):
        text = log.lines[index].text
        if text.strip() and not wrapper.search(text):
            return index
    return log.exit


def _paragraphs(
    log: Log, indexes: Sequence[int], words: Mapping[int, WordScore], signs: Mapping[int, tuple[float, ...]]
) -> dict[int, tuple[float, ...]]:
    """What the lines between two blanks, or between gaps of the log, have in common."""
    found: dict[int, tuple[float, ...]] = {}
    start = 0
    while start < len(indexes):
        end = start + 1
        while end < len(indexes) and indexes[end] == indexes[end - 1] + 1 and log.follows(indexes[end]):
            end += 1
        members = indexes[start:end]
        most = max(words[index].mean for index in members)
        strong = sum(signs[index][0] for index in members)
        for place, index in enumerate(members):
            found[index] = (
                log1p(len(members)),
                log1p(place),
                log1p(len(members) - place - 1),
                most,
                words[members[0]].mean,
                strong,
            )
        start = end
    return found
