"""The part of the demo's story about a pull request that changes the policy: its mistakes, and what it would change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.demo.chapters.production import admin
from bot.demo.telling import Sighting, Step
from bot.localhub.pages.timeline import newest_checks
from bot.localhub.scenarios.harbour import POLICY
from bot.localhub.state import git, pulls

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.demo.world import World
    from bot.localhub.state.nouns import Pull
    from bot.localhub.state.reports import CheckRun

CHECK = "pilothouse / configuration"
BRANCH = "stricter-production"


def _proposal(world: World) -> Pull | None:
    every = world.harbour.repository.pulls.values()
    return next((pull for pull in every if pull.head_ref == BRANCH), None)


def _proposes(before: bytes, after: bytes) -> Callable[[World], int]:
    """The admin changes the default branch's policy in one place, on a branch of its own."""

    def act(world: World) -> int:
        store, repository = world.hub.store, world.harbour.repository
        text = store.commits[repository.branches[repository.default_branch]].files[POLICY]
        files = {POLICY: text.replace(before, after, 1)}
        git.push(store, repository, BRANCH, files=files, message="Be stricter", author=admin(world))
        if _proposal(world) is None:
            pulls.open_pull(
                store,
                repository,
                title="Ask two people before production",
                head=BRANCH,
                author=admin(world),
                body="One pair of eyes was not enough last winter.",
            )
        return 0

    return act


def _check(world: World) -> CheckRun | None:
    pull = _proposal(world)
    found = newest_checks(world.harbour.repository, pull.head_sha) if pull else []
    return next((one for one in found if one.name == CHECK and one.status == "completed"), None)


def _link(world: World, check: CheckRun) -> str:
    return f"{world.hub.url}/{world.harbour.repository.full_name}/runs/{check.id}"


def _has_mistakes(world: World, _comment: int) -> Sighting | None:
    check = _check(world)
    if check is None or check.conclusion != "failure" or not check.annotations:
        return None
    first = check.annotations[0]
    text = f"{first['path']}:{first['start_line']}: {first['message']}"
    return Sighting(words=f"{check.title}", url=_link(world, check), text=text)


def _says_what_would_change(world: World, _comment: int) -> Sighting | None:
    check = _check(world)
    if check is None or check.conclusion not in {"success", "neutral"}:
        return None
    return Sighting(words=f"{check.title}", url=_link(world, check), text=check.summary or "")


POLICY_STEPS: tuple[Step, ...] = (
    Step(
        title="A pull request changes the policy, with a mistake",
        act=_proposes(b"count: 1", b"count: two"),
        seen=_has_mistakes,
    ),
    Step(
        title="Mended, it is said what it would change",
        act=_proposes(b"count: 1", b"count: 2"),
        seen=_says_what_would_change,
    ),
)
"""The steps after which nothing has changed: a policy counts once it is merged."""
