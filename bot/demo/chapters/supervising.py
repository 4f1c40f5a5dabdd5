"""The part of the demo's story that happens while people sleep: an agent that dies, a build that breaks."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

from bot.demo.chapters.production import admin, green, writer
from bot.demo.chapters.releasing import main_is
from bot.demo.night import AGENT, HAS_TERMINALS
from bot.demo.telling import Sighting, Step, answered, link_to, nothing, passed, says
from bot.localhub.scenarios.harbour import POLICY
from bot.localhub.scenarios.misspelling import CHECK, MISSPELLED, NUMBERS, PROOF
from bot.localhub.scenarios.player import Scene
from bot.localhub.state import git
from bot.supervision.model import FIX_PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.demo.world import World
    from bot.localhub.state.nouns import Pull


def _push(world: World, files: dict[str, bytes | str | None], message: str) -> int:
    store, repository = world.hub.store, world.harbour.repository
    world.player.direct(repository, repository.default_branch, Scene.GREEN)
    git.push(store, repository, repository.default_branch, files=files, message=message, author=writer(world))
    return 0


def _configures(world: World) -> int:
    world.night.make(world.hub.cloning.bare_of(world.harbour.repository))
    store, repository = world.hub.store, world.harbour.repository
    policy = store.commits[repository.branches[repository.default_branch]].files[POLICY]
    remote = f"{world.hub.url}/{repository.full_name}.git"
    text = policy + world.night.configuration(remote).encode()
    return _push(world, {POLICY: text}, "Watch over agents and builds while we sleep")


def _runs(words: str) -> Callable[[World, int], Sighting | None]:
    """Look for the agent's process and what it wrote."""

    def seen(world: World, before: int) -> Sighting | None:
        number, log = world.night.process, world.night.folder / "log"
        if number is None or number == before or not log.exists():
            return None
        place = f"{world.hub.url}/{world.harbour.repository.full_name}/blob/main/{POLICY}"
        return Sighting(words=f"{words}: process {number}", url=place)

    return seen


def _kills(world: World) -> int:
    """The process that was ended, so that another one is waited for."""
    number = world.night.process
    if number is None:  # without a bot none was started
        return 0
    os.kill(number, signal.SIGKILL)
    return number


def _ended(world: World, before: int) -> Sighting | None:
    if not before or world.night.process == before:
        return None
    return Sighting(words=f"process {before} is gone", url=link_to(world, green(world)))


def _misspells(world: World) -> int:
    return _push(world, {NUMBERS: MISSPELLED, CHECK: PROOF}, "feat(log): spell numbers below ten")


def _fix(world: World) -> Pull | None:
    every = world.harbour.repository.pulls.values()
    return next((pull for pull in every if pull.head_ref.startswith(FIX_PREFIX)), None)


def _proposed(world: World, _comment: int) -> Sighting | None:
    pull = _fix(world)
    # Who reads it in the morning finds it tested; before, `/merge` would be refused.
    if pull is None or not pull.issue.labels or not passed(world, pull):
        return None
    labels = ", ".join(label.name for label in pull.issue.labels)
    return Sighting(
        words=f"{pull.issue.title} ({labels})", url=link_to(world, pull), text=pull.issue.body or ""
    )


def _merges(world: World) -> int:
    pull = _fix(world)
    return says(lambda _: pull, admin, "/merge squash")(world) if pull is not None else 0


def _merged(world: World, _comment: int) -> Sighting | None:
    pull = _fix(world)
    if pull is None or not pull.merged:
        return None
    return Sighting(words="merged because a person said so, and by nothing else", url=link_to(world, pull))


_WATCHED: tuple[Step, ...] = (
    Step(
        title=f"An agent is watched over: {AGENT} does not run yet, and is started",
        act=_configures,
        seen=_runs("it works in a terminal of its own"),
        seconds=60,
    ),
    Step(
        title="Someone writes /agents",
        act=says(green, writer, "/agents"),
        seen=answered(green, "succeeded", words="how it stands, since when, and what is not pushed"),
    ),
    Step(title=f"{AGENT} is killed", act=_kills, seen=_ended),
)
_AGAIN: tuple[Step, ...] = (
    Step(
        title=f"Within two minutes {AGENT} works again",
        act=nothing,
        seen=_runs("started by the watchdog"),
        seconds=180,
    ),
)
_UNWATCHED: tuple[Step, ...] = (
    Step(title="The policy lets broken builds be mended", act=_configures, seen=main_is("success")),
)

SUPERVISING: tuple[Step, ...] = (
    *(_WATCHED if HAS_TERMINALS else _UNWATCHED),
    Step(title="A commit breaks a test of the default branch", act=_misspells, seen=main_is("failure")),
    Step(
        title="It is mended while people sleep: shown to fail, changed, shown to succeed, proposed",
        act=nothing,
        seen=_proposed,
        seconds=180,
    ),
    Step(
        title="In the morning the admin reads it and writes /merge squash",
        act=_merges,
        seen=_merged,
        seconds=180,
    ),
    *(_AGAIN if HAS_TERMINALS else ()),
)
