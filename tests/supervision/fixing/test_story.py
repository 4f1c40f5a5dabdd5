"""A build breaks, and the whole bot looks at it, fixes it on this machine, proposes it and follows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.commands.reasons import Reason
from bot.localhub.faults import Fault
from bot.supervision.fixing.model import FixState
from tests.support.breaking import BAD, breaking

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("repeat", [False, True])
async def test_a_failure_is_fixed_by_one_pull_request(tmp_path: Path, *, repeat: bool) -> None:
    """A red build becomes one pull request with just the change, and its own green build says that it is fixed."""
    async with breaking(tmp_path, repeat_every_step=repeat) as here:
        await here.build(BAD)
        (fix,) = await here.tick()
        assert (fix.state, fix.reason, fix.fixer) == (FixState.PROPOSED, "", "ruff"), fix
        (pull,) = here.pulls
        store = here.bot.hub.store
        assert pull.head_ref == f"pilothouse/fix-{fix.trouble.failure.short_id}"
        made = store.commits[pull.head_sha]
        assert made.parents == (fix.trouble.base_sha,)
        assert made.files["code.txt"] == b"good\n"
        assert made.files["other.txt"] == b"other\n"
        assert here.said(pull.issue.number) == []
        await here.build(branch=pull.head_ref)
        (fix,) = await here.tick()
        assert fix.state is FixState.FIXED
        assert len(here.said(pull.issue.number)) == 1
        (fix,) = await here.tick()
        assert len(here.said(pull.issue.number)) == 1
        (pull,) = here.pulls
        assert pull.head_sha == fix.head_sha


async def test_a_second_try(tmp_path: Path) -> None:
    """Where the first change is no fix, its tool is not asked again, but the agent is, in one pull request."""
    agent = tmp_path / "agent.sh"
    agent.write_text("#!/bin/sh\necho best > code.txt\n")
    agent.chmod(0o755)
    async with breaking(tmp_path, more=f", agent: {{command: [{agent}]}}") as here:
        await here.build(BAD)
        (first,) = await here.tick()
        assert (first.state, first.fixer) == (FixState.PROPOSED, "ruff")
        await here.build(BAD, first.head_ref)
        first, second = await here.tick()
        assert (first.state, first.reason) == (FixState.FAILED, Reason.FIX_STILL_RED)
        assert (second.state, second.fixer, second.round) == (FixState.PROPOSED, "agent", 2), second
        (pull,) = here.pulls
        assert (first.number, second.number) == (pull.number, pull.number)
        assert first.ended_at is not None
        assert here.bot.hub.store.commits[pull.head_sha].files["code.txt"] == b"best\n"
        assert "| Try | 2 of at most 2 |" in (pull.issue.body or "")
        await here.build(branch=pull.head_ref)
        _, second = await here.tick()
        assert second.state is FixState.FIXED


async def test_a_suggestion(tmp_path: Path) -> None:
    """Where the policy lets it only suggest, one issue has the diff, until a pull request has it."""
    async with breaking(tmp_path, conduct="suggest") as here:
        await here.build(BAD)
        (fix,) = await here.tick()
        assert (fix.state, fix.head_ref) == (FixState.SUGGESTED, "")
        (issue,) = here.issues
        assert "-bad\n+good" in (issue.body or "")
        assert here.pulls == []
        assert not [name for name in here.bot.repository.branches if name.startswith("pilothouse")]
        (fix,) = await here.tick()
        assert fix.state is FixState.SUGGESTED
        here.configure("act")
        await here.build(BAD)
        suggested, proposed = await here.tick()
        assert (suggested.state, proposed.state) == (FixState.SUGGESTED, FixState.PROPOSED)
        suggested, proposed = await here.tick()
        assert (suggested.state, suggested.reason) == (FixState.CLOSED, Reason.FIX_OPEN)
        assert proposed.state is FixState.PROPOSED
        assert issue.state == "closed"
        assert len(here.said(issue.number)) == 1


async def test_what_is_only_observed(tmp_path: Path) -> None:
    """Where the policy lets it only look, a row says what would be tried; nothing runs, and nothing is said."""
    async with breaking(tmp_path, conduct="observe") as here:
        await here.build(BAD)
        for _ in range(2):
            (fix,) = await here.tick()
        assert (fix.state, fix.reason) == (FixState.REFUSED, Reason.ONLY_OBSERVED)
        assert (here.pulls, here.issues) == ([], [])
        assert [path.name for path in here.folder.iterdir()] == ["bin"]


async def test_a_bot_that_is_killed(tmp_path: Path) -> None:
    """Killed after any of its steps acted, it makes one branch, one pull request and one label."""
    looking = ("supervision", "branch main", "failures main", "note")
    fixing = ("begin 1", "take 1", "note commit", "branch 1", "open 1", "label 1", "proposed", "close bench")
    async with breaking(tmp_path) as here:
        await here.build(BAD)
        for step in (*looking, *fixing):
            here.bot.engine.crash_in(step)
        (fix,) = await here.tick()
        assert here.bot.engine.crashes_due == ()
        assert fix.state is FixState.PROPOSED
        (pull,) = here.pulls
        assert pull.head_sha == fix.head_sha == here.bot.repository.branches[fix.head_ref]
        assert [label.name for label in pull.issue.labels] == ["needs review"]


async def test_a_github_that_is_away(tmp_path: Path) -> None:
    """What a try came to is not lost where GitHub cannot take it now: it is asked again after a while."""
    async with breaking(tmp_path) as here:
        await here.build(BAD)
        here.bot.hub.faults.add(Fault(kind="status", method="POST", path="/git/trees", count=3))
        (fix,) = await here.tick()
        assert fix.state is FixState.PROPOSED
        assert len(here.pulls) == 1


async def test_a_branch_that_is_somebody_elses(tmp_path: Path) -> None:
    """A branch of the fix's name on which somebody else works stays as it is."""
    async with breaking(tmp_path) as here:
        await here.build(BAD)
        here.push({"code.txt": "mine\n"}, "pilothouse/fix-815ca9e5")
        (fix,) = await here.tick()
        assert (fix.state, fix.reason) == (FixState.REFUSED, Reason.FIX_OPEN)
        assert "Somebody else has pushed to `pilothouse/fix-815ca9e5`" in fix.text
        assert here.pulls == []


async def test_a_change_that_breaks_a_rule(tmp_path: Path) -> None:
    """A fixer that changes a workflow beside the file is refused with its reason, and nothing is published."""
    sly = "sed -i s/bad/good/ code.txt; mkdir -p .github/workflows; echo x > .github/workflows/ci.yml"
    async with breaking(tmp_path, more=", tries: 1") as here:
        here.linter(sly)
        await here.build(BAD)
        (fix,) = await here.tick()
        assert (fix.state, fix.reason) == (FixState.REFUSED, Reason.FIX_KEEP_OUT)
        assert "`.github/workflows/ci.yml`" in fix.text
        assert len(await here.tick()) == 1
        assert here.pulls == []
        assert not [name for name in here.bot.repository.branches if name.startswith("pilothouse")]


async def test_a_branch_that_moves_while_a_try_waits(tmp_path: Path) -> None:
    """Where the branch got a newer commit while a try waited in line, nothing is tried: that commit's build decides."""
    async with breaking(tmp_path) as here:
        await here.build(BAD)
        fix = await here.intend()
        here.push({"more.txt": "1\n"})
        fix = await here.begin(fix)
        assert (fix.state, fix.reason) == (FixState.REFUSED, Reason.BUILD_OLD)
        assert fix.ended_at is not None
        await here.begin(fix)  # and once more is once
        assert here.pulls == []


async def test_a_policy_that_changes_while_a_try_waits(tmp_path: Path) -> None:
    """Where the policy lets it only look by now, nothing is tried any more."""
    async with breaking(tmp_path) as here:
        await here.build(BAD)
        fix = await here.intend()
        here.configure("observe")
        await here.bot.settle()
        fix = await here.begin(fix)
        assert (fix.state, fix.reason) == (FixState.REFUSED, Reason.ONLY_OBSERVED)


async def test_a_host_that_is_not_ours(tmp_path: Path) -> None:
    """Where the operator has not listed the repository, nothing is tried on the bot's own machine."""
    async with breaking(tmp_path, is_listed=False) as here:
        await here.build(BAD)
        assert await here.tick() == []
        decided = await here.decided()
        assert decided.reason == Reason.HOST_NOT_ALLOWED
        assert "PILOTHOUSE_LOCAL_REPOSITORIES" in decided.text
        noted = await here.noted()
        await here.tick()
        assert await here.noted() == noted  # the same conclusion is recorded once


async def test_a_second_try_that_is_the_first_again(tmp_path: Path) -> None:
    """A second try that comes to the same change is not proposed, and the pull request is closed with its reason."""
    agent = tmp_path / "agent.sh"
    agent.write_text("#!/bin/sh\necho good > code.txt\n")
    agent.chmod(0o755)
    async with breaking(tmp_path, more=f", agent: {{command: [{agent}]}}") as here:
        await here.build(BAD)
        (first,) = await here.tick()
        await here.build(BAD, first.head_ref)
        first, second = await here.tick()
        assert (second.state, second.reason) == (FixState.REFUSED, Reason.FIX_WITHOUT_EFFECT)
        first, second = await here.tick()
        assert (first.state, first.reason) == (FixState.CLOSED, Reason.FIX_STILL_RED)
        (pull,) = here.pulls
        assert pull.issue.state == "closed"
        assert len(await here.tick()) == 2
