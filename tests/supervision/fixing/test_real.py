"""A workspace that is broken in two ways, whose builds are really run: each is mended by what can."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from bot.supervision.fixing.model import FixState
from tests.support.breaking import breaking
from tests.support.broken_code import CARGO, UNCOMPILED_RUST, UNFORMATTED_RUST
from tests.support.fixing import need

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.breaking import Breaking

JOBS = {"format": "cargo fmt --all -- --check", "check": "cargo check --workspace --all-targets"}


async def build(here: Breaking, branch: str, folder: Path) -> None:
    """This function will build a branch as GitHub Actions would: what the commands say is what the log says."""
    commit = here.bot.hub.store.commits[here.bot.repository.branches[branch]]
    tree = folder / commit.sha
    for name, content in commit.files.items():
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    logs: dict[str, str | bytes | None] = {}
    for job, command in JOBS.items():
        done = subprocess.run(  # noqa: ASYNC221 - nothing else has to go on meanwhile
            ["sh", "-c", f"{command} 2>&1"], cwd=tree, capture_output=True, timeout=120, check=False
        )
        head = f"##[group]Run {command}\n{command}\n##[endgroup]\n".encode()
        tail = f"##[error]Process completed with exit code {done.returncode}.\n".encode()
        logs[job] = head + done.stdout + tail if done.returncode else None
    here.bot.ci(logs, branch=branch)
    await here.bot.settle()


async def test_a_workspace_that_is_broken_twice(tmp_path: Path) -> None:
    """The formatter mends the formatting, the agent the compile error; the build of each says so."""
    need("cargo", "rustfmt")
    agent = tmp_path / "agent.sh"
    agent.write_text("#!/bin/sh\nsed -i s/sped/speed/ nozzle/src/lib.rs\n")
    agent.chmod(0o755)
    async with breaking(tmp_path, more=f", agent: {{command: [{agent}]}}") as here:
        here.push({**CARGO, **UNFORMATTED_RUST, **UNCOMPILED_RUST})
        await build(here, "main", tmp_path / "ci")
        fixes = {fix.trouble.failure.tool: fix for fix in await here.tick()}
        assert {tool: (fix.state, fix.fixer) for tool, fix in fixes.items()} == {
            "rustfmt": (FixState.PROPOSED, "rustfmt"),
            "rustc": (FixState.PROPOSED, "agent"),
        }, [fix.text for fix in fixes.values()]
        files = here.bot.hub.store.commits
        assert files[fixes["rustfmt"].head_sha].files == {
            **files[here.bot.repository.branches["main"]].files,
            "rocket/src/main.rs": CARGO["rocket/src/main.rs"].encode(),
        }
        assert fixes["rustc"].change is not None
        assert fixes["rustc"].change.files == ("nozzle/src/lib.rs",)
        for pull in here.pulls:
            await build(here, pull.head_ref, tmp_path / "ci")
        assert {fix.state for fix in await here.tick()} == {FixState.FIXED}
        for pull in here.pulls:
            (said,) = here.said(pull.issue.number)
            assert "It is red for other reasons, which were there before or were hidden by it." in said
