"""Finds what a command is about: the policy, the thing that is released, the commit of the branch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.commands.model import Reason, Refused
from bot.commands.rules import Facts, refuse_permission
from bot.config.mistakes import PATH
from bot.github.git_data import get_ref
from bot.github.models import Sha
from bot.markdown import code
from bot.releases.judging.policy import Policy, read_policy
from bot.releases.model import ReleaseRequest
from bot.releases.scope import Scope, scope_of

if TYPE_CHECKING:
    from bot.commands.model import Call
    from bot.commands.spec import Services
    from bot.engine.model import Run
    from bot.github.client import RepositoryClient

_MOST_LISTED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What is to be released, and from which commit."""

    scope: Scope
    branch: str
    sha: Sha

    def request(self, call: Call, *, version: str, tag: str) -> ReleaseRequest:
        """This function will make the request to release a version of it."""
        asked, command = call.request, call.command
        return ReleaseRequest(
            repository=asked.repository,
            version=version,
            component=self.scope.component,
            tag=tag,
            branch=self.branch,
            sha=self.sha,
            author=asked.author,
            asked_at=asked.created_at,
            number=asked.number,
            receipt=call.receipt,
            line=command.line,
            is_prerelease=bool(command.values("prerelease")),
            is_draft=bool(command.values("draft")),
            then=asked.after(command.index),
        )


async def scope_for(run: Run, call: Call, services: Services, *, acts: bool) -> Scope | Refused:
    """This function will find what is to be released, for somebody who may do that where the command acts.

    Raises:
        GitHubError: the policy could not be read.
    """
    repo = services.repository(call.request.repository)
    policy = await run.step(f"policy {call.command.index}", lambda: read_policy(repo), returns=Policy)
    config = policy.release
    if config is None:
        listed = "\n".join(f"- {code(mistake)}" for mistake in policy.mistakes[:_MOST_LISTED])
        text = f"{code(PATH)} on the default branch has mistakes:\n\n{listed}"
        return Refused(reason=Reason.CONFIGURATION_INVALID, text=text)
    held = Facts(permission=call.permission)
    refusal = refuse_permission(config.permission, held, what="/release") if acts else None
    return refusal or scope_of(config, "".join(call.command.values("component")))


async def aim(run: Run, call: Call, services: Services, *, acts: bool) -> Aim | Refused:
    """This function will find what is to be released, and the newest commit of the branch.

    Raises:
        GitHubError: the policy or the branch could not be read.
    """
    scope = await scope_for(run, call, services, acts=acts)
    if isinstance(scope, Refused):
        return scope
    repo = services.repository(call.request.repository)
    branch = branch_of(call)
    sha = await run.step(f"tip {call.command.index}", lambda: _tip(repo, branch), returns=Sha | None)
    if sha is None:
        text = f"There is no branch {code(branch)}."
        return Refused(reason=Reason.BRANCH_MISSING, text=text)
    return Aim(scope=scope, branch=branch, sha=sha)


def branch_of(call: Call) -> str:
    """This function will say from which branch is released: the one that was written, or the default one."""
    written = "".join(call.command.values("branch"))
    return written.removeprefix("refs/heads/") or call.request.repository.default_branch


async def _tip(repo: RepositoryClient, branch: str) -> Sha | None:
    found = await get_ref(repo, f"heads/{branch}")
    return found.sha if found is not None else None
