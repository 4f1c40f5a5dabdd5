"""`pilothouse init` as a process of its own: against the local GitHub, on a terminal, killed in the middle."""

from __future__ import annotations

import asyncio
import os
import pty
import select
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.localhub.server import LocalHub
from bot.pack.installing.proposing import BRANCH
from tests.support.hub import assert_true_to_github, record_file, wall_clock
from tests.support.installing import CI, CRATE, FULL_NAME, app_that_may, open_site

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.localhub.state.store import Happening

POLICY = ".github/pilothouse.yml"
COMMAND = (sys.executable, "-m", "bot", "init")


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[LocalHub]:
    record = record_file(tmp_path)
    started = await LocalHub.start(clock=wall_clock, settings=app_that_may(), record=record)
    yield started
    await started.close()
    assert_true_to_github(record)


def environment(hub: LocalHub) -> dict[str, str]:
    return {
        **os.environ,
        "PILOTHOUSE_APP_ID": hub.client_id,
        "PILOTHOUSE_PRIVATE_KEY": hub.private_key_pem,
        "PILOTHOUSE_GITHUB_API_URL": hub.url,
    }


async def start(hub: LocalHub, *words: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *COMMAND,
        *words,
        env=environment(hub),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


async def run(hub: LocalHub, *words: str) -> tuple[int | None, str]:
    process = await start(hub, *words)
    said, _ = await process.communicate()
    return process.returncode, said.decode()


async def test_a_pull_request_is_opened_by_one_command(hub: LocalHub) -> None:
    """Nothing is needed but the App's own settings: no database, no webhook secret."""
    site = open_site(hub)
    code, said = await run(
        hub,
        "--repo",
        FULL_NAME,
        "--yes",
        "--environments",
        "staging,production",
        "--state-bucket",
        "acme-state",
        "--artifacts-bucket",
        "acme-artifacts",
    )
    assert (code, f"Opened {hub.url}/{FULL_NAME}/pull/1" in said) == (0, True), said
    policy = site.file(POLICY, branch=BRANCH) or ""
    assert "state: acme-state" in policy
    assert site.file("infra/terraform/environments/production.tfvars", branch=BRANCH) is not None


async def test_killed_in_the_middle_and_run_again_it_ends_in_the_same_one_pull_request(hub: LocalHub) -> None:
    """The branch is there and no pull request yet: the second run opens it, and makes no second commit."""
    site = open_site(hub)
    process = await start(hub, "--repo", FULL_NAME, "--yes")

    def kill(happening: Happening) -> None:
        if happening.event == "create" and process.returncode is None:
            process.send_signal(signal.SIGKILL)

    hub.store.listeners += (kill,)
    await process.communicate()
    assert process.returncode == -signal.SIGKILL
    tip = site.repository.branches[BRANCH]
    assert site.pulls == []
    code, said = await run(hub, "--repo", FULL_NAME, "--yes")
    assert (code, len(site.pulls)) == (0, 1), said
    assert site.repository.branches[BRANCH] == tip


async def test_without_a_yes_and_without_a_terminal_nothing_is_done(hub: LocalHub) -> None:
    site = open_site(hub)
    code, said = await run(hub, "--repo", FULL_NAME)
    assert code == 2
    assert "ci-build.yml  (new)" in said
    assert "Say --yes" in said
    assert site.pulls == []


async def test_on_a_terminal_it_asks_and_shows(hub: LocalHub) -> None:
    """What no file says is asked with a default; a bare Enter everywhere is a good answer."""
    site = open_site(hub)
    master, slave = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        "--repo",
        FULL_NAME,
        env={**environment(hub), "PAGER": "cat", "TERM": "dumb"},
        stdin=slave,
        stdout=slave,
        stderr=slave,
    )
    os.close(slave)
    answers = {
        b"mend by themselves? [Y/n]:": b"n\n",
        b"cluster.yml)? [y/N]:": b"y\n",
        b"[staging,production]:": b"\n",
        b"[us-east-1]:": b"eu-west-1\n",
        b"[acme-breakwater-state]:": b"\n",
        b"[acme-breakwater-artifacts]:": b"\n",
        b"differences? [y/N]:": b"n\n",
        b"as a pull request? [Y/n]:": b"\n",
    }
    said = await asyncio.to_thread(_converse, master, answers)
    assert await process.wait() == 0, said.decode()
    os.close(master)
    policy = site.file(POLICY, branch=BRANCH) or ""
    assert "region: eu-west-1" in policy
    assert "autofix: false" in policy
    assert len(site.pulls) == 1


def _converse(terminal: int, answers: dict[bytes, bytes]) -> bytes:
    """Answer each question once it stands at the end of what was said."""
    said, left = b"", dict(answers)
    while select.select([terminal], [], [], 30)[0]:
        try:
            chunk = os.read(terminal, 65_536)
        except OSError:  # the program has ended
            return said
        if not chunk:
            return said
        said += chunk
        asked = next((question for question in left if said.rstrip().endswith(question)), None)
        if asked is not None:
            os.write(terminal, left.pop(asked))
    raise AssertionError(said.decode())


def in_process(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["init", *words])
    return result.exit_code, result.output


def lay(folder: Path) -> None:
    for path, content in CRATE.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


def test_a_folder_is_written_into_without_any_settings(tmp_path: Path) -> None:
    lay(tmp_path)
    code, said = in_process("--out", str(tmp_path), "--repo", FULL_NAME, "--yes", "--without", "autofix")
    assert (code, (tmp_path / CI).exists()) == (0, True), said
    assert not (tmp_path / ".github/workflows/autofix.yml").exists()


def test_a_dry_run_with_differences_shows_every_line(tmp_path: Path) -> None:
    lay(tmp_path)
    code, said = in_process("--out", str(tmp_path), "--repo", FULL_NAME, "--dry-run", "--diff")
    assert code == 0
    assert "+++ b/.github/workflows/ci-build.yml" in said
    assert not (tmp_path / ".github").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Say --repo OWNER/NAME"),
        (("--repo", "acme"), "is not written as OWNER/NAME"),
        (("--repo", "../..", "--yes"), "is not written as OWNER/NAME"),
        (("--out", ".", "--bot", "<x>"), "is not written as NAME[bot]"),
        (("--out", ".", "--with", "release", "--without", "release"), "wanted and unwanted at once"),
        (("--out", ".", "--keep", "a", "--replace", "a"), "replaced and kept at once"),
        (("--repo", "acme/x", "--yes"), "without its settings say --out FOLDER"),
    ],
)
def test_what_is_said_wrongly_is_answered_in_a_sentence(
    words: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("PILOTHOUSE_")]:
        monkeypatch.delenv(name)
    code, output = in_process(*words)
    assert code != 0
    assert said in output


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "nothing was found"),
        ({"Cargo.toml": b"[package\n"}, "Cargo.toml:1: "),
        ({**CRATE, POLICY: b"version: 7\n"}, ".github/pilothouse.yml:1:"),
    ],
)
def test_what_keeps_it_from_starting_is_one_message(
    tmp_path: Path, files: dict[str, bytes], said: str
) -> None:
    for path, content in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    code, output = in_process("--out", str(tmp_path), "--repo", FULL_NAME, "--yes")
    assert code == 1
    assert said.lower() in output.lower()
    assert "Traceback" not in output
