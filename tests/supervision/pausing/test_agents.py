"""Real sessions are paused and go on, and real commits are pushed first, in both ways of reaching a host."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.budget.model import AgentResult, AgentState
from bot.supervision.pausing.rules import read_signal
from bot.supervision.pausing.work import WorkTree, push_work
from bot.supervision.programs.ordering import program
from tests.support.driving_hosts import WAYS, reached
from tests.support.looking import ROCKET
from tests.support.sessions import Repository, Sessions, git, need_tmux

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from bot.supervision.hosts.model import Host

TOKEN = "ghp_" + "a1B2c3D4e5F6" * 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A host with a tmux server and a repository."""

    host: Host
    sessions: Sessions
    repository: Repository

    async def send(self, name: str, *, is_resume: bool = False) -> AgentResult:
        """This function will pause an agent or let it go on."""
        signal = "CONT" if is_resume else "STOP"
        order = program(
            "signal", signal, name, self.sessions.socket, folder="/", timeout=timedelta(seconds=20)
        )
        return read_signal(await self.host.run(order), name, is_resume=is_resume)

    async def push(self) -> str:
        """This function will push the work tree's commits."""
        tree = WorkTree(host=self.host, folder=str(self.repository.tree), repository=ROCKET)
        return await push_work(tree)


@pytest.fixture
def sessions(tmp_path: Path) -> Iterator[Sessions]:
    """A tmux server of this test's own."""
    need_tmux()
    made = Sessions(folder=tmp_path)
    yield made
    made.end()


@pytest.fixture(params=WAYS)
async def place(request: pytest.FixtureRequest, sessions: Sessions, tmp_path: Path) -> AsyncIterator[Place]:
    """This machine, reached in each of the two ways."""
    async with reached(request.param) as found:
        yield Place(host=found.host, sessions=sessions, repository=Repository(folder=tmp_path / "git"))


@pytest.fixture
def repository(place: Place) -> Repository:
    """A work tree on a branch, with its remote."""
    place.repository.folder.mkdir()
    return place.repository.make()


async def test_what_works_stands_still_until_it_may_go_on(place: Place) -> None:
    place.sessions.work("A1")
    await place.sessions.goes_on()
    paused = await place.send("A1")
    assert paused.state is AgentState.PAUSED
    before = place.sessions.lines()
    assert (await place.send("A1")).state is AgentState.PAUSED  # twice is as once
    assert place.sessions.lines() == before
    assert (await place.send("A1", is_resume=True)).state is AgentState.RUNNING
    await place.sessions.goes_on()


async def test_what_was_typed_into_a_shell_goes_on_in_its_terminal(place: Place) -> None:
    """An interactive shell takes the terminal back when its job stops: the job has to get it again."""
    place.sessions.start("A1", "bash --norc --noprofile -i")
    script = place.sessions.folder / "worker.sh"
    script.write_text(
        f"while read -t 0.05 line || [ $? -gt 128 ]; do echo on >> {place.sessions.out}; done\n"
    )
    place.sessions.run("send-keys", "-t", "A1", f"bash {script}", "Enter")
    await place.sessions.goes_on()
    assert (await place.send("A1")).state is AgentState.PAUSED
    before = place.sessions.lines()
    assert (await place.send("A1")).state is AgentState.PAUSED
    assert place.sessions.lines() == before
    assert (await place.send("A1", is_resume=True)).state is AgentState.RUNNING
    await place.sessions.goes_on()


async def test_a_program_without_a_shell_is_told_to_be_none_that_can_be_paused(place: Place) -> None:
    place.sessions.start("A1", "sleep 600")
    result = await place.send("A1")
    assert result.state is AgentState.FAILED
    assert "start it under a shell" in result.text
    assert "`sleep`" in result.text


async def test_an_idle_shell_spends_nothing(place: Place) -> None:
    place.sessions.start("A1", "sh")
    result = await place.send("A1")
    assert result == AgentResult(
        agent="A1", state=AgentState.PAUSED, text="`A1` has no process but its shell."
    )


async def test_a_session_that_is_not_there_is_no_paused_one(place: Place) -> None:
    assert (await place.send("A1")).text == "`A1` has no such tmux session."
    place.sessions.work("A10")
    result = await place.send("A1")  # no name that begins so is meant
    assert (result.state, result.text) == (AgentState.FAILED, "`A1` has no such tmux session.")


async def test_an_agent_that_has_ended_is_as_good_as_paused(place: Place) -> None:
    place.sessions.start("keeper", "sleep 600")
    place.sessions.run("set-option", "-g", "remain-on-exit", "on")
    place.sessions.start("A1", "true")
    await place.sessions.dies("A1")
    assert (await place.send("A1")).text == "`A1` has ended."


async def test_commits_are_pushed_to_their_own_branch(place: Place, repository: Repository) -> None:
    repository.commit("one.txt", "1\n")
    head = repository.commit("two.txt", "2\n")
    assert await place.push() == "2 commits of `a1` were pushed."
    assert repository.has("a1") == head
    assert await place.push() == ""
    later = repository.commit("three.txt", "3\n")
    assert await place.push() == "1 commit of `a1` was pushed."
    assert repository.has("a1") == later


async def test_nothing_goes_to_the_default_branch(place: Place, repository: Repository) -> None:
    git(repository.tree, "switch", "--quiet", "main")
    before = repository.has("main")
    repository.commit("one.txt", "1\n")
    assert "to which nothing is pushed" in await place.push()
    assert repository.has("main") == before


async def test_another_history_is_never_overwritten(place: Place, repository: Repository) -> None:
    repository.commit("one.txt", "1\n")
    await place.push()
    there = repository.has("a1")
    git(repository.tree, "reset", "--quiet", "--hard", "HEAD~1")
    repository.commit("one.txt", "another\n")
    assert await place.push() == "Its branch and the remote's have parted, so nothing was pushed."
    assert repository.has("a1") == there


async def test_a_secret_in_a_commit_keeps_all_of_them_here(place: Place, repository: Repository) -> None:
    """It was taken out again, and yet it would be pushed with its commit."""
    repository.commit("settings.py", f"TOKEN = {TOKEN!r}\n")
    repository.commit("settings.py", "TOKEN = None\n")
    assert await place.push() == "A secret stands in its commits, so nothing was pushed."
    assert repository.has("a1") == ""


async def test_changes_that_are_too_large_to_look_through_stay(place: Place, repository: Repository) -> None:
    noise = "".join(f"{number * number * 7919 % 999_983:06d}\n" for number in range(90_000))
    repository.commit("noise.txt", noise)
    assert "could not be looked through for secrets" in await place.push()
    assert repository.has("a1") == ""


async def test_changes_of_many_parts_are_looked_through_whole(place: Place, repository: Repository) -> None:
    noise = "".join(f"{number * number * 7919 % 999_983:06d}\n" for number in range(12_000))
    repository.commit("noise.txt", f"{noise}{TOKEN}\n")
    assert await place.push() == "A secret stands in its commits, so nothing was pushed."
    assert repository.has("a1") == ""


async def test_the_hooks_of_the_work_tree_are_not_run(place: Place, repository: Repository) -> None:
    trace = repository.folder / "trace"
    for name in ("pre-push", "reference-transaction"):
        hook = repository.tree / ".git" / "hooks" / name
        hook.write_text(f"#!/bin/sh\ntouch {trace}\nexit 1\n")
        hook.chmod(0o755)
    git(
        repository.tree, "-c", "core.hooksPath=/dev/null", "commit", "--quiet", "--allow-empty", "-m", "Go on"
    )
    assert await place.push() == "1 commit of `a1` was pushed."
    assert not trace.exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("checkout", "--quiet", "--detach"), "Its work tree is on no branch"),
        (("remote", "remove", "origin"), "Its branch has no remote"),
        (("remote", "set-url", "origin", "/no/such/acme/rocket.git"), "Its remote could not be reached"),
    ],
)
async def test_what_stands_in_the_way_is_told(
    sessions: Sessions, tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    del sessions
    async with reached("local") as found:
        repository = Repository(folder=tmp_path / "git")
        repository.folder.mkdir()
        repository.make().commit("one.txt", "1\n")
        git(repository.tree, *arguments)
        tree = WorkTree(host=found.host, folder=str(repository.tree), repository=ROCKET)
        assert told in await push_work(tree)


async def test_another_repository_is_not_pushed_to(place: Place, repository: Repository) -> None:
    repository.commit("one.txt", "1\n")
    other = replace(ROCKET, full_name="acme/boat")
    tree = WorkTree(host=place.host, folder=str(repository.tree), repository=other)
    assert await push_work(tree) == "Its remote is not `acme/boat`, so nothing was pushed."
    assert repository.has("a1") == ""


async def test_a_folder_that_is_none_of_gits_is_told(place: Place, tmp_path: Path) -> None:
    tree = WorkTree(host=place.host, folder=str(tmp_path), repository=ROCKET)
    assert await push_work(tree) == "Its work tree is none of git's."


async def test_a_remote_that_refuses_is_quoted(place: Place, repository: Repository) -> None:
    hook = repository.bare / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho '@everyone the quay is closed'\nexit 1\n")
    hook.chmod(0o755)
    repository.commit("one.txt", "1\n")
    said = await place.push()
    assert "1 commit of `a1` could not be pushed" in said
    assert "the quay is closed" in said
    assert "@everyone" not in said
