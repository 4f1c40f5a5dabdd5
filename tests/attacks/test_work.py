"""What an agent's work tree can name, each thing after the public report that taught it: none of it is run."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.support import work_attacks as leave
from tests.support.work_attacks import Attack, Elsewhere, run_git, trap
from tests.support.working import bench

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.no_cover

PROGRAMS = (
    Attack(
        name="a monitor of the file system",
        learned_from="atlassian/atlascode#1918",
        leave=leave.as_a_monitor,
        bites=("status",),
    ),
    Attack(
        name="hooks",
        learned_from="aws-samples/sample-collaborative-ai-dlc#446",
        leave=leave.as_hooks,
        bites=("commit", "--no-gpg-sign", "--allow-empty", "--message", "Try"),
    ),
    Attack(
        name="a filter that a file of the tree asks for",
        learned_from="fwdai/fletch#564",
        leave=leave.as_a_filter,
        bites=("add", "new.one"),
    ),
    Attack(
        name="a filter that the tree asks for where no commit shows it",
        learned_from="coder/xum#3966",
        leave=leave.as_a_hidden_filter,
        bites=("add", "new.two"),
    ),
    Attack(
        name="what makes text of a file",
        learned_from="vellum-ai/vellum-assistant#40298",
        leave=leave.as_a_reader_of_changes,
        bites=("log", "--patch"),
    ),
    Attack(
        name="what shows changes, in a file that the configuration includes",
        learned_from="fwdai/fletch#564",
        leave=leave.in_an_included_file,
        bites=("log", "--patch", "--ext-diff"),
    ),
    Attack(
        name="what signs commits",
        learned_from="webcoyote/sandvault#177",
        leave=leave.as_what_signs,
        bites=("commit", "--no-verify", "--allow-empty", "--message", "Try"),
    ),
    Attack(
        name="the remote's program that is asked what it has",
        learned_from="Digital-Process-Tools/claude-remember#723",
        leave=leave.as_what_is_fetched_from,
        bites=("ls-remote", "origin"),
    ),
    Attack(
        name="the remote's program that takes a push",
        learned_from="Digital-Process-Tools/claude-remember#723",
        leave=leave.as_what_receives,
        bites=("push", "origin", "a1"),
    ),
    Attack(
        name="a monitor in a submodule",
        learned_from="realproject7/quadwork#1072",
        leave=leave.in_a_submodule,
        bites=("status",),
    ),
)

REMOTES = (
    Elsewhere(
        name="a folder of hooks that the configuration names",
        learned_from="fwdai/fletch#564",
        leave=leave.as_a_folder_of_hooks,
        told="1 forgotten file was committed to `a1`: `new.txt`. 1 commit of `a1` was pushed.",
    ),
    Elsewhere(
        name="a transport that is a program, and allowed",
        learned_from="PostHog/posthog#78078",
        leave=leave.by_another_transport,
        told="so nothing was pushed: fatal: transport 'ext' not allowed.",
    ),
    Elsewhere(
        name="an address that is read as another one",
        learned_from="coredipper/enclaude#103",
        leave=leave.by_another_address,
        told="1 commit of `a1` was pushed.",
    ),
    Elsewhere(
        name="another address for pushes alone",
        learned_from="coredipper/enclaude#103",
        leave=leave.by_another_address_for_pushes,
        told="1 commit of `a1` was pushed.",
    ),
    Elsewhere(
        name="what connects to the remote",
        learned_from="nesquena/hermes-webui#3769",
        leave=leave.by_ssh,
        told="Its remote could not be reached, so nothing was pushed",
    ),
    Elsewhere(
        name="an object that is missing and would be fetched",
        learned_from="nesquena/hermes-webui#3769",
        leave=leave.by_what_is_missing,
        told="could not be looked through for secrets, so nothing was pushed.",
    ),
    Elsewhere(
        name="a folder that is called the work tree",
        learned_from="webcoyote/sandvault#177",
        leave=leave.by_another_place,
        told="1 forgotten file was committed to `a1`: `new.txt`. 1 commit of `a1` was pushed.",
    ),
    Elsewhere(
        name="the repository of another tree",
        learned_from="webcoyote/sandvault#177",
        leave=leave.by_another_repository,
        told="Its remote is another repository, so nothing was pushed.",
    ),
)


async def test_nothing_that_a_tree_names_is_run(tmp_path: Path) -> None:
    """All of it is there at once; git as anyone runs it there runs each, and looking after the tree runs none."""
    async with bench("local", tmp_path) as place:
        traps = [trap(place, number) for number in range(len(PROGRAMS))]
        for attack, each in reversed(list(zip(PROGRAMS, traps, strict=True))):
            attack.leave(place, each)
            each.trace.unlink(missing_ok=True)  # by what was left after it
        place.write("new.txt")
        await place.look()
        tended = await place.tend()
        sprung = [attack.name for attack, each in zip(PROGRAMS, traps, strict=True) if each.is_sprung]
        assert sprung == []
        assert "`new.txt`" in tended.committed
        assert place.repository.has("a1") == place.head
        for attack, each in zip(PROGRAMS, traps, strict=True):
            await asyncio.to_thread(run_git, place, attack.bites)
            assert each.is_sprung, attack.name


@pytest.mark.parametrize("attack", REMOTES, ids=[each.name for each in REMOTES])
async def test_nothing_is_read_from_or_pushed_to_elsewhere(tmp_path: Path, attack: Elsewhere) -> None:
    async with bench("local", tmp_path) as place:
        laid = trap(place, 0)
        attack.leave(place, laid)
        place.write("new.txt")
        tended = await place.tend()
        assert attack.told in tended.text
        assert "private.txt" not in tended.text
        assert not laid.is_sprung
