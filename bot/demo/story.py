"""The demo's story: what is done, what must then be seen, and how long that may take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.demo.chapters.boarding import BOARDING
from bot.demo.chapters.costing import COSTING
from bot.demo.chapters.looking import LOOKING
from bot.demo.chapters.merging import MERGING
from bot.demo.chapters.piloting import PILOTING
from bot.demo.chapters.policy import POLICY_STEPS
from bot.demo.chapters.production import BEFORE_STAGING, PRODUCTION
from bot.demo.chapters.releasing import RELEASING
from bot.demo.chapters.sharing import SHARING
from bot.demo.chapters.supervising import SUPERVISING
from bot.demo.telling import (
    Sighting,
    Step,
    answered,
    by_bot,
    link_to,
    nothing,
    passed,
    receipt_of,
    says,
    visible,
)
from bot.localhub.pages.timeline import newest_checks
from bot.localhub.scenarios.player import Scene
from bot.localhub.state import git

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.demo.world import World
    from bot.localhub.state.nouns import Comment, Pull, User
    from bot.localhub.state.reports import CheckRun

SUMMARY = "<!-- pilothouse:summary"
CHECK = "pilothouse / diagnosis"


def _pushes_fix(world: World) -> int:
    pull = world.harbour.python
    world.player.direct(world.harbour.repository, pull.head_ref, Scene.GREEN)
    content = b'"""Spells numbers for the harbour log."""\n\nWORDS = ("zero", "one")\n'
    git.push(
        world.hub.store,
        world.harbour.repository,
        pull.head_ref,
        files={"src/harbour/numbers.py": content},
        message="Spell nine, too",
        author=pull.issue.author,
    )
    return 0


def _summary(world: World, pull: Pull) -> Comment | None:
    return next((comment for comment in by_bot(world, pull) if comment.body.startswith(SUMMARY)), None)


def _diagnosis(world: World, pull: Pull) -> CheckRun | None:
    checks = newest_checks(world.harbour.repository, pull.head_sha)
    return next((check for check in checks if check.name == CHECK), None)


def _explained(pull: Callable[[World], Pull], jobs: int) -> Callable[[World, int], Sighting | None]:
    def seen(world: World, _comment: int) -> Sighting | None:
        comment, check = _summary(world, pull(world)), _diagnosis(world, pull(world))
        if comment is None or check is None or check.status != "completed":
            return None
        if f"{jobs} jobs failed" not in comment.body:
            return None
        words = f"one summary comment on {jobs} failed jobs, {len(check.annotations)} annotations on the diff"
        return Sighting(words=words, url=link_to(world, pull(world), comment), text=visible(comment))

    return seen


def _quiet(pull: Callable[[World], Pull]) -> Callable[[World, int], Sighting | None]:
    def seen(world: World, _comment: int) -> Sighting | None:
        comment = _summary(world, pull(world))
        if comment is None or not comment.history or "\n" in visible(comment):
            return None
        if not passed(world, pull(world)):
            return None
        url = link_to(world, pull(world), comment)
        return Sighting(words="the summary is one quiet line now", url=url, text=visible(comment))

    return seen


def _green_is_silent(world: World, _comment: int) -> Sighting | None:
    pull = world.harbour.green
    if not passed(world, pull) or _summary(world, pull) is not None:
        return None
    return Sighting(words="CI passed and nothing was said", url=link_to(world, pull))


def _shrugs_then_pings(world: World) -> int:
    says(_green, _admin, "/shrug")(world)
    return says(_green, _admin, "/ping")(world)


def _shrug_unanswered(world: World, ping: int) -> Sighting | None:
    pull = world.harbour.green
    shrug = next(comment for comment in reversed(pull.issue.comments) if comment.body == "/shrug")
    answer = answered(_green, "succeeded", words="")(world, ping)
    if answer is None or receipt_of(world, pull, shrug.id) is not None:
        return None
    return Sighting(words="the /ping after it was answered, /shrug was not", url=link_to(world, pull, shrug))


def _deployed(world: World, comment_id: int) -> Sighting | None:
    receipt = answered(_green, "succeeded", words="the receipt reached succeeded")(world, comment_id)
    deployments = [
        deployment
        for deployment in world.harbour.repository.deployments.values()
        if deployment.environment == "staging" and deployment.sha == world.harbour.green.head_sha
    ]
    if receipt is None or not any(
        one.statuses and one.statuses[-1].state == "success" for one in deployments
    ):
        return None
    return receipt


def _retried(world: World, _comment: int) -> Sighting | None:
    """Red once by the network's fault, run again by nobody's word, green."""
    pull = world.harbour.unlucky
    runs = [run for run in world.harbour.repository.runs.values() if run.head_sha == pull.head_sha]
    if not any(len(run.attempts) > 1 for run in runs):
        return None
    return _quiet(_unlucky)(world, 0)


def _unlucky(world: World) -> Pull:
    return world.harbour.unlucky


def _rust(world: World) -> Pull:
    return world.harbour.rust


def _python(world: World) -> Pull:
    return world.harbour.python


def _green(world: World) -> Pull:
    return world.harbour.green


def _admin(world: World) -> User:
    return world.harbour.admin


def _writer(world: World) -> User:
    return world.harbour.writer


def _reader(world: World) -> User:
    return world.harbour.reader


STORY: tuple[Step, ...] = (
    Step(
        title="CI of the Rust pull request fails and is explained",
        act=nothing,
        seen=_explained(_rust, 4),
        seconds=60,
    ),
    Step(
        title="CI of the Python pull request fails and is explained",
        act=nothing,
        seen=_explained(_python, 2),
    ),
    Step(
        title="CI of a third pull request fails on the network, and is tried again by itself",
        act=nothing,
        seen=_retried,
        seconds=60,
    ),
    Step(title="The green pull request is left alone", act=nothing, seen=_green_is_silent),
    Step(
        title="A reader writes /help",
        act=says(_green, _reader, "/help"),
        seen=answered(_green, "succeeded", words="a list of what a reader may run"),
    ),
    Step(
        title="Someone writes /ping",
        act=says(_green, _writer, "/ping"),
        seen=answered(_green, "succeeded", words="pong"),
    ),
    Step(
        title="Someone writes /status",
        act=says(_rust, _writer, "/status"),
        seen=answered(_rust, "succeeded", words="where the pull request stands"),
    ),
    Step(
        title="Someone asks /why failure",
        act=says(_rust, _reader, "/why failure"),
        seen=answered(_rust, "succeeded", words="the verdict with its facts, and what would change it"),
    ),
    Step(title="Someone writes /shrug", act=_shrugs_then_pings, seen=_shrug_unanswered),
    *BEFORE_STAGING,
    Step(
        title="A writer writes /deploy staging",
        act=says(_green, _writer, "/deploy staging"),
        seen=_deployed,
        seconds=60,
    ),
    *PRODUCTION,
    *POLICY_STEPS,
    *SHARING,
    *COSTING,
    Step(
        title="A reader writes /deploy production",
        act=says(_green, _reader, "/deploy production"),
        seen=answered(_green, "refused", words="refused, with what is missing"),
    ),
    Step(
        title="A writer writes /rerun failed on the Rust pull request",
        act=says(_rust, _writer, "/rerun failed"),
        seen=_quiet(_rust),
        seconds=60,
    ),
    Step(
        title="A fix is pushed to the Python pull request",
        act=_pushes_fix,
        seen=_quiet(_python),
        seconds=60,
    ),
    Step(
        title="The green pull request has no failure summary to this day", act=nothing, seen=_green_is_silent
    ),
    *MERGING,
    *BOARDING,
    *RELEASING,
    *PILOTING,
    *LOOKING,
    *SUPERVISING,
)
