"""Each line near a failure is stated in numbers, as many for every line, and of no log too many lines."""

from __future__ import annotations

import pytest

from bot.diagnosis.choice.causes import UNLEARNED
from bot.diagnosis.choice.features import ABOVE, AROUND, BELOW, NAMES, TOLD, candidates, weigh
from bot.diagnosis.choice.quoting import failure_of, worded
from bot.diagnosis.choice.ranking import FALLBACK, Quoted
from bot.diagnosis.choice.templates import KnownTemplates, fold
from bot.diagnosis.choice.weighing import weigh_lines
from bot.diagnosis.log.logs import Line, Log
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, Rank


def log(*texts: str, at: int | None = None, begin: int = 0) -> Log:
    lines = tuple(Line(number, text, order=number) for number, text in enumerate(texts, 1))
    return Log(lines=lines, total=len(lines), exit=len(lines) if at is None else at, begin=begin)


def finding(*places: int, rank: Rank = Rank.ROOT) -> tuple[str, Finding]:
    return "p", Finding(cause=Cause.TEST, message="broke", places=places, rank=rank)


TEXTS = (
    "$ make",
    "all is well",
    "",
    "error: keel broke",
    "  at a.b.c",
    "",
    "make: *** [all] Error 2",
    "Done.",
)


def numbers(index: int, *found: tuple[str, Finding], texts: tuple[str, ...] = TEXTS) -> dict[str, float]:
    weighed = weigh(log(*texts, at=6), found, {"error": 2.0, "broke": 1.0}, {fold("all is well"): 0.7})
    return dict(zip(NAMES, weighed.rows[weighed.indexes.index(index)], strict=True))


def test_every_row_has_every_number() -> None:
    """One number for each name, whatever parsers say."""
    assert len(set(NAMES)) == len(NAMES)
    for found in ((), (finding(3, 4),), (finding(3), finding(6, rank=Rank.WRAPPER))):
        weighed = weigh(log(*TEXTS, at=6), found, {}, {})
        assert {len(row) for row in weighed.rows} == {len(NAMES)}
        assert weighed.indexes == (0, 1, 3, 4, 6, 7)


def test_the_numbers_say_what_their_names_say() -> None:
    """Signs, words, form, place and membership of a line."""
    error, frame, wrapper = (numbers(index, finding(3, 4)) for index in (3, 4, 6))

    assert (error["strong"], frame["strong"], wrapper["strong"]) == (1, 0, 1)
    assert (frame["frame"], wrapper["wrapper"], frame["indent"]) == (1, 1, 2)
    assert error["most of the words"] == 2
    assert frame["words 1 above"] == error["mean of the words"] > 0
    assert frame["words of the indented line's head"] == error["mean of the words"]
    assert (error["is told"], wrapper["is told"]) == (1, 0)
    assert error["is the block's message"] == 1
    assert error["to the exit"] > frame["to the exit"] > wrapper["to the exit"] == 0
    assert wrapper["is below the exit"] == 1
    assert numbers(1)["projects that had it harmlessly"] == 0.7
    assert numbers(3)["best rank of all"] == 9


def test_of_no_log_too_many_lines_are_weighed() -> None:
    """What is weighed is bounded, however long the log and whatever parsers tell."""
    long = log(*(f"line {number}" for number in range(40_000)), at=39_000)
    scattered = finding(*range(0, 39_000, 20))

    chosen = candidates(long, (scattered,))

    assert len(chosen) <= ABOVE + BELOW + 2 * TOLD * (2 * AROUND + 1)
    assert {38_990, 39_000, 0, 38_980} <= set(chosen)
    assert candidates(log(), ()) == ()


@pytest.mark.parametrize(
    "text", ["a" * 4000, "/" * 4000, "a/" * 2000, "= " * 2000, "a." * 2000, "0" * 4000, "(" * 4000]
)
def test_no_line_takes_long(text: str) -> None:
    """Patterns need time in proportion to the line; the suite's time-out fails what needs more."""
    lines = log(*(text for _ in range(600)))

    assert len(weigh_lines(lines, (), known=KnownTemplates()).chances) == 600


def test_what_no_parser_knows_is_told_by_its_likeliest_line() -> None:
    """The message is the likeliest line, the places are those that the quote names."""
    said = log("so it goes", "a.c:3: it broke here", "b.c:4: and here")
    unknown = Finding(cause=Cause.UNKNOWN, message="so it goes", places=(0,), rank=Rank.GUESS)
    quoted = Quoted(tool=FALLBACK, finding=unknown, places=(0, 1, 2))

    told = failure_of(worded(quoted, said, {0: 0.1, 1: 0.9, 2: 0.5}), said, UNLEARNED)

    assert told.message == "a.c:3: it broke here"
    assert [(place.path, place.line) for place in told.locations] == [("a.c", 3), ("b.c", 4)]
    known = Quoted(tool="p", finding=unknown, places=(1,))
    assert worded(known, said, {}) is known
