"""The part of the demo's story about a repository without a pipeline: it is brought one, deploys and releases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.demo.chapters.production import admin, deployed, kofi, presses, waits_at_gate, writer
from bot.demo.telling import Sighting, Step, answered, link_to, says
from bot.localhub.bodies.releases import page_of
from bot.localhub.pages.timeline import newest_checks
from bot.localhub.scenarios.breakwater import FULL_NAME
from bot.localhub.scenarios.releasing import Trouble
from bot.localhub.state import deployments, git, issues, pulls
from bot.localhub.state.releases import releases
from bot.pack.model import CHECKS, FOLDER, Workflow

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.demo.world import World
    from bot.localhub.state.actions import WorkflowRun
    from bot.localhub.state.nouns import Issue, Pull

TAG = "v1.0.0"
ENVIRONMENTS = ("staging", "production")
_INIT = (
    "init",
    "--repo",
    FULL_NAME,
    "--yes",
    "--environments",
    ",".join(ENVIRONMENTS),
    "--region",
    "us-east-1",
    "--state-bucket",
    "acme-breakwater-state",
    "--artifacts-bucket",
    "acme-breakwater-artifacts",
)
_BRANCH = "deeper-moorings"
_TITLE = "feat(store): moor deeper blocks first"
_RELEASE = f"Release {TAG} of Breakwater"


def _proposes(world: World) -> int:
    for name in ENVIRONMENTS:
        deployments.environment_of(world.hub.store, world.breakwater.repository, name)
    world.bot.run_beside(*_INIT)
    return 0


def _brought(world: World) -> Pull | None:
    """The pull request that brings the pipeline."""
    every = world.breakwater.repository.pulls.values()
    return next((pull for pull in every if pull.issue.author is world.hub.app.bot), None)


def _proposed(world: World, _comment: int) -> Sighting | None:
    pull = _brought(world)
    if pull is None:
        return None
    files = world.hub.store.commits[pull.head_sha].files
    count = sum(path.startswith(f"{FOLDER}/") for path in files)
    words = f"one pull request with {count} workflows, their Terraform files and the configuration"
    return Sighting(words=words, url=link_to(world, pull), text=pull.issue.body or "")


def _checked(pull: Callable[[World], Pull | None]) -> Callable[[World, int], Sighting | None]:
    """Look for the checks of the three workflows that every commit gets."""

    def seen(world: World, _comment: int) -> Sighting | None:
        asked = pull(world)
        if asked is None:
            return None
        checks = newest_checks(world.breakwater.repository, asked.head_sha)
        green = {check.name for check in checks if check.conclusion == "success"}
        if not green.issuperset(CHECKS.values()):
            return None
        words = f"{', '.join(CHECKS.values())} are green: {len(green)} checks"
        return Sighting(words=words, url=link_to(world, asked))

    return seen


def _takes_it(world: World) -> int:
    pull = _brought(world)
    if pull is not None:  # without a bot none was opened
        store, repository = world.hub.store, world.breakwater.repository
        pulls.merge(store, repository, pull, sender=admin(world), method="squash")
    return 0


def _main_runs(world: World, _comment: int) -> Sighting | None:
    repository = world.breakwater.repository
    tip = repository.branches[repository.default_branch]
    runs = {run.workflow.path: run for run in repository.runs.values() if run.head_sha == tip}
    if any(not _passed(runs.get(workflow.path)) for workflow in CHECKS):
        return None
    url = f"{world.hub.url}/{repository.full_name}/actions"
    return Sighting(words=f"{', '.join(CHECKS)} have run on {repository.default_branch}", url=url)


def _passed(run: WorkflowRun | None) -> bool:
    return run is not None and run.latest.conclusion == "success"


def _opens(world: World) -> int:
    store, repository = world.hub.store, world.breakwater.repository
    path = "crates/store/src/lib.rs"
    before = store.commits[repository.branches[repository.default_branch]].files[path]
    files: dict[str, bytes | str | None] = {
        path: before + b"\n/// How deep it moors.\npub const DEPTH: u32 = 12;\n"
    }
    git.push(store, repository, _BRANCH, files=files, message=_TITLE, author=writer(world))
    pulls.open_pull(store, repository, title=_TITLE, head=_BRANCH, author=writer(world), body=None)
    return 0


def _change(world: World) -> Pull:
    every = world.breakwater.repository.pulls.values()
    return next(pull for pull in every if pull.head_ref == _BRANCH)


def _release_issue(world: World) -> Issue:
    store, repository = world.hub.store, world.breakwater.repository
    for known in repository.issues.values():
        if known.title == _RELEASE:
            return known
    return issues.open_issue(store, repository, title=_RELEASE, body="The first one.", author=admin(world))


def _asks_for_release(world: World) -> int:
    world.player.releases = Trouble.NOTHING
    return says(_release_issue, admin, f"/release {TAG}")(world)


def _released(world: World, comment_id: int) -> Sighting | None:
    repository = world.breakwater.repository
    release = releases.latest(repository)
    if release is None or release.tag != TAG:
        return None
    words = "built by release.yml, verified, published last"
    found = answered(_release_issue, "succeeded", words=words)(world, comment_id)
    url = page_of(world.hub.store, repository, release)
    return found and Sighting(words=found.words, url=url, text=release.body or "")


def _by_workflow(world: World, path: str) -> int:
    return sum(run.workflow.path == path for run in world.breakwater.repository.runs.values())


def _deployed_by_file(environment: str) -> Callable[[World, int], Sighting | None]:
    look = deployed(
        _change, environment, words="planned, approved, applied, pushed, verified by deploy-prod.yml"
    )

    def seen(world: World, comment_id: int) -> Sighting | None:
        return look(world, comment_id) if _by_workflow(world, Workflow.DEPLOY.path) else None

    return seen


def _examines(world: World) -> int:
    world.bot.run_beside("doctor", FULL_NAME)
    return 0


def _examined(world: World, _comment: int) -> Sighting | None:
    """It is told in words where its last line says how many findings there are of each kind."""
    told = world.bot.beside_told()
    last = told.strip().splitlines()[-1] if told.strip() else ""
    if "not seen" not in last and "good" not in last:
        return None
    url = f"{world.hub.url}/{FULL_NAME}"
    return Sighting(words=f"each finding with its remedy: {last}", url=url, text=told)


PILOTING: tuple[Step, ...] = (
    Step(
        title="pilothouse init brings a second repository, a Rust workspace, its pipeline",
        act=_proposes,
        seen=_proposed,
        seconds=60,
    ),
    Step(
        title="The pull request is checked by what it brings",
        act=lambda _: 0,
        seen=_checked(_brought),
        seconds=60,
    ),
    Step(
        title="The admin merges it, and the default branch is built",
        act=_takes_it,
        seen=_main_runs,
        seconds=60,
    ),
    Step(title="Somebody opens a pull request there", act=_opens, seen=_checked(_change), seconds=60),
    Step(
        title="Someone writes /test ?",
        act=says(_change, kofi, "/test ?"),
        seen=answered(_change, "succeeded", words="what can be tested by name"),
    ),
    Step(
        title="/test carried runs that suite alone at the head",
        act=says(_change, kofi, "/test carried"),
        seen=answered(_change, "succeeded", words="dispatched, followed to its end, green"),
        seconds=60,
    ),
    Step(
        title="/deploy staging runs through deploy-prod.yml",
        act=says(_change, kofi, "/deploy staging"),
        seen=_deployed_by_file("staging"),
        seconds=120,
    ),
    Step(
        title="/deploy production plans by the same file, and waits",
        act=says(_change, kofi, "/deploy production"),
        seen=waits_at_gate(_change),
        seconds=120,
    ),
    Step(
        title="It is approved, and exactly that plan is applied",
        act=presses(_change, admin, "Approve"),
        seen=_deployed_by_file("production"),
        seconds=120,
    ),
    Step(
        title=f"/release {TAG} runs through release.yml",
        act=_asks_for_release,
        seen=_released,
        seconds=120,
    ),
    Step(
        title="Someone writes /stats",
        act=says(_change, kofi, "/stats"),
        seen=answered(_change, "succeeded", words="times, cache hits and test counts of the pipeline"),
    ),
    Step(
        title="pilothouse doctor examines it",
        act=_examines,
        seen=_examined,
        seconds=60,
    ),
)
"""From nothing to a release."""
