"""An agent works on while its work is looked after, hosts fall silent, and the bot is killed at any step."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest

from bot.supervision.hosts.model import Order, Result, Unknown
from bot.supervision.programs.ordering import script
from tests.support.sessions import git
from tests.support.working import TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.supervision.hosts.model import Host
    from tests.support.working import Bench

pytestmark = pytest.mark.no_cover

SCRIPTS = ("forgotten", "contents", "commit", "outgoing", "changes", "push")
AWAY = Unknown(why="the host is away")


@dataclass
class Meanwhile:
    """A host on which something happens just before one of the programs is run; or after it, and nobody hears of it."""

    host: Host
    name: str
    before: Callable[[], object] = field(default=lambda: None)
    is_lost: bool = False  # the answer

    async def run(self, order: Order) -> Result | Unknown:
        """This function will run the program, and do something before or after it."""
        if script(self.name) not in order.argv:
            return await self.host.run(order)
        self.before()
        answer = await self.host.run(order)
        return AWAY if self.is_lost else answer


@pytest.mark.parametrize("name", SCRIPTS)
async def test_a_step_whose_answer_is_lost_is_made_good_by_the_next_look(near: Bench, name: str) -> None:
    """It was done or it was not: nothing is done twice, and nothing is left."""
    near.write("new.txt")
    begun = near.head
    lost = replace(near, host=Meanwhile(near.host, name, is_lost=True))
    assert "the host is away" in (await lost.tend()).text or name in {"contents", "changes"}
    await near.tend()
    assert git(near.tree, "rev-list", "--count", f"{begun}..HEAD") == "1"
    assert near.repository.has("a1") == near.head
    assert git(near.tree, "status", "--porcelain") == ""


async def test_what_is_written_after_it_was_looked_through_is_not_committed(near: Bench) -> None:
    """What was looked through is what is committed."""
    new = near.write("new.txt")
    begun = near.head
    host = Meanwhile(near.host, "commit", before=lambda: new.write_text(TOKEN))
    tended = await replace(near, host=host).tend()
    assert tended.kept == ("Its files changed meanwhile, so nothing was committed.",)
    assert near.head == begun
    assert (await near.tend()).kept == ("Not committed, because it holds a secret: `new.txt`.",)


async def test_a_file_that_becomes_a_link_is_not_followed(near: Bench) -> None:
    new = near.write("new.txt")

    def link() -> None:
        new.unlink()
        new.symlink_to("/etc/passwd")

    tended = await replace(near, host=Meanwhile(near.host, "contents", before=link)).tend()
    assert tended.kept == ("Not committed, because it is a link: `new.txt`.",)


@pytest.mark.parametrize("name", ["contents", "commit"])
async def test_a_file_that_grows_to_gigabytes_is_not_read(near: Bench, name: str) -> None:
    new = near.write("new.txt")

    def grow() -> None:
        with new.open("wb") as file:
            file.truncate(3 * 1024**3)

    tended = await replace(near, host=Meanwhile(near.host, name, before=grow)).tend()
    assert tended.committed == ()
    assert "new.txt" in git(near.tree, "status", "--porcelain")


async def test_a_commit_of_the_agent_in_between_is_built_upon_by_the_next_look(near: Bench) -> None:
    near.write("new.txt")
    host = Meanwhile(near.host, "commit", before=lambda: near.repository.commit("one.txt", "1\n"))
    tended = await replace(near, host=host).tend()
    assert tended.kept[0] == "Its branch moved on meanwhile, so nothing was committed."
    assert (await near.tend()).committed == ("`new.txt`",)


async def test_another_branch_in_between_gets_nothing(near: Bench) -> None:
    near.write("new.txt")
    host = Meanwhile(near.host, "commit", before=lambda: git(near.tree, "switch", "--quiet", "-c", "a2"))
    assert "moved on meanwhile" in (await replace(near, host=host).tend()).text


async def test_a_remote_that_is_exchanged_in_between_gets_nothing(near: Bench) -> None:
    """It is pushed to where it was looked at for, or nowhere."""
    near.repository.commit("one.txt", "1\n")
    other = near.repository.folder / "evil" / "acme" / "rocket.git"
    git(near.repository.folder, "init", "--quiet", "--bare", str(other))
    moving = Meanwhile(
        near.host, "push", before=lambda: git(near.tree, "remote", "set-url", "origin", str(other))
    )
    tended = await replace(near, host=moving).push()
    assert tended.kept == ("1 commit of `a1` could not be pushed: its remote was changed meanwhile.",)
    assert git(other, "for-each-ref") == ""


async def test_a_commit_in_between_is_not_pushed_unseen(near: Bench) -> None:
    head = near.repository.commit("one.txt", "1\n")
    host = Meanwhile(near.host, "push", before=lambda: near.repository.commit("two.txt", TOKEN))
    assert (await replace(near, host=host).push()).head == head
    assert near.repository.has("a1") == head
    assert (await near.push()).text == "A secret stands in its commits, so nothing was pushed."


async def test_a_push_of_another_in_between_is_not_overwritten(near: Bench) -> None:
    near.repository.commit("one.txt", "1\n")
    other = near.repository.folder / "other"
    git(near.repository.folder, "clone", "--quiet", str(near.repository.bare), str(other))
    git(other, "commit", "--quiet", "--allow-empty", "--message", "By another")
    host = Meanwhile(near.host, "push", before=lambda: git(other, "push", "--quiet", "origin", "HEAD:a1"))
    assert "could not be pushed" in (await replace(near, host=host).push()).text
    assert near.repository.has("a1") == git(other, "rev-parse", "HEAD")


@dataclass
class Failing:
    """A host on which nothing can be written any more: into the tree's objects, or at all."""

    host: Host
    first: tuple[str, ...]

    async def run(self, order: Order) -> Result | Unknown:
        """This function will run the program there."""
        return await self.host.run(replace(order, argv=(*self.first, *order.argv)))


async def test_a_disk_that_takes_nothing_is_told_and_nothing_is_done_by_halves(near: Bench) -> None:
    near.write("new.txt")
    begun, objects = near.head, str(near.tree / ".git" / "objects")
    inside = ("unshare", "--user", "--map-root-user", "--mount")
    bound = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && shift && exec "$@"'
    if isinstance(probe := await near.host.run(Order(argv=(*inside, "true"))), Unknown) or probe.code:
        pytest.skip("this machine gives no space of mounts")
    read_only = Failing(near.host, (*inside, "sh", "-c", bound, "disk", objects))
    told = (await replace(near, host=read_only).tend()).text
    assert told.startswith("Its files could not be stored, so nothing was committed: error:")
    full = Failing(near.host, ("sh", "-c", 'ulimit -f 0 && exec "$@"', "disk"))
    assert "so nothing was committed (exit" in (await replace(near, host=full).tend()).text
    assert near.head == begun
    assert (await near.tend()).committed == ("`new.txt`",)
