"""`pilothouse doctor` as it is typed: a process of its own, before a local GitHub."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from bot.cli import main
from tests.support.examined import NAME, examined_patient
from tests.support.hub import wall_clock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.support.examined import Patient


@dataclass(frozen=True)
class Ended:
    """A process that ended."""

    code: int
    said: str
    complained: str


@pytest.fixture
async def patient(tmp_path: Path) -> AsyncIterator[Patient]:
    """A repository with nothing but the App; a real process lives by the real time."""
    async with examined_patient(tmp_path / "traffic.jsonl", clock=wall_clock) as made:
        yield made


async def doctor(patient: Patient, *arguments: str, **environment: str) -> Ended:
    """This function will run the command to its end."""
    given = {
        "PATH": os.environ["PATH"],
        "HOME": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "PILOTHOUSE_APP_ID": patient.hub.client_id,
        "PILOTHOUSE_PRIVATE_KEY": patient.hub.private_key_pem,
        "PILOTHOUSE_GITHUB_API_URL": patient.hub.url,
        **environment,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "doctor", *arguments),
        env=given,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(60):
        said, complained = await process.communicate()
    assert process.returncode is not None
    return Ended(process.returncode, said.decode(), complained.decode())


async def test_what_is_wrong_is_told_with_a_command_on_a_line_of_its_own(patient: Patient) -> None:
    ended = await doctor(patient, NAME, "--without", "deliveries")

    assert (ended.code, ended.complained) == (1, "")
    assert ended.said.startswith(f"{NAME}\n\nthe App\n  ok    the App: Pilothouse")
    assert f"           pilothouse init --repo {NAME}\n" in ended.said
    assert "\x1b" not in ended.said  # nobody looks at a pipe
    assert "webhook of the App" not in ended.said


async def test_programs_read_one_object_and_how_it_ended(patient: Patient) -> None:
    """What nobody may see ends it with 2, until somebody who may is there."""
    without = await doctor(patient, NAME, "--json", "--only", "actions")
    patient.with_person("admin")
    together = await doctor(patient, NAME, "--json", "--only", "actions", GITHUB_TOKEN=patient.token)

    unseen, seen = json.loads(without.said), json.loads(together.said)
    assert (without.code, unseen["grade"]) == (2, "unknown")
    assert (together.code, seen["grade"]) == (0, "good")
    assert {one["seen_by"] for one in seen["findings"]} == {"person"}
    assert patient.token not in together.said + together.complained


def test_a_name_that_is_no_repository_and_a_check_that_is_not_there_are_refused() -> None:
    for arguments, words in (
        (["breakwater"], "it takes owner/name"),
        (["acme/.."], "it takes owner/name"),
        ([NAME, "--only", "brunch-protection"], "there is no check brunch-protection"),
    ):
        said = CliRunner().invoke(main, ["doctor", *arguments])
        assert said.exit_code == 2
        assert words in said.stderr


def test_without_settings_it_says_which_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("PILOTHOUSE_")]:
        monkeypatch.delenv(name)

    said = CliRunner().invoke(main, ["doctor", NAME])

    assert said.exit_code == 78
    assert "PILOTHOUSE_APP_ID is missing" in said.stderr
