from __future__ import annotations

import pytest

from bot.diagnosis.log.cleaning import LONGEST
from bot.diagnosis.log.logs import MOST, SCRIPT, Log, assemble
from bot.diagnosis.log.regions import Region
from bot.diagnosis.log.scan import Scanner

STAMP = "2026-03-02T09:14:05.1234567Z "


def log_of(text: str) -> Log:
    scanner = Scanner(())
    scanner.feed(text.encode())
    return assemble(*scanner.finish())


def actions(*lines: str) -> Log:
    return log_of("".join(f"{STAMP}{line}\n" for line in lines))


def test_a_line_comes_without_stamp_colours_and_command() -> None:
    log = log_of(f"\ufeff{STAMP}\x1b[31;1m##[error]no wind\x1b[0m\x07  \r\n")

    assert [(line.number, line.text, line.command) for line in log.lines] == [(1, "no wind", "error")]


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("\x1b]0;title\x07sail", "sail"),
        ("\x1b(Bsail", "sail"),
        ("^[[32msail", "sail"),
        ("\tindented", "\tindented"),
        ("sa\x00il\x08", "sail"),
        (f"{STAMP}", ""),
        ("2026 was a good year", "2026 was a good year"),
    ],
)
def test_what_no_person_sees_is_gone(raw: str, text: str) -> None:
    assert log_of(raw + "\n").lines[0].text == text


def test_lines_are_counted_as_text_mode_counts() -> None:
    log = log_of("a\r\nb\rc\n\nd")

    assert [(line.number, line.text) for line in log.lines] == [
        (1, "a"),
        (2, "b"),
        (3, "c"),
        (4, ""),
        (5, "d"),
    ]
    assert log.total == 5


def test_a_line_that_nobody_wrote_neither_shows_nor_parts_its_neighbours() -> None:
    log = log_of("a\r\r\nb\r\r\n")

    assert [(line.number, line.text) for line in log.lines] == [(1, "a"), (3, "b")]
    assert log.follows(1)


def test_undecodable_bytes_do_not_stop_the_reading() -> None:
    scanner = Scanner(())
    scanner.feed(b"sail \xff\xfe away\n")

    assert assemble(*scanner.finish()).lines[0].text == "sail \ufffd\ufffd away"


def test_a_very_long_line_is_cut() -> None:
    assert len(log_of("x" * 10_000).lines[0].text) == LONGEST


def test_of_too_many_lines_the_first_and_the_last_are_read() -> None:
    log = log_of("x\n" * (2 * MOST + 50))

    assert len(log.lines) == 2 * MOST
    assert [log.lines[0].number, log.lines[-1].number] == [1, 2 * MOST + 50]
    assert not log.follows(MOST)


def test_empty_lines_in_a_row_are_few() -> None:
    log = log_of("a\n" + "\n" * 50 + "b\n")

    assert [line.number for line in log.lines] == [1, 2, 3, 4, 52]
    assert log.follows(4)


def test_steps_begin_at_the_runners_headers() -> None:
    log = actions(
        "##[group]Run cargo test", "cargo test", "##[endgroup]", "running", "Post job cleanup.", "git", "x"
    )

    assert [(line.step, line.step_line) for line in log.lines] == [
        ("Run cargo test", 1),
        ("Run cargo test", 2),
        ("Run cargo test", 3),
        ("Run cargo test", 4),
        ("Post job cleanup.", 1),
        ("Post job cleanup.", 2),
        ("Post job cleanup.", 3),
    ]
    assert [line.command for line in log.lines][:4] == ["group", SCRIPT, "endgroup", ""]


def test_other_groups_begin_no_step() -> None:
    assert actions("##[group]Operating System", "Ubuntu", "##[endgroup]").lines[1].step == ""


def test_the_command_line_tools_form_names_each_lines_step() -> None:
    log = log_of(f"build\tCheck out\t{STAMP}a\nbuild\tTest\t{STAMP}b\nbuild\tTest\t{STAMP}##[error]c\n")

    assert [(line.text, line.step, line.step_line) for line in log.lines] == [
        ("a", "Check out", 1),
        ("b", "Test", 1),
        ("c", "Test", 2),
    ]


@pytest.mark.parametrize(
    ("exit_line", "step"),
    [
        ("##[error]Process completed with exit code 101.", "Run make"),
        ('The command "make test" exited with 2.', "Run make"),
        ("Build step 'Execute shell' marked build as failure", "Run make"),
        (
            "No output has been received in the last 10m0s, this potentially indicates a stalled build.",
            "Run make",
        ),
        ("Done. Your build exited with 1.", "Run make"),
    ],
)
def test_the_failing_exit_bounds_the_step_that_failed(exit_line: str, step: str) -> None:
    log = actions(
        "##[group]Run setup", "fine", "##[group]Run make", "broken", exit_line, "##[group]Run report", "later"
    )

    assert log.lines[log.exit].number == 5
    assert log.lines[log.begin].number == 3
    assert log.failed_step == step


def test_the_failed_command_of_travis_is_the_step() -> None:
    log = log_of('The command "npm ci" exited with 0.\nbroken\nThe command "npm test" exited with 1.\n')

    assert log.failed_step == "npm test"
    assert log.begin == 1


def test_a_command_of_several_lines_exits_on_its_last() -> None:
    log = log_of('broken\nThe command "if x; then\n  make\nfi" exited with 1.\nlater\n')

    assert log.exit == 3
    assert log.failed_step == ""


def test_without_a_failing_exit_everything_may_have_failed() -> None:
    log = log_of("a\nb\n")

    assert (log.begin, log.exit, log.failed_step) == (0, 2, "")


def test_lines_left_out_part_their_neighbours() -> None:
    log = assemble((Region(1, b"a\nb\n"), Region(2, b"b\n"), Region(9, b"c\nd\n")), 10)

    assert [line.number for line in log.lines] == [1, 2, 9, 10]
    assert [log.follows(index) for index in range(4)] == [False, True, False, True]
    assert list(log.upward(3, 9)) == [2]
    assert list(log.upward(1, 9)) == [0]
    assert list(log.downward(0, 9)) == [1]
    assert list(log.downward(2, 1)) == [3]
    assert list(log.upward(3, 0)) == []


def test_the_exit_of_the_step_known_to_have_failed_counts() -> None:
    """A step that may fail fails first; the job goes on and fails for another reason."""
    scanner = Scanner(())
    for step in ("lint", "test"):
        scanner.feed(f"##[group]Run {step}\n##[error]Process completed with exit code 1.\n".encode())
    regions, total = scanner.finish()

    assert assemble(regions, total, failed_step="Run test").exit == 3
    assert assemble(regions, total, failed_step="Named otherwise").exit == 1
    assert assemble(regions, total).exit == 1
