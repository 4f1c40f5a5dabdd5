"""The part of the demo's story about a release: planned, refused, stopped by a missing file, resumed, announced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.demo.chapters.merging import SHALLOWS, TUGS, opened
from bot.demo.chapters.production import admin, kofi, writer
from bot.demo.telling import (
    Sighting,
    Step,
    answered,
    by_bot,
    link_to,
    nothing,
    receipt_of,
    refused,
    says,
    visible,
)
from bot.localhub.bodies.releases import page_of
from bot.localhub.scenarios.plans import RELEASE_PATH
from bot.localhub.scenarios.player import Outcome, Scene
from bot.localhub.scenarios.releasing import ARCHITECTURES, SUMS, Trouble, file_name
from bot.localhub.state import git, issues
from bot.localhub.state.releases import releases

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.demo.world import World
    from bot.localhub.state.actions import WorkflowRun
    from bot.localhub.state.nouns import Issue
    from bot.localhub.state.releases.nouns import Release

VERSION = "1.0.0"
TAG = f"v{VERSION}"
TITLE = f"Release {VERSION}"


def release_issue(world: World) -> Issue:
    """This function will give the issue on which the release is asked for, opened on first mention."""
    store, repository = world.hub.store, world.harbour.repository
    for known in repository.issues.values():
        if known.title == TITLE:
            return known
    body = "What `/release` says stands below."
    return issues.open_issue(store, repository, title=TITLE, body=body, author=admin(world))


def release_of(world: World) -> Release | None:
    """This function will give the release of the version, draft or not."""
    every = world.harbour.repository.releases.values()
    return next((one for one in every if one.tag == TAG), None)


def release_run(world: World) -> WorkflowRun | None:
    """This function will give the workflow run that builds the release."""
    every = world.harbour.repository.runs.values()
    return next((run for run in every if run.workflow.path == RELEASE_PATH and run.head_branch == TAG), None)


def _asks(command: str, trouble: Trouble = Trouble.NOTHING) -> Callable[[World], int]:
    def act(world: World) -> int:
        world.player.releases = trouble
        return says(release_issue, admin, command)(world)

    return act


def _pushes_to_main(scene: Scene, message: str) -> Callable[[World], int]:
    def act(world: World) -> int:
        store, repository = world.hub.store, world.harbour.repository
        main = repository.default_branch
        world.player.direct(repository, main, scene)
        files = {"planner/src/basin.rs": f"// {message}\n"}
        git.push(store, repository, main, files=files, message=message, author=writer(world))
        return 0

    return act


def main_is(conclusion: str) -> Callable[[World, int], Sighting | None]:
    """This function will look for CI of the default branch's newest commit to have ended so."""

    def seen(world: World, _comment: int) -> Sighting | None:
        repository = world.harbour.repository
        tip = repository.branches[repository.default_branch]
        runs = [run for run in repository.runs.values() if run.head_sha == tip and run.workflow.name == "CI"]
        if not runs or runs[-1].latest.conclusion != conclusion:
            return None
        url = f"{world.hub.url}/{repository.full_name}/actions/runs/{runs[-1].id}"
        return Sighting(words=f"CI of {tip[:7]} on main: {conclusion}", url=url)

    return seen


def _page(world: World, release: Release) -> str:
    return page_of(world.hub.store, world.harbour.repository, release)


def _stopped_at_a_draft(world: World, comment_id: int) -> Sighting | None:
    """The workflow was green, one file is not there: nothing is published."""
    receipt, release = receipt_of(world, release_issue(world), comment_id), release_of(world)
    if receipt is None or release is None or "`assets_missing`" not in receipt.body or not release.draft:
        return None
    files = len(release.assets)
    words = f"it stopped: {files} of 3 files are there, and the release is still a draft"
    return Sighting(words=words, url=_page(world, release), text=visible(receipt))


def _builds_again(world: World) -> int:
    run = release_run(world)
    if run is not None:  # without a bot nothing was tagged
        world.player.rerun(run, actor=kofi(world), again=lambda _: True, outcome=Outcome.PASS)
    return 0


def _all_files(world: World, _comment: int) -> Sighting | None:
    release, run, repository = release_of(world), release_run(world), world.harbour.repository
    if release is None or run is None or run.latest.conclusion != "success":
        return None
    wanted = {SUMS, *(file_name(repository, VERSION, one) for one in ARCHITECTURES)}
    if {one.name for one in release.assets.values()} != wanted:
        return None
    return Sighting(words="the draft holds " + ", ".join(sorted(wanted)), url=_page(world, release))


def _published(world: World, comment_id: int) -> Sighting | None:
    release = release_of(world)
    if release is None or releases.latest(world.harbour.repository) is not release:
        return None
    found = answered(release_issue, "succeeded", words="published, and the latest")(world, comment_id)
    return found and Sighting(words=found.words, url=_page(world, release), text=release.body or "")


def _links(body: str) -> bool:
    return f"/releases/tag/{TAG}" in body


def _announced(world: World, _comment: int) -> Sighting | None:
    """Every pull request and every issue that the release holds is told, once."""
    fixed = world.harbour.repository.issues[4]
    places = (opened(TUGS)(world), opened(SHALLOWS)(world), fixed)
    told = [[one for one in by_bot(world, place) if _links(one.body)] for place in places]
    if any(len(comments) != 1 for comments in told):
        return None
    words = "two pull requests and the issue they fixed know it"
    return Sighting(words=words, url=link_to(world, fixed, told[-1][0]), text=visible(told[-1][0]))


RELEASING: tuple[Step, ...] = (
    Step(
        title=f"/release plan {VERSION} says what it would hold, and does nothing",
        act=_asks(f"/release plan {VERSION}"),
        seen=answered(release_issue, "succeeded", words="its notes, and what stands against it"),
    ),
    Step(
        title="A writer may not release",
        act=says(release_issue, kofi, f"/release {TAG}"),
        seen=refused(release_issue, "not_permitted", words="refused: it takes the role maintain"),
    ),
    Step(
        title="A commit breaks the default branch",
        act=_pushes_to_main(Scene.RUST_RED, "feat: let ships into the inner basin"),
        seen=main_is("failure"),
    ),
    Step(
        title=f"/release {TAG} is refused while a check of that commit is red",
        act=_asks(f"/release {TAG}"),
        seen=refused(release_issue, "checks_failed", words="refused: with the checks that are red"),
    ),
    Step(
        title="It is mended",
        act=_pushes_to_main(Scene.GREEN, "fix: keep the inner basin shut"),
        seen=main_is("success"),
    ),
    Step(
        title=f"/release {TAG} tags, drafts and builds; the file for arm64 is not uploaded",
        act=_asks(f"/release {TAG}", Trouble.MISSING),
        seen=_stopped_at_a_draft,
        seconds=120,
    ),
    Step(
        title="Somebody runs the release workflow again",
        act=_builds_again,
        seen=_all_files,
        seconds=60,
    ),
    Step(
        title=f"/release resume {TAG} goes on from there and publishes",
        act=_asks(f"/release resume {TAG}"),
        seen=_published,
        seconds=90,
    ),
    Step(title="Whoever worked on it is told", act=nothing, seen=_announced, seconds=60),
    Step(
        title=f"/release {TAG} cannot happen twice",
        act=_asks(f"/release {TAG}"),
        seen=refused(release_issue, "release_published", words="refused: it is published"),
    ),
)
"""The steps from the plan to the announcement."""
