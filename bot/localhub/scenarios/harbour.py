"""The repository of the demo: people, files, workflows, environments, pull requests and a first release."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

from bot.localhub.scenarios.clashes import TIDES
from bot.localhub.scenarios.history import grow, unheard
from bot.localhub.scenarios.logs import log_of, upload_report
from bot.localhub.scenarios.plans import (
    APPLY_PATH,
    CI_PATH,
    DEPLOY_PATH,
    GREEN_CI,
    PLAN_PATH,
    PRODUCTION_PATH,
    RELEASE_PATH,
    TEARDOWN_PATH,
)
from bot.localhub.scenarios.player import Scene
from bot.localhub.scenarios.releasing import files_of
from bot.localhub.scenarios.services import PATH as SERVICE
from bot.localhub.state import accounts, deployments, git, issues, protection, pulls, runs
from bot.localhub.state.releases import assets, releases

if TYPE_CHECKING:
    from bot.localhub.scenarios.player import Player
    from bot.localhub.state.nouns import App, Pull, Repository, User
    from bot.localhub.state.store import Store

FULL_NAME = "acme/harbour"
ROLES = {"amara": "admin", "wren": "write", "kofi": "write", "rao": "read"}
POLICY = ".github/pilothouse.yml"
FIRST_TAG = "v0.9.0"
SINCE_FIRST = 12  # commits on main since that release
_WORKFLOWS = {
    DEPLOY_PATH: "Deploy",
    PRODUCTION_PATH: "Production",
    PLAN_PATH: "Plan",
    APPLY_PATH: "Apply",
    TEARDOWN_PATH: "Tear down",
    RELEASE_PATH: "Release",
}
_PRODUCTION = "config/production.yml"
_FILES = (
    "README.md",
    "planner/Cargo.toml",
    "pyproject.toml",
    "planner/src/lib.rs",
    TIDES,
    "src/harbour/numbers.py",
    CI_PATH,
    DEPLOY_PATH,
    PRODUCTION_PATH,
    TEARDOWN_PATH,
    PLAN_PATH,
    APPLY_PATH,
    RELEASE_PATH,
    POLICY,
    "config/staging.yml",
    _PRODUCTION,
)
_TEMPLATES = {_PRODUCTION: "berths.yml"}  # where two files have one name


@dataclass(frozen=True, slots=True, kw_only=True)
class Harbour:
    """The demo's repository with the nouns that a story speaks of."""

    repository: Repository
    admin: User
    writer: User
    reader: User
    rust: Pull
    python: Pull
    green: Pull
    unlucky: Pull  # its CI fails on the network, once
    berthless: Pull  # green, healthy in staging, and not in production


@dataclass(frozen=True, slots=True, kw_only=True)
class _Proposal:
    branch: str
    scene: Scene
    author: str
    path: str
    before: str
    after: str
    title: str
    body: str


_PROPOSALS = (
    _Proposal(
        branch="faster-berth-search",
        scene=Scene.RUST_RED,
        author="wren",
        path="planner/src/lib.rs",
        before="while parent[root] != root",
        after="while parent[root] == root",
        title="Search berths by union-find",
        body="Two berths are *connected* when a ship can be moved between them without leaving the basin.\n\n"
        "- [x] union by size\n- [ ] path compression, later\n",
    ),
    _Proposal(
        branch="spell-small-numbers",
        scene=Scene.PYTHON_RED,
        author="kofi",
        path="src/harbour/numbers.py",
        before="0 <= value < 10",
        after="0 <= value < 9",
        title="Spell numbers below ten in the harbour log",
        body="The log reads better with words: `9` becomes **nine**.\n",
    ),
    _Proposal(
        branch="document-tides",
        scene=Scene.GREEN,
        author="amara",
        path="README.md",
        before="## Build",
        after="## Tides\n\nHeights are in metres above chart datum.\n\n## Build",
        title="Say where tide heights are measured from",
        body="Asked twice on the quay; now it is written down.\n",
    ),
)
_UNLUCKY = _Proposal(
    branch="release-planner",
    scene=Scene.NETWORK_DOWN,
    author="kofi",
    path="planner/Cargo.toml",
    before='version = "0.4.0"',
    after='version = "0.4.1"',
    title="Release the planner 0.4.1",
    body="Nothing but the version; the berths were mended last week.\n",
)


_BERTHLESS = _Proposal(
    branch="winter-berths",
    scene=Scene.GREEN,
    author="wren",
    path=_PRODUCTION,
    before="berths: 12",
    after="berths: 0",
    title="Lay up the berths that freeze in winter",
    body="Staging keeps its two; production plans with what is left.\n",
)


def seed(store: Store, player: Player, app: App) -> Harbour:
    """This function will make the demo's repository, install the App on it and open its pull requests.

    Opening a pull request starts its CI, so this belongs into a running event loop.
    """
    files = {path: _file(path) for path in _FILES}
    files[POLICY] = files[POLICY].replace(b"{{ service }}", f"{store.base_url}{SERVICE}".encode())
    repository = accounts.create_repository(store, FULL_NAME, files=files)
    repository.description = "Berths, tides and the harbour log: a sample project in Rust and Python."
    repository.language = "Rust, Python"
    for login, role in ROLES.items():
        accounts.set_role(repository, store.user(login), role)
    for name in ("staging", "production", "basin", "fleet", "preview"):
        deployments.environment_of(store, repository, name)
    protection.enable(store, repository, "production", app)
    for path, name in _WORKFLOWS.items():
        runs.workflow_of(store, repository, path, name=name, dispatchable=path != RELEASE_PATH)
    _pass_ci_on_main(store, repository)
    accounts.install(store, app, repository)
    rust, python, green = (_open(store, player, repository, proposal) for proposal in _PROPOSALS)
    issues.open_issue(
        store,
        repository,
        title="Ships longer than 400 m do not fit into the plan",
        body="Berth 7 was planned for one. Commands work here too: try `/ping`.",
        author=store.user("rao"),
    )
    unlucky, berthless = (_open(store, player, repository, one) for one in (_UNLUCKY, _BERTHLESS))
    _release_and_go_on(store, repository)
    _pass_ci_on_main(store, repository)
    return Harbour(
        repository=repository,
        admin=store.user("amara"),
        writer=store.user("wren"),
        reader=store.user("rao"),
        rust=rust,
        python=python,
        green=green,
        unlucky=unlucky,
        berthless=berthless,
    )


def _release_and_go_on(store: Store, repository: Repository) -> None:
    """There was a release before, and a dozen changes since then."""
    grow(store, repository, changes=SINCE_FIRST, tag=FIRST_TAG)
    fields = releases.ReleaseFields(tag=FIRST_TAG, target=repository.default_branch, name="Harbour 0.9.0")
    with unheard(store):
        made = releases.create(store, repository, fields, store.user("amara"))
    commit = store.commits[repository.tags[FIRST_TAG]]
    for name, content in files_of(repository, FIRST_TAG.removeprefix("v"), commit).items():
        new = assets.NewAsset(name=name, content=content, uploader=store.actions_app.bot)
        assets.upload(store, made, new)


def _pass_ci_on_main(store: Store, repository: Repository) -> None:
    """A failure on a pull request is new only where the base was seen to pass."""
    workflow = runs.workflow_of(store, repository, CI_PATH, name="CI", dispatchable=False)
    main = repository.default_branch
    new = runs.NewRun(
        head_sha=repository.branches[main], head_branch=main, actor=store.user("amara"), event="push"
    )
    run = runs.start_run(store, repository, workflow, new)
    for plan in GREEN_CI.jobs:
        job = runs.add_job(store, run, plan.name, steps=plan.steps)
        upload_report(store, run, plan)
        runs.finish_job(store, job, "success", log=log_of(plan, at=store.exact_now()))
    runs.finish_run(store, run)


def _file(path: str) -> bytes:
    name = _TEMPLATES.get(path) or path.rpartition("/")[2]
    return resources.files("bot.localhub.scenarios").joinpath("repository", f"{name}.txt").read_bytes()


def _open(store: Store, player: Player, repository: Repository, proposal: _Proposal) -> Pull:
    author = store.user(proposal.author)
    player.direct(repository, proposal.branch, proposal.scene)
    changed = _file(proposal.path).decode().replace(proposal.before, proposal.after)
    git.push(
        store,
        repository,
        proposal.branch,
        files={proposal.path: changed},
        message=proposal.title,
        author=author,
    )
    return pulls.open_pull(
        store, repository, title=proposal.title, head=proposal.branch, author=author, body=proposal.body
    )
