"""What green logs look like is learned in little room and says what is rare in a red one."""

from __future__ import annotations

import pytest

from bot.diagnosis.choice.templates import MOST, Familiarity, KnownTemplates, fold
from bot.diagnosis.log.logs import Line, Log
from bot.diagnosis.reader import GreenLogReader

GREEN = "checking out abc1234def\nresolved 17 packages in 3.2s\nerror: cache miss, going on\nall 12 tests passed\n"


def learned(*logs: str, known: KnownTemplates | None = None) -> KnownTemplates:
    for log in logs:
        learner = GreenLogReader(known)
        for start in range(0, len(log), 7):
            learner.feed(log[start : start + 7].encode())
        known = learner.finish().known
    assert known is not None
    return known


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("took 3.2s", "took 14.7s"),
        ("at /home/runner/work/a/b.rs", "at src/lib.rs"),
        ("commit 0a1b2c3d4e5f", "commit ffee99887766"),
        ("get https://a.example/b?c=1", "get http://d.example/"),
        ("----------", "------"),
    ],
)
def test_numbers_paths_addresses_and_hashes_are_folded(one: str, other: str) -> None:
    """Two lines that differ by such things only have one template."""
    assert fold(one) == fold(other)


def test_words_make_templates_differ() -> None:
    """Other words, other template."""
    assert fold("took 3.2s") != fold("lost 3.2s")


def test_a_green_line_is_known_whatever_its_numbers() -> None:
    """What a green log had is known, what it had not is rare."""
    known = learned(GREEN)
    assert known.logs == 1
    assert known.knows(fold("resolved 99 packages in 0.1s"))
    assert not known.knows(fold("error: mismatched types"))


def test_a_known_line_in_another_place_is_less_familiar() -> None:
    """The line above counts: the same words after another line may tell something."""
    texts = (
        "resolved 1 packages in 1s",
        "error: cache miss, going on",
        "all 12 tests passed",
        "error: cache miss, going on",
        "error: mismatched types",
    )
    log = Log(lines=tuple(Line(number, text) for number, text in enumerate(texts, 1)))
    known = learned(GREEN)
    assert [known.familiarity(log, index) for index in range(len(texts))] == [
        Familiarity.KNOWN,
        Familiarity.IN_PLACE,
        Familiarity.IN_PLACE,
        Familiarity.KNOWN,
        Familiarity.UNKNOWN,
    ]


def test_bytes_are_the_same_for_the_same_logs_and_read_back() -> None:
    """What is stored is deterministic and complete."""
    known = learned(GREEN, GREEN + "more\n")
    assert known.to_bytes() == learned(GREEN, GREEN + "more\n").to_bytes()
    assert KnownTemplates.from_bytes(known.to_bytes()) == known


@pytest.mark.parametrize("data", [b"", b"x" * 40, learned(GREEN).to_bytes()[:-1]])
def test_of_damaged_bytes_nothing_is_known(data: bytes) -> None:
    """A row that cannot be read costs what was learned, not the diagnosis."""
    assert KnownTemplates.from_bytes(data) == KnownTemplates()


def test_room_is_bounded_and_what_is_usual_stays() -> None:
    """A log of rarities neither grows what is stored beyond 64 KiB nor drives out what every log has."""
    known = learned(GREEN, GREEN)
    for log in range(3):
        words = ("".join(chr(97 + int(digit)) for digit in f"{log}{line:05}") for line in range(12_000))
        known = learned("\n".join(words), known=known)
    data = known.to_bytes()
    assert len(data) <= 64 * 1024
    assert len(data) > 6 * (MOST - 1)
    assert known.knows(fold("all 3 tests passed"))


def test_what_no_log_has_any_more_is_forgotten() -> None:
    """A template fades with the green logs that lack it."""
    known = learned("once upon a time\n" + GREEN)
    for _ in range(60):
        known = learned(GREEN, known=known)
    assert not known.knows("once upon a time")
    assert known.knows(fold("all 3 tests passed"))


def test_merging_is_the_same_either_way() -> None:
    """Two workers that learned apart know the same, whichever is asked."""
    one, other = learned(GREEN, "only here\n"), learned(GREEN, "only there\n")
    assert one.merged(other).to_bytes() == other.merged(one).to_bytes()
    assert one.merged(other).logs == 4
    assert one.merged(other).knows("only here")
    assert one.merged(other).knows("only there")
