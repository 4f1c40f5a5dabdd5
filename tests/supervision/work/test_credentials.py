"""Commits go to a server that asks who is there, by what the tree says of that and runs nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.supervision.hosts.model import Result
from bot.supervision.programs.ordering import program
from tests.support.git_http import BASIC, PASSWORD, USER, git_server
from tests.support.sessions import git
from tests.support.work_attacks import trap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.working import Bench

PUSHED = "1 commit of `a1` was pushed."


@pytest.fixture
def address(near: Bench) -> Iterator[str]:
    """The remote of the tree, behind a server."""
    near.repository.commit("one.txt", "1\n")
    with git_server(near.repository.folder) as root:
        git(near.tree, "remote", "set-url", "origin", f"{root}/acme/rocket.git")
        yield root


async def test_a_header_of_the_tree_proves_it(near: Bench, address: str) -> None:
    """As the checkout of a workflow leaves it there."""
    git(near.tree, "config", f"http.{address}/.extraheader", f"Authorization: {BASIC}")
    assert (await near.push()).text == PUSHED
    assert near.repository.has("a1") == near.head


async def test_a_file_of_credentials_proves_it(near: Bench, address: str) -> None:
    kept = near.repository.folder / "kept"
    kept.write_text(f"{address.replace('//', f'//{USER}:{PASSWORD}@')}\n")
    git(near.tree, "config", "credential.helper", f"store --file={kept}")
    assert (await near.push()).text == PUSHED


async def test_an_address_that_holds_the_credentials_proves_it_and_is_never_told(
    near: Bench, address: str
) -> None:
    told = address.replace("//", f"//{USER}:{PASSWORD}@")
    git(near.tree, "remote", "set-url", "origin", f"{told}/acme/rocket.git")
    assert (await near.push()).text == PUSHED
    git(near.tree, "remote", "set-url", "origin", f"{told}/none/acme/rocket.git")
    said = (await near.push()).text
    assert "could not be reached" in said
    assert PASSWORD not in said


@pytest.mark.usefixtures("address")
async def test_a_helper_that_is_a_program_is_not_run_and_nobody_is_asked(near: Bench) -> None:
    """Nor is what asks a person, who is not there."""
    helper, asker = trap(near, 0), trap(near, 1)
    git(near.tree, "config", "credential.helper", f"!{helper.program}")
    git(near.tree, "config", "core.askPass", str(asker.program))
    assert (await near.push()).text.startswith(
        "Its remote could not be reached, so nothing was pushed: fatal:"
    )
    assert not helper.is_sprung
    assert not asker.is_sprung


SETTINGS = (
    ("core.sshCommand", "ssh -i ~/.ssh/quay -o IdentitiesOnly=yes", True),
    ("core.sshCommand", "ssh -o StrictHostKeyChecking=accept-new -o UserKnownHostsFile=/a/known", True),
    ("core.sshCommand", "ssh -o ProxyCommand=/bin/sh", False),
    ("core.sshCommand", "ssh -F /a/config", False),
    ("core.sshCommand", "ssh -i /a/key; true", False),
    ("core.sshCommand", "/a/ssh -i /a/key", False),
    ("credential.helper", "store", True),
    ("credential.helper", "cache --timeout=60", True),
    ("credential.helper", "store --file=/a/kept; true", False),
    ("credential.helper", "/a/helper", False),
    ("credential.helper", "quay", False),
    ("http.proxy", "http://127.0.0.1:1", True),
    ("http.sslVerify", "false", False),
    ("http.proxyAuthMethod", "basic", False),
)


async def test_only_what_runs_no_program_is_taken_over(near: Bench) -> None:
    for key, value, taken in SETTINGS:
        git(near.tree, "config", key, value)
        call = (str(near.tree), "main", "remote", "git", "config", "--local", key)
        order = program("apart", *call, folder=str(near.tree), timeout=timedelta(seconds=20))
        answer = await near.host.run(order)
        assert isinstance(answer, Result)
        assert answer.out == (f"{value}\n" if taken else ""), value
