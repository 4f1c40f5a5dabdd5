"""The stories of `/backport` and `/revert`: the change is read, put elsewhere by GitHub, and proposed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import structlog

from bot.commands.model import Call, Refused
from bot.commands.render import failed_by
from bot.decisions.model import Condition, Standing, conclude
from bot.github.commit_models import NewCommit
from bot.github.errors import GitHubError
from bot.github.git_data import create_commit
from bot.github.models import Sha
from bot.github.pulls import NewPull, create_pull
from bot.picking.foresight import KIND as FORESIGHT
from bot.picking.foresight import foreseen
from bot.picking.merging import clean, point, put_together
from bot.picking.model import Change, Kind, Result, State, Target
from bot.picking.reading import read_change, read_target
from bot.picking.render import render_answer, render_description, render_not_merged, render_waiting
from bot.picking.rules import (
    backward,
    forward,
    head_branch,
    picked_message,
    pull_title,
    read_branches,
    revert_message,
    scratch_branch,
)

if TYPE_CHECKING:
    from bot.commands.model import Outcome
    from bot.commands.spec import Services
    from bot.decisions.model import Decision
    from bot.engine.model import Run
    from bot.github.client import RepositoryClient

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Picking:
    """One command being carried out."""

    run: Run
    call: Call
    services: Services
    repo: RepositoryClient
    kind: Kind
    change: Change

    def step(self, what: str, branch: str) -> str:
        return f"{what} {self.call.command.index} {branch}"

    def head(self, branch: str) -> str:
        return head_branch(self.kind, self.change.number, branch)

    def scratch(self, branch: str) -> str:
        return scratch_branch(self.kind, self.change.number, branch)


async def backport(run: Run, call: Call, services: Services) -> Outcome:
    """This function will propose a merged pull request's change for each of the named branches."""
    branches = read_branches(call.command.argument(0))
    if isinstance(branches, Refused):
        return branches
    picking = await _read(run, call, services, Kind.BACKPORT)
    if picking.change.is_open:
        return await _remember(picking, branches)
    return await _pick(picking, branches)


async def revert(run: Run, call: Call, services: Services) -> Outcome:
    """This function will propose the opposite of a merged pull request's change for its base."""
    picking = await _read(run, call, services, Kind.REVERT)
    return await _pick(picking, (picking.change.base_ref,))


async def foresee_backport(run: Run, call: Call, services: Services) -> Decision:
    """This function will decide about a backport as it stands now, and make nothing."""
    branches = read_branches(call.command.argument(0))
    if isinstance(branches, Refused):
        condition = Condition(
            name="branches", standing=Standing.UNMET, text=branches.text, reason=branches.reason
        )
        return conclude(FORESIGHT, (condition,))
    picking = await _read(run, call, services, Kind.BACKPORT)
    return await _foresee(picking, branches)


async def foresee_revert(run: Run, call: Call, services: Services) -> Decision:
    """This function will decide about a revert as it stands now, and make nothing."""
    picking = await _read(run, call, services, Kind.REVERT)
    return await _foresee(picking, (picking.change.base_ref,))


async def _foresee(picking: _Picking, branches: tuple[str, ...]) -> Decision:
    wanted = branches if picking.change.picks else ()
    targets = [await _target(picking, branch) for branch in wanted]
    return foreseen(picking.kind, picking.change, targets)


async def _read(run: Run, call: Call, services: Services, kind: Kind) -> _Picking:
    repo = services.repository(call.request.repository)
    name, number = f"change {call.command.index}", call.request.number
    change = await run.step(name, lambda: read_change(repo, number), returns=Change)
    return _Picking(run=run, call=call, services=services, repo=repo, kind=kind, change=change)


def waiting_key(repository_id: int, number: int, receipt: str) -> str:
    """This function will name the effect that remembers a backport which waits for its merge."""
    return f"backport/{repository_id}/{number}/{receipt}"


async def _remember(picking: _Picking, branches: tuple[str, ...]) -> Outcome:
    targets = [await _target(picking, branch) for branch in branches]
    missing = [Result(branch=one.branch, state=State.MISSING) for one in targets if not one.tip]
    if missing:
        return render_answer(picking.kind, picking.change, missing)
    call, effects = picking.call, picking.services.effects
    key = waiting_key(picking.repo.ref.id, picking.change.number, call.receipt)

    async def same() -> Call:
        return call

    name = f"remember {call.command.index}"
    await picking.run.step(name, lambda: effects.once(key, same, read_back=same, returns=Call), returns=Call)
    return render_waiting(picking.change, branches)


async def _pick(picking: _Picking, branches: tuple[str, ...]) -> Outcome:
    change = picking.change
    if not change.picks:
        return render_not_merged(picking.kind, change.number)
    results = [await _onto(picking, branch) for branch in branches]
    return render_answer(picking.kind, change, results)


async def _onto(picking: _Picking, branch: str) -> Result:
    try:
        result = await _proposed(picking, branch)
    except GitHubError as error:  # the other branches are not held up by it
        failed = failed_by(error)
        result = Result(branch=branch, state=State.FAILED, text=failed.text, reason=failed.reason)
    _log.info("picked", kind=picking.kind, branch=branch, state=result.state, number=result.number)
    return result


async def _proposed(picking: _Picking, branch: str) -> Result:
    run = picking.run
    target = await _target(picking, branch)
    if not target.tip:
        return Result(branch=branch, state=State.MISSING)
    if target.open_number:
        return Result(branch=branch, state=State.FOUND, number=target.open_number, url=target.open_url)
    result = await run.step(picking.step("pick", branch), lambda: _made(picking, target), returns=Result)
    if result.state is not State.OPENED:
        return result
    return await run.step(picking.step("open", branch), lambda: _open(picking, result), returns=Result)


async def _target(picking: _Picking, branch: str) -> Target:
    return await picking.run.step(
        picking.step("target", branch),
        lambda: read_target(picking.repo, branch, head=picking.head(branch)),
        returns=Target,
    )


async def _made(picking: _Picking, target: Target) -> Result:
    """Make the commits; nothing but those, which no branch holds yet, is left behind."""
    scratch = picking.scratch(target.branch)
    try:
        if picking.kind is Kind.REVERT:
            return await _reverted(picking, target, scratch)
        return await _picked(picking, target, scratch)
    finally:
        await clean(picking.repo, scratch)


async def _picked(picking: _Picking, target: Target, scratch: str) -> Result:
    repo, tip, tree = picking.repo, Sha(target.tip), target.tree
    for pick in picking.change.picks:
        merged = await put_together(repo, scratch, forward(pick, tree))
        if not merged.tree:
            return _stuck(target, pick.sha, merged.files)
        if merged.tree == tree:  # the branch has this one already
            continue
        commit = NewCommit(message=picked_message(pick), tree=merged.tree, parents=(tip,), author=pick.author)
        tip, tree = (await create_commit(repo, commit)).sha, merged.tree
    return _came_to(target, tip)


async def _reverted(picking: _Picking, target: Target, scratch: str) -> Result:
    repo, change = picking.repo, picking.change
    merged = await put_together(repo, scratch, backward(change.picks, target.tree))
    if not merged.tree:
        return _stuck(target, change.picks[-1].sha, merged.files)
    if merged.tree == target.tree:
        return _came_to(target, Sha(target.tip))
    commit = NewCommit(message=revert_message(change), tree=merged.tree, parents=(Sha(target.tip),))
    return _came_to(target, (await create_commit(repo, commit)).sha)


def _stuck(target: Target, sha: Sha, files: tuple[str, ...]) -> Result:
    return Result(branch=target.branch, state=State.CONFLICT, stuck_at=sha, files=files)


def _came_to(target: Target, sha: Sha) -> Result:
    state = State.NOTHING if sha == target.tip else State.OPENED
    return Result(branch=target.branch, state=state, sha=sha)


async def _open(picking: _Picking, made: Result) -> Result:
    """Open the pull request, once."""
    repo, change, branch = picking.repo, picking.change, made.branch
    head = picking.head(branch)
    login = picking.call.request.author.login
    new = NewPull(
        head=head,
        base=branch,
        title=pull_title(picking.kind, change, branch),
        body=render_description(picking.kind, change, branch, login=login),
    )

    async def create() -> Result:
        await point(repo, head, Sha(made.sha))
        pull = await create_pull(repo, new)
        return replace(made, number=pull.number, url=pull.html_url)

    async def find() -> Result | None:
        target = await read_target(repo, branch, head=head)
        if not target.open_number:
            return None
        return replace(made, number=target.open_number, url=target.open_url)

    key = f"pick/{repo.ref.id}/{picking.call.receipt}/{head}"
    return await picking.services.effects.once(key, create, read_back=find, returns=Result)
