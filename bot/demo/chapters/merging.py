"""The part of the demo's story about merging: waited for, tried again, merged; held, let go, merged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.demo.chapters.production import gate_of, kofi, writer
from bot.demo.telling import Sighting, Step, answered, link_to, passed, refused, says
from bot.localhub.scenarios.harbour import FIRST_TAG
from bot.localhub.scenarios.player import Scene
from bot.localhub.state import git, pulls

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.demo.world import World
    from bot.localhub.state.nouns import Pull
    from bot.localhub.state.reports import CheckRun

MERGE_CHECK = "pilothouse / merge"
TUGS = "count-tugs"  # its CI fails on the network, once
SHALLOWS = "mark-shallows"
OLD_LINE = "0.9.x"
_TITLES = {
    TUGS: "feat(pilots): count the tugs that a ship needs",
    SHALLOWS: "fix(tides): mark shallows that fall dry",
}
_BODIES = {TUGS: "Two for whoever is longer than 200 m.\n", SHALLOWS: "Fixes #4\n"}


def opened(branch: str) -> Callable[[World], Pull]:
    """This function will name the pull request that the story opens from a branch."""

    def find(world: World) -> Pull:
        every = world.harbour.repository.pulls.values()
        return next(pull for pull in every if pull.head_ref == branch)

    return find


def _opens(branch: str, scene: Scene, then: Callable[[World], int]) -> Callable[[World], int]:
    """Wren opens a pull request, and somebody comments on it before its CI has begun."""

    def act(world: World) -> int:
        store, repository, title = world.hub.store, world.harbour.repository, _TITLES[branch]
        world.player.direct(repository, branch, scene)
        files = {f"src/harbour/{branch}.py": f'"""{title}."""\n'}
        git.push(store, repository, branch, files=files, message=title, author=writer(world))
        pulls.open_pull(
            store, repository, title=title, head=branch, author=writer(world), body=_BODIES[branch]
        )
        return then(world)

    return act


def _check(world: World, pull: Pull) -> CheckRun | None:
    return gate_of(world, pull, MERGE_CHECK)


def _waits(world: World, _comment: int) -> Sighting | None:
    pull = opened(TUGS)(world)
    check = _check(world, pull)
    if check is None or check.status == "completed":
        return None
    url = f"{world.hub.url}/{world.harbour.repository.full_name}/runs/{check.id}"
    return Sighting(words=f"it waits: {check.title}", url=url, text=check.summary or "")


def _attempts(world: World, pull: Pull) -> int:
    every = world.harbour.repository.runs.values()
    return max((len(run.attempts) for run in every if run.head_sha == pull.head_sha), default=0)


def _merged(branch: str, *, attempts: int, words: str) -> Callable[[World, int], Sighting | None]:
    look = answered(opened(branch), "succeeded", words=words)

    def seen(world: World, comment_id: int) -> Sighting | None:
        pull = opened(branch)(world)
        if not pull.merged or _attempts(world, pull) < attempts:
            return None
        return look(world, comment_id)

    return seen


def _asked_to_wait(world: World) -> int:
    """The comment of the step before."""
    asked = [one.id for one in opened(TUGS)(world).issue.comments if one.body == "/merge --when-green"]
    return asked[-1]


def _held_and_green(world: World, comment_id: int) -> Sighting | None:
    pull = opened(SHALLOWS)(world)
    if not passed(world, pull):
        return None
    return answered(opened(SHALLOWS), "succeeded", words="green, and held")(world, comment_id)


def _issue_closed(world: World, comment_id: int) -> Sighting | None:
    pull, issue = opened(SHALLOWS)(world), world.harbour.repository.issues[4]
    if not pull.merged or issue.state != "closed":
        return None
    return answered(opened(SHALLOWS), "succeeded", words="merged; the issue it fixes is closed")(
        world, comment_id
    )


def _wants_it_in_the_old_line(world: World) -> int:
    """The line of the first release gets a branch of its own, and the fix is asked for there."""
    store, repository = world.hub.store, world.harbour.repository
    git.move_branch(store, repository, OLD_LINE, repository.tags[FIRST_TAG], world.harbour.admin)
    return says(opened(SHALLOWS), kofi, f"/backport {OLD_LINE}")(world)


def _backported(world: World, comment_id: int) -> Sighting | None:
    found = [one for one in world.harbour.repository.pulls.values() if one.base_ref == OLD_LINE]
    look = answered(opened(SHALLOWS), "succeeded", words="")
    if not found or look(world, comment_id) is None:
        return None
    words = f"#{found[0].number} holds the same change for {OLD_LINE}"
    return Sighting(words=words, url=link_to(world, found[0]), text=found[0].issue.body or "")


MERGING: tuple[Step, ...] = (
    Step(
        title="/merge --when-green is written before CI has ended: it waits, and says for what",
        act=_opens(TUGS, Scene.NETWORK_DOWN, says(opened(TUGS), kofi, "/merge --when-green")),
        seen=_waits,
    ),
    Step(
        title="CI fails on the network, is run again by itself, and then it is merged",
        act=_asked_to_wait,
        seen=_merged(TUGS, attempts=2, words="merged on the second attempt's evidence"),
        seconds=90,
    ),
    Step(
        title="The author holds another pull request",
        act=_opens(SHALLOWS, Scene.GREEN, says(opened(SHALLOWS), writer, "/hold until the chart is printed")),
        seen=_held_and_green,
        seconds=60,
    ),
    Step(
        title="Nobody merges it meanwhile",
        act=says(opened(SHALLOWS), kofi, "/merge"),
        seen=refused(opened(SHALLOWS), "held", words="refused: it is held, by whom and why"),
    ),
    Step(
        title="The author lets it go",
        act=says(opened(SHALLOWS), writer, "/unhold"),
        seen=answered(opened(SHALLOWS), "succeeded", words="nothing holds it any more"),
    ),
    Step(
        title="/merge squash merges it now",
        act=says(opened(SHALLOWS), kofi, "/merge squash"),
        seen=_issue_closed,
        seconds=60,
    ),
    Step(
        title=f"/backport {OLD_LINE} brings it to the line of the first release",
        act=_wants_it_in_the_old_line,
        seen=_backported,
        seconds=60,
    ),
)
"""The steps that bring two changes to the default branch."""
