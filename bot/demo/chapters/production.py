"""The production part of the demo's story: order, bake, plan, gate, approval, apply, health, rollback, freeze."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.demo.telling import (
    Sighting,
    Step,
    answered,
    link_to,
    receipt_of,
    refused,
    repository_of,
    says,
    visible,
)
from bot.localhub.pages.timeline import newest_checks
from bot.localhub.state import checks

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.demo.world import World
    from bot.localhub.state.nouns import Issue, Pull, User
    from bot.localhub.state.reports import CheckRun, Deployment

GATE = "pilothouse / production"
BAKE = timedelta(seconds=10)  # as the policy in scenarios/repository says
_BAKED = BAKE + timedelta(seconds=1)  # GitHub tells whole seconds


def gate_of(world: World, pull: Pull, name: str = GATE) -> CheckRun | None:
    """This function will give the gate's check run on the head of a pull request."""
    found = newest_checks(repository_of(world, pull), pull.head_sha)
    return next((check for check in found if check.name == name), None)


def newest_deployment(world: World, environment: str, pull: Pull) -> Deployment | None:
    """This function will give the bot's newest deployment of the head of a pull request to an environment."""
    found = [
        one
        for one in repository_of(world, pull).deployments.values()
        if one.environment == environment and one.sha == pull.head_sha and one.app is world.hub.app
    ]
    return found[-1] if found else None


def deployed(
    pull: Callable[[World], Pull], environment: str, *, words: str
) -> Callable[[World, int], Sighting | None]:
    """This function will look for a deployment of the head that succeeded, and the receipt that says so."""
    look = answered(pull, "succeeded", words=words)

    def seen(world: World, comment_id: int) -> Sighting | None:
        sha = pull(world).head_sha
        made = newest_deployment(world, environment, pull(world))
        is_there = world.player.services.running(environment) == sha
        if made is None or not made.statuses or made.statuses[-1].state != "success" or not is_there:
            return None
        return look(world, comment_id)

    return seen


def _lets_time_pass(world: World) -> int:
    asyncio.get_running_loop().call_later(_BAKED.total_seconds(), world.site.changes.touch)
    return 0


def _baked(pull: Callable[[World], Pull]) -> Callable[[World, int], Sighting | None]:
    def seen(world: World, _comment: int) -> Sighting | None:
        made = newest_deployment(world, "staging", pull(world))
        if made is None or world.hub.store.exact_now() < made.statuses[-1].created_at + _BAKED:
            return None
        return Sighting(words=f"{BAKE.seconds} s have passed", url=link_to(world, pull(world)))

    return seen


def waits_at_gate(pull: Callable[[World], Pull], name: str = GATE) -> Callable[[World, int], Sighting | None]:
    """This function will look for a gate that shows its buttons."""

    def seen(world: World, comment_id: int) -> Sighting | None:
        check, receipt = gate_of(world, pull(world), name), receipt_of(world, pull(world), comment_id)
        if check is None or receipt is None or check.conclusion != "action_required":
            return None
        buttons = ", ".join(action["label"] for action in check.actions)
        url = f"{world.hub.url}/{repository_of(world, pull(world)).full_name}/runs/{check.id}"
        return Sighting(words=f"planned, and waiting: {buttons}", url=url, text=check.summary or "")

    return seen


def presses(
    pull: Callable[[World], Pull], who: Callable[[World], User], label: str, name: str = GATE
) -> Callable[[World], int]:
    """This function will have someone press a button of the gate, and give the command that opened it."""

    def act(world: World) -> int:
        check = gate_of(world, pull(world), name)
        if check is not None:  # without a bot nobody opened a gate
            chosen = next(action["identifier"] for action in check.actions if action["label"] == label)
            store, repository = world.hub.store, repository_of(world, pull(world))
            checks.request_action(store, repository, check, identifier=chosen, user=who(world))
        return _asked(pull(world))

    return act


def _asked(pull: Pull) -> int:
    """The newest comment that asked for production."""
    asking = [one.id for one in pull.issue.comments if one.body.startswith("/deploy production")]
    return asking[-1] if asking else 0


def _frozen_issue(world: World) -> Issue | None:
    return next(
        (
            issue
            for issue in reversed(world.harbour.repository.issues.values())
            if issue.author is world.hub.app.bot and "production" in issue.title and not issue.is_pull
        ),
        None,
    )


def _rolled_back(world: World, comment_id: int) -> Sighting | None:
    """Bad health was seen, the commit before it runs again, and an issue tells people."""
    pull, good = world.harbour.berthless, world.harbour.green.head_sha
    receipt, issue = receipt_of(world, pull, comment_id), _frozen_issue(world)
    if receipt is None or issue is None or "**failed**" not in receipt.body:
        return None
    if world.player.services.running("production") != good:
        return None
    words = f"production runs {good[:7]} again and is healthy; issue #{issue.number} says why it is frozen"
    return Sighting(words=words, url=link_to(world, pull, receipt), text=visible(receipt))


def green(world: World) -> Pull:
    """This function will give the pull request that everything is well with."""
    return world.harbour.green


def _winter(world: World) -> Pull:
    return world.harbour.berthless


def kofi(world: World) -> User:
    """This function will give the writer who asks for deployments."""
    return world.hub.store.user("kofi")


def admin(world: World) -> User:
    """This function will give the admin, who wrote the green pull request."""
    return world.harbour.admin


def writer(world: World) -> User:
    """This function will give the writer who approves."""
    return world.harbour.writer


PRODUCTION: tuple[Step, ...] = (
    Step(
        title="Staging has just been deployed: /deploy production has to let it bake",
        act=says(green, kofi, "/deploy production"),
        seen=refused(green, "baking", words="refused: it has not run in staging for long enough"),
    ),
    Step(title="Staging bakes", act=_lets_time_pass, seen=_baked(green)),
    Step(
        title="/deploy production plans, and waits for a second person",
        act=says(green, kofi, "/deploy production"),
        seen=waits_at_gate(green),
        seconds=90,
    ),
    Step(
        title="The author of the pull request approves, which does not count",
        act=says(green, admin, "/approve production"),
        seen=refused(green, "self_approval", words="refused: nobody approves their own change"),
    ),
    Step(
        title="A second person presses Approve, and production is deployed and verified",
        act=presses(green, writer, "Approve"),
        seen=deployed(green, "production", words="planned, approved, applied, pushed and healthy"),
        seconds=120,
    ),
    Step(
        title="A commit that only production cannot live with reaches staging",
        act=says(_winter, kofi, "/deploy staging"),
        seen=deployed(_winter, "staging", words="staging is healthy with it"),
        seconds=90,
    ),
    Step(title="Staging bakes again", act=_lets_time_pass, seen=_baked(_winter)),
    Step(
        title="/deploy production plans it, and waits",
        act=says(_winter, kofi, "/deploy production"),
        seen=waits_at_gate(_winter),
        seconds=90,
    ),
    Step(
        title="It is approved and applied; production is not healthy: rolled back, frozen, an issue opened",
        act=presses(_winter, admin, "Approve"),
        seen=_rolled_back,
        seconds=120,
    ),
    Step(
        title="Nothing more is deployed to production until someone has looked",
        act=says(_winter, kofi, "/deploy production"),
        seen=refused(_winter, "environment_frozen", words="refused: production is frozen"),
    ),
    Step(
        title="The admin has looked, and opens production again",
        act=says(_winter, admin, '/unlock production --force "the winter berths are taken back"'),
        seen=answered(_winter, "succeeded", words="production is open; who opened it and why is kept"),
    ),
)
"""The steps after the first deployment to staging, of the green pull request."""

BEFORE_STAGING: tuple[Step, ...] = (
    Step(
        title="A writer writes /deploy production before staging has it",
        act=says(green, kofi, "/deploy production"),
        seen=refused(green, "order_unmet", words="refused: production requires staging"),
    ),
    Step(
        title="Someone asks why not",
        act=says(green, kofi, "/why deploy production"),
        seen=answered(green, "succeeded", words="the decision as a tree, each condition with its evidence"),
    ),
)
"""The steps before it."""
