"""What is tried, or happens by accident, so that a limit is lifted, or acts, without two people who may say so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.localhub.state import accounts, git, issues
from tests.support.budgeting import CONFIG

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.support.budgeting import Desk

EXTEND = "/budget extend 25 until 18:00 because the demo runs late"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """What is tried; afterwards the limit is what it was, and the limit acts as little as before."""

    name: str
    learned_from: str
    play: Callable[[Desk], Awaitable[str]]  # gives the answer that is looked at
    reason: str  # of the answer; empty where there is none
    config: str = CONFIG


async def by_one_person_twice(place: Desk) -> str:
    """This function will try it by one person alone."""
    await place.says("ada", EXTEND)
    return await place.says("ada", EXTEND)


async def by_seconding_oneself(place: Desk) -> str:
    """This function will try it by the id of one's own change."""
    await place.says("ada", EXTEND)
    (change,) = await place.waiting()
    return await place.says("ada", f"/budget second {change.id}")


async def by_two_who_may_not(place: Desk) -> str:
    """This function will try it by people of a smaller role."""
    await place.says("wren", EXTEND)
    return await place.says("mallory", EXTEND)


async def seconded_by_one_who_may_not(place: Desk) -> str:
    """This function will try it with a second person of a smaller role."""
    await place.says("ada", EXTEND)
    return await place.says("wren", EXTEND)


async def by_whoever_took_the_login(place: Desk) -> str:
    """This function will try it: the first person's login passes to somebody without a role, who are they not."""
    await place.says("ada", EXTEND)
    store, repository = place.costs.bot.hub.store, place.costs.bot.repository
    accounts.rename_user(store, store.user("ada"), "ada-lund")
    accounts.set_role(repository, store.user("ada"), "maintain")  # a new person of that name
    return await place.says("bo", EXTEND)


async def by_one_who_lost_the_role_since(place: Desk) -> str:
    """This function will try it with the word of somebody whose role was taken away."""
    await place.says("ada", EXTEND)
    bot = place.costs.bot
    accounts.set_role(bot.repository, bot.hub.store.user("ada"), "write")
    return await place.says("bo", EXTEND)


async def an_hour_later(place: Desk) -> str:
    """This function will try it with a word that is older than an hour."""
    await place.says("ada", EXTEND)
    (change,) = await place.waiting()
    place.costs.bot.clock.advance(timedelta(hours=1))
    return await place.says("bo", f"/budget second {change.id}")


async def by_editing_a_comment(place: Desk) -> str:
    """This function will try it by making a harmless comment the second word."""
    await place.says("ada", EXTEND)
    bot = place.costs.bot
    said = issues.write_comment(
        bot.hub.store, bot.repository, bot.pull.number, body="Fine.", author=bot.hub.store.user("bo")
    )
    await bot.settle()
    before = len(place.answers())
    issues.edit_comment(bot.hub.store, bot.repository, said, body=EXTEND, editor=bot.hub.store.user("ada"))
    await bot.settle()
    return "\n".join(place.answers()[before:])


async def within_a_quotation(place: Desk) -> str:
    """This function will try it by a second person who only quotes the command."""
    await place.says("ada", EXTEND)
    return await place.says("bo", f"> {EXTEND}\n\nDo we want this?")


async def with_another_amount(place: Desk) -> str:
    """This function will try it with a second person who says another amount."""
    await place.says("ada", EXTEND)
    return await place.says("bo", EXTEND.replace("25", "30"))


async def above_the_ceiling(place: Desk) -> str:
    """This function will try it above what the file allows at all."""
    await place.says("ada", "/budget extend 41 until 18:00 because more")
    return await place.says("bo", "/budget extend 41 until 18:00 because more")


async def bit_by_bit(place: Desk) -> str:
    """This function will try to reach more than the ceiling by several extensions: none is added to another."""
    for amount in ("25", "40"):
        for login in ("ada", "bo"):
            await place.says(login, f"/budget extend {amount} until 12:30 because more")
    place.costs.bot.clock.advance(timedelta(hours=1))
    return await place.says("bo", "/budget second 00000000")


async def with_a_configuration_of_ones_own(place: Desk) -> str:
    """This function will try it by a pull request whose own file gives everybody the word."""
    bot = place.costs.bot
    open_to_all = CONFIG + "  permission: read\n"
    git.push(
        bot.hub.store,
        bot.repository,
        "feature",
        files={".github/pilothouse.yml": open_to_all},
        message="Mine",
        author=bot.ada,
    )
    await bot.settle()
    return await place.says("wren", EXTEND)


async def enforced_by_one(place: Desk) -> str:
    """This function will try to let the limit act by one person's word."""
    await place.says("ada", "/budget enforce")
    return await place.says("ada", "/budget enforce")


async def of_another_repository(place: Desk) -> str:
    """This function will try the id of a change that waits elsewhere."""
    return await place.says("bo", "/budget second 1a2b3c4d")
