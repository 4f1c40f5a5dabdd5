"""What a suite dies of is told, whatever it is; and what it runs is what was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec import structs

from bot.config.pipeline import SuiteConfig
from bot.diagnosis.model import Cause
from tests.support.actions.model import FAILURE, SUCCESS, Trigger
from tests.support.pack_runs import CRATES, diagnosed, make_yard
from tests.support.packs import HOSTILE

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.no_cover


@pytest.mark.parametrize(
    ("run", "cause", "message"),
    [
        ("head -c 9 /dev/zero > /dev/full", Cause.INFRASTRUCTURE, "No space left on device"),
        ("kill -9 $$", Cause.INFRASTRUCTURE, "Killed"),
        ("cargo keel", Cause.CONFIGURATION, "no such command: `keel`"),
        ("no-such-program", Cause.CONFIGURATION, "no-such-program: command not found"),
        ("echo 'error: the keel is broken'; exit 3", Cause.TEST, "error: the keel is broken"),
    ],
)
def test_what_a_suite_dies_of_is_told(tmp_path: Path, run: str, cause: Cause, message: str) -> None:
    """A suite is a line of bash: whatever ends it is found in its own step."""
    suites = {"soak": SuiteConfig(run=run)}
    yard = make_yard(tmp_path, pipeline=structs.replace(CRATES, groups={}, suites=suites))

    result = yard.run("integration-tests.yml")

    first = diagnosed(result.jobs["soak"]).failures[0]
    assert result.jobs["soak"].conclusion == FAILURE
    assert (first.cause, first.step) == (cause, "Test")
    assert message in first.message


def test_a_command_arrives_as_it_was_written(tmp_path: Path) -> None:
    """Quotes, brackets and GitHub's own expressions are text to bash: none is evaluated, none ends the file."""
    text = f"{HOSTILE} ${{{{ secrets.KEY }}}} ${{{{ github.token }}}}"
    suites = {"odd": SuiteConfig(run=f"cat <<'END'\n{text}\nEND")}
    yard = make_yard(tmp_path, pipeline=structs.replace(CRATES, groups={}, suites=suites))

    job = yard.run("integration-tests.yml", Trigger(secrets={"KEY": "hush-hush"})).jobs["odd"]

    assert job.conclusion == SUCCESS
    assert any(line.endswith(f"Z {text}") for line in job.log.decode().split("\n"))
