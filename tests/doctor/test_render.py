"""What people and programs read of an examination."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.doctor.model import Eyes, Finding, Grade, Part, Report, Result
from bot.doctor.render import plain, render_json, render_text
from bot.doctor.wording import bad, good, listed, notice, unknown

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

ASK = "An administrator runs: GITHUB_TOKEN=$(gh auth token) pilothouse doctor acme/breakwater"
REPORT = Report(
    repository="acme/breakwater",
    results=(
        Result(check="app", part=Part.APP, findings=(good("the App", "Pilothouse reaches it"),)),
        Result(
            check="environments",
            part=Part.DEPLOYING,
            findings=(
                bad(
                    "environment production",
                    "it does not exist",
                    "Make it: gh api -X PUT repos/a/b/environments/p",
                ),
                notice(
                    "environment staging",
                    "a run of any branch may enter it; " * 4,
                    "Say who may.",
                ),
            ),
        ),
        Result(
            check="releases",
            part=Part.PIPELINE,
            findings=(good("immutable releases", "they are", eyes=Eyes.PERSON),),
        ),
        Result(
            check="actions", part=Part.PIPELINE, findings=(unknown("actions", "the App may not see it", ASK),)
        ),
        Result(
            check="secrets",
            part=Part.DEPLOYING,
            findings=(unknown("secrets", "the App may not see it", ASK),),
        ),
    ),
)


@pytest.mark.parametrize("colours", [False, True])
def test_a_report_goes_by_parts_and_ends_with_what_was_not_seen(
    *, colours: bool, snapshot: SnapshotAssertion
) -> None:
    assert render_text(REPORT, colours=colours) == snapshot


def test_a_report_for_programs_names_everything(snapshot: SnapshotAssertion) -> None:
    assert render_json(REPORT) == snapshot


def test_nothing_looked_at_is_said() -> None:
    report = Report(repository="acme/breakwater", results=())

    assert render_text(report, colours=False).endswith("nothing looked at")
    assert report.exit_code == 0


def test_text_from_outside_neither_colours_nor_moves_nor_hides() -> None:
    """A label or a variable is whatever somebody typed: it must not paint a finding green."""
    hostile = "x\x1b[32mok\x1b[0m\r\n\u202egood\u200b"

    assert plain(hostile) == "x\ufffd[32mok\ufffd[0m\ufffd\ufffd\ufffdgood\ufffd"
    report = Report(
        repository="a/b",
        results=(Result(check="c", part=Part.APP, findings=(bad(hostile, hostile, hostile),)),),
    )
    assert "\x1b" not in render_text(report, colours=False)


@pytest.mark.parametrize(
    ("grades", "code"),
    [
        ((Grade.GOOD, Grade.NOTICE), 0),
        ((Grade.NOTICE, Grade.UNKNOWN), 2),
        ((Grade.UNKNOWN, Grade.BAD), 1),
    ],
)
def test_the_worst_decides_how_it_ends(grades: tuple[Grade, ...], code: int) -> None:
    findings = tuple(Finding(subject="s", grade=grade, text="t") for grade in grades)

    assert (
        Report(repository="a/b", results=(Result(check="c", part=Part.APP, findings=findings),)).exit_code
        == code
    )


def test_long_lists_are_cut_off() -> None:
    assert listed(map(str, range(12))).endswith("8, 9 and 2 more")
