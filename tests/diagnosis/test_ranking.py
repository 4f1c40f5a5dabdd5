from __future__ import annotations

from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, Rank
from bot.diagnosis.ranking import MOST, rank_findings


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
