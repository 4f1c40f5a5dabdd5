from __future__ import annotations

import pytest

from bot.diagnosis.log.cleaning import Cleaned, clean, without_colours
from bot.diagnosis.log.logs import Log, assemble
from bot.diagnosis.log.scan import Scanner

STAMP = "2026-03-02T09:14:05.1234567Z "


def log_of(*lines: str) -> Log:
    scanner = Scanner(())
    scanner.feed("".join(f"{line}\n" for line in lines).encode())
    return assemble(*scanner.finish())


@pytest.mark.parametrize(
    "raw",
    [
        "2026-03-02T09:14:05.1234567Z sail",  # GitHub Actions, Azure Pipelines
        "[2026-03-02T09:14:05.123Z] sail",  # Jenkins
        "2026-03-02T09:14:05.123456Z 00O sail",  # GitLab
        "2026-03-02T09:14:05.123456Z 01E+sail",
        "2026-03-02T09:14:05+01:00 sail",
        "\ufeff2026-03-02T09:14:05Z sail",
    ],
)
def test_the_time_before_a_line_is_taken_off_in_every_services_form(raw: str) -> None:
    assert clean(raw) == Cleaned("sail", "", "2026-03-02T09:14:05")


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("##[error]no wind", Cleaned("no wind", "error")),
        ("##[section]Starting: Test", Cleaned("Starting: Test", "section")),
        ("##[boat]no wind", Cleaned("##[boat]no wind")),
        ("::error file=a.rs,line=3::no wind", Cleaned("::error file=a.rs,line=3::no wind", "error")),
        ("::group::Build", Cleaned("Build", "group")),
        ("::endgroup::", Cleaned("", "endgroup")),
        ("::add-mask::hunter2", Cleaned("::add-mask::***", "add-mask")),
        ("::boat::no wind", Cleaned("::boat::no wind")),
        (" ::error::not at the beginning", Cleaned(" ::error::not at the beginning")),
    ],
)
def test_a_workflow_command_is_known_in_both_its_forms(raw: str, cleaned: Cleaned) -> None:
    assert clean(raw) == cleaned


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("\x1b[38;5;196mred\x1b[0m", "red"),
        ("\x1b[38:2::1:2:3mred", "red"),
        ("\x1b_bk;t=1700000000\x07said", "said"),  # Buildkite
        ("\x1b]8;;https://a.example\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1bPq\x1b\\sixel", "sixel"),
        ("\x1b[2K\x1b[1A\x1b[Gdone", "done"),
        ("plain", "plain"),
    ],
)
def test_terminal_control_is_taken_out(raw: str, text: str) -> None:
    assert without_colours(raw) == text


def test_what_turns_text_around_is_taken_out() -> None:
    """Marks of direction make a line read otherwise than it is written."""
    assert clean("sa\u202eli\u2066\u200b").text == "sali"


def test_commands_count_for_nothing_while_they_are_stopped() -> None:
    log = log_of(
        "::stop-commands::0a1b2c3d", "::error::not meant", "::boat::", "::0a1b2c3d::", "::error::meant"
    )

    assert [line.command for line in log.lines] == ["", "", "", "", "error"]


def test_a_value_to_be_masked_is_masked_everywhere() -> None:
    """The runner does so itself, but not where it did not hear: in a container, on another service."""
    log = log_of(
        "the key is hunter2-of-the-sea",
        f"{STAMP}::add-mask::hunter2-of-the-sea",
        "::add-mask::***",
        "::add-mask::abc",
    )

    assert [line.text for line in log.lines] == [
        "the key is ***",
        "::add-mask::***",
        "::add-mask::***",
        "::add-mask::***",
    ]


def test_every_line_of_a_mask_of_several_lines_is_masked() -> None:
    log = log_of("::add-mask::first line%0Asecond line%0Ax", "so: first line", "so: second line", "so: x")

    assert [line.text for line in log.lines][1:] == ["so: ***", "so: ***", "so: x"]
