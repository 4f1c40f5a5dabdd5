"""The explanation says which parser said what, what each line weighs and why the winner won."""

from __future__ import annotations

import gzip
import io

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.diagnosis.choice.explain import explain
from bot.diagnosis.choice.templates import KnownTemplates
from bot.diagnosis.log.logs import Line, Log
from bot.diagnosis.log.steps import Fate
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Finding, Rank
from bot.diagnosis.report import explain_stream
from tests.support.samples import SAMPLES

TOKEN = "ghp_" + "aB3d" * 9
LINES = ("setting sail", f"error: no wind {TOKEN}", "warning: calm", "make: *** [Makefile:3: all] Error 2")


def log(*texts: str, at: int) -> Log:
    lines = tuple(Line(number, text, order=number) for number, text in enumerate(texts, 1))
    return Log(lines=lines, total=len(lines), exit=at)


def finding(message: str, *places: int, rank: Rank = Rank.ROOT, cause: Cause = Cause.TEST) -> Finding:
    return Finding(cause=cause, message=message, places=places, rank=rank)


def test_everything_that_decided_is_told_without_secrets() -> None:
    """Parsers with rank, cause and place, the winner's reason, each line's weight; no secret."""
    found = (
        ("make", finding("all failed", 3, rank=Rank.CONSEQUENCE)),
        ("wind", finding("no wind", 1, 2, cause=Cause.COMPILE)),
        ("guess", finding("calm", 2, rank=Rank.GUESS)),
    )

    text = explain("a.log", log(*LINES, at=3), found)

    assert "a.log: 4 lines, 4 of them kept" in text
    assert "the failing exit is announced in line 4: make: ***" in text
    assert "root        compile        wind, lines 2-3: no wind" in text
    assert "consequence test           make, line 4: all failed" in text
    assert "guess       unknown" not in text
    assert "guess, line 3 (left out: a better one says it, or a better rank speaks): calm" in text
    assert "Why the winner won: wind is nearer to the root (root) than make (consequence)" in text
    assert "2 | error: no wind ***" in text
    assert "because " in text
    assert TOKEN not in text


@pytest.mark.parametrize(
    ("found", "why"),
    [
        ((), "no parser found anything"),
        ((("a", finding("x", 1)),), "a alone says something (root)"),
        (
            (("a", finding("x", 1)), ("b", finding("y", 0, cause=Cause.COMPILE))),
            "as near to the root (root), compile goes before test",
        ),
        (
            (("a", finding("x", 2)), ("b", finding("y", 1))),
            "b and a are as near to the root (root); the earlier in the log goes first",
        ),
    ],
)
def test_the_winners_reason_is_that_of_the_ranking(found: tuple[tuple[str, Finding], ...], why: str) -> None:
    """What decides between findings is what is told."""
    assert f"Why the winner won: {why}\n" in explain("a", log(*LINES, at=9), found)


def test_what_green_logs_have_is_among_the_reasons() -> None:
    """Where the repository's green logs are known, a line says what they mean for it."""
    green = KnownTemplates().learned(log("warning: calm", at=9))

    text = explain("a", log(*LINES, at=3), (("wind", finding("no wind", 1, 2)),), green)

    assert "green logs 1 (-" in text


def test_a_quoted_line_that_was_not_weighed_is_told_without_a_chance() -> None:
    """What a parser points at may stand where no line is weighed: in a step that was forgiven."""
    lines = [
        line._replace(fate=Fate.PASSED) if line.number == 2 else line for line in log(*LINES, at=3).lines
    ]
    forgiven = Log(lines=tuple(lines), total=len(lines), exit=3)

    text = explain("a", forgiven, (("wind", finding("no wind", 1)), ("make", finding("make failed", 3))))

    assert "    -        2 | error: no wind" in text


def test_a_log_without_exit_or_findings_and_a_long_list_are_told() -> None:
    """Nothing found is said so; of very many findings the rest is counted."""
    assert "no failing exit is announced" in explain("a", log("calm", at=1), ())
    assert "\n  nothing\n" in explain("a", log("calm", at=1), ())
    many = tuple(("p", finding(str(number), number)) for number in range(45))
    assert "… and 5 more" in explain("a", log(*(f"x {n}" for n in range(50)), at=50), many)
    assert "no line: nowhere" in explain("a", log("calm", at=1), (("p", finding("nowhere")),))


def test_a_damaged_log_is_explained_as_far_as_it_goes() -> None:
    """What could be read is explained, and the damage named."""
    data = gzip.compress((SAMPLES / "cargo_test" / "rust-test-slab.log").read_bytes())

    assert "damaged" not in explain_stream("a.log.gz", io.BytesIO(data))
    assert "damaged or cut off" in explain_stream("a.log.gz", io.BytesIO(data[:-200]))


def test_the_command_explains_instead_of_stating() -> None:
    """`pilothouse diagnose --explain` prints the explanation; a file that is not there is named."""
    log = str(SAMPLES / "generic" / "words.log")

    done = CliRunner().invoke(main, ["diagnose", "--explain", log])

    assert done.exit_code == 0
    assert "What the parsers say, the best first:" in done.output
    assert "Why the winner won: " in done.output
    assert CliRunner().invoke(main, ["diagnose", "--explain", log + "x"]).exit_code == 1
