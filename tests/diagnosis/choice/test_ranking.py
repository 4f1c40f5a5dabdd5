from __future__ import annotations

from bot.diagnosis.choice.ranking import EXCERPT, MOST, choose_lines, quote, rank_findings, whole_blocks
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, Rank


def found(
    message: str, *places: int, rank: Rank = Rank.ROOT, cause: Cause = Cause.TEST
) -> tuple[str, Finding]:
    return "tool", Finding(cause=cause, message=message, places=places, rank=rank)


def ranked(*findings: tuple[str, Finding]) -> list[str]:
    return [finding.message for _, finding in rank_findings(findings)]


def test_the_root_comes_before_its_consequence() -> None:
    linker = found("linker", 1, rank=Rank.CONSEQUENCE, cause=Cause.COMPILE)

    assert ranked(linker, found("compiler", 9, cause=Cause.COMPILE)) == ["compiler", "linker"]


def test_a_guess_beside_knowledge_is_dropped() -> None:
    guess, likely = found("guess", 1, rank=Rank.GUESS), found("likely", 2, rank=Rank.LIKELY)

    assert ranked(guess, likely, found("root", 9)) == ["root"]
    assert ranked(guess, likely) == ["likely"]
    assert ranked(guess) == ["guess"]


def test_what_stops_everything_comes_first() -> None:
    findings = [found(cause.value, 10 - index, cause=cause) for index, cause in enumerate(Cause)]

    assert ranked(*findings)[:3] == ["configuration", "dependency", "compile"]


def test_of_two_readings_of_the_same_lines_one_stays() -> None:
    assert ranked(found("first", 3, 4, 5), found("second", 3), found("third", 6)) == ["first", "third"]
    assert ranked(found("no place"), found("neither")) == ["no place", "neither"]


def test_failures_are_told_up_to_a_limit() -> None:
    assert len(ranked(*(found(str(number), number) for number in range(MOST + 5)))) == MOST
    assert ranked() == []


def test_as_many_lines_are_quoted_as_promise_the_best_balance() -> None:
    """Likely lines are taken, a long tail of unlikely ones is not; alone, the unlikely ones are all there is."""
    assert choose_lines({1: 0.9, 2: 0.8, 3: 0.9} | dict.fromkeys(range(10, 60), 0.01)) == {1, 2, 3}
    assert choose_lines({1: 0.02, 2: 0.02}) == {1, 2}
    assert choose_lines({}) == frozenset()


def test_a_line_is_quoted_once_and_with_the_nearest_finding() -> None:
    """A line of two findings is the better one's; a line of none goes to the nearest."""
    findings = (found("first", 10, 11), found("second", 11, 12, 30))
    chances = dict.fromkeys((8, 10, 11, 12, 33), 0.9)

    first, second = quote(findings, chances)

    assert (first.places, second.places) == ((8, 10, 11), (12, 33))


def test_a_finding_with_no_likely_line_shows_its_likeliest() -> None:
    """What is told is shown, if only by one line."""
    findings = (
        found("sure", 1),
        found("unsure", 50, 51),
        found("weighed by nobody", 90, 91),
        found("nowhere"),
    )

    quoted = quote(findings, {1: 0.99, 50: 0.001, 51: 0.002})

    assert [one.places for one in quoted] == [(1,), (51,), (90,), ()]
    assert quote((), {1: 0.9}) == ()


def test_of_a_long_block_the_likeliest_lines_are_quoted_in_order() -> None:
    """The quote of one failure stays short; what is likeliest stays in, as it stands in the log."""
    places = tuple(range(100))
    (one,) = quote((found("long", *places),), {place: 0.5 + place / 1000 for place in places})

    assert one.places == places[-EXCERPT:]


def test_whole_blocks_are_as_the_parser_told_them() -> None:
    """Without what was learned, a block is quoted from its beginning."""
    (one,) = whole_blocks((found("long", *range(100)),))

    assert one.places == tuple(range(EXCERPT))
