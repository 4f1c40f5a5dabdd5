"""Decides whether a deployment may happen, from facts alone; what cannot be read blocks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from bot.commands.model import Reason, Refused
from bot.commands.rules import Facts, refuse_permission
from bot.deployments.model import Rollout
from bot.gates.model import Parameter
from bot.github.models import Conclusion, Permission
from bot.markdown import code, escape, link

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.deployments.model import DeployFacts, DeployRequest, EnvironmentFacts
    from bot.github.models import CheckRun, Sha

_SHA = re.compile(r"[0-9a-f]{7,40}", re.IGNORECASE)
_PASSED = {Conclusion.SUCCESS, Conclusion.NEUTRAL, Conclusion.SKIPPED}
_NEAR = 3
_MOST_LISTED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Proceed:
    """Nothing stands against it; this is what will be done."""

    rollout: Rollout


def refuse_sha(prefix: str, head: Sha) -> Refused | None:
    """This function will refuse a SHA that is not the head's, and return None where it is or none was given."""
    if not prefix or (_SHA.fullmatch(prefix) and head.startswith(prefix.lower())):
        return None
    if not _SHA.fullmatch(prefix):
        text = f"{code(prefix)} is not a commit SHA; write 7 to 40 hexadecimal digits."
        return Refused(reason=Reason.SHA_NOT_HEAD, text=text)
    text = f"{code(prefix)} is not the head of this pull request, which is {code(head[:7])}; only the head is deployed."
    return Refused(reason=Reason.SHA_NOT_HEAD, text=text)


def parameters_from_flags(values: tuple[str, ...]) -> tuple[Parameter, ...] | Refused:
    """This function will read every `name=value`, or refuse with the first that is none or comes twice."""
    found: dict[str, str] = {}
    for written in values:
        name, equals, value = written.partition("=")
        if not equals or not name:
            text = f"{code('--param ' + written)} is not written as name=value."
            return Refused(reason=Reason.BAD_FLAG_VALUE, text=text)
        if name in found:
            return Refused(reason=Reason.DUPLICATE_FLAG, text=f"The parameter {code(name)} is given twice.")
        found[name] = value
    return tuple(Parameter(name=name, value=value) for name, value in found.items())


def decide_deploy(request: DeployRequest, facts: DeployFacts) -> Proceed | Refused:
    """This function will decide whether the deployment may happen now, and how."""
    refusal = _refuse_asking(request, facts)
    if refusal is not None:
        return refusal
    environment = _environment(request.environment, facts)
    if isinstance(environment, Refused):
        return environment
    for refuse in _IN_ENVIRONMENT:
        refusal = refuse(request, facts, environment)
        if refusal is not None:
            return refusal
    return Proceed(rollout=_rollout(request, facts, environment))


def _refuse_asking(request: DeployRequest, facts: DeployFacts) -> Refused | None:
    asking = Facts(permission=facts.permission)
    refusal = refuse_permission(Permission.WRITE, asking, what="/deploy")
    if refusal is not None:
        return refusal
    if not facts.is_open:
        text = "The pull request was closed before its turn came; reopen it and write the command again."
        return Refused(reason=Reason.PULL_REQUEST_CLOSED, text=text)
    if facts.head_sha != request.head_sha:
        return head_moved(request.head_sha, facts.head_sha, facts.web_url)
    if facts.pushed_at is not None and facts.pushed_at > request.asked_at:
        text = (
            f"{code(facts.head_sha[:7])} was pushed after the command was written. "
            "Look at it, then write the command again."
        )
        return Refused(reason=Reason.HEAD_MOVED, text=text)
    if facts.configuration_mistakes:
        mistakes = "\n".join(
            f"- {escape(mistake)}" for mistake in facts.configuration_mistakes[:_MOST_LISTED]
        )
        text = f"The configuration on the default branch has mistakes; correct them there.\n\n{mistakes}"
        return Refused(reason=Reason.CONFIGURATION_INVALID, text=text)
    return None


def head_moved(old: Sha, new: Sha, web_url: str) -> Refused:
    """This function will refuse because another commit is the head now, and show what came in between."""
    between = link("what came in between", f"{web_url}/compare/{old}...{new}")
    text = (
        f"The command was about {code(old[:7])}; the head is {code(new[:7])} now ({between}). "
        "Nothing was deployed. Look at it, then write the command again."
    )
    return Refused(reason=Reason.HEAD_MOVED, text=text)


def _environment(name: str, facts: DeployFacts) -> EnvironmentFacts | Refused:
    for environment in facts.environments:
        if environment.name.casefold() == name.casefold():
            return environment
    known = sorted(environment.name for environment in facts.environments)
    if not known:
        text = "This repository has no environments. An administrator can make one in its settings."
        return Refused(reason=Reason.UNKNOWN_ENVIRONMENT, text=text)
    near = min(known, key=lambda other: OSA.distance(name.casefold(), other.casefold()))
    close = OSA.distance(name.casefold(), near.casefold()) <= _NEAR
    hint = f" Did you mean {code(near)}?" if close else ""
    listed = ", ".join(code(other) for other in known)
    text = f"There is no environment {code(name)}.{hint} There are: {listed}."
    return Refused(reason=Reason.UNKNOWN_ENVIRONMENT, text=text)


def _refuse_fork(_: DeployRequest, facts: DeployFacts, environment: EnvironmentFacts) -> Refused | None:
    if not facts.is_fork:
        return None
    name = code(environment.name)
    if not environment.allow_forks:
        text = (
            f"The head lies in a fork, and {name} is not deployed to from forks. "
            "Someone with the role write can push the commits to a branch of this repository."
        )
        return Refused(reason=Reason.FORK_REFUSED, text=text)
    if not facts.permission.covers(Permission.MAINTAIN):
        text = f"The head lies in a fork; someone with the role maintain or more can deploy it to {name}."
        return Refused(reason=Reason.FORK_REFUSED, text=text)
    return None


def _refuse_workflow(_: DeployRequest, facts: DeployFacts, environment: EnvironmentFacts) -> Refused | None:
    if environment.workflow in facts.workflows:
        return None
    path = code(f".github/workflows/{environment.workflow}")
    text = (
        f"{code(environment.name)} is deployed by {path}, which is missing on the default branch or disabled. "
        "Someone with the role write can add it, or name another one in "
        f"{code('.github/pilothouse.yml')}."
    )
    return Refused(reason=Reason.WORKFLOW_MISSING, text=text)


def _refuse_parameters(
    request: DeployRequest, _: DeployFacts, environment: EnvironmentFacts
) -> Refused | None:
    unknown = [
        parameter.name for parameter in request.parameters if parameter.name not in environment.parameters
    ]
    if not unknown:
        return None
    allowed = ", ".join(code(name) for name in environment.parameters) or "none"
    text = f"{code(environment.name)} takes no parameter {code(unknown[0])}; its parameters: {allowed}."
    return Refused(reason=Reason.UNKNOWN_PARAMETER, text=text)


def _refuse_checks(_: DeployRequest, facts: DeployFacts, environment: EnvironmentFacts) -> Refused | None:
    wanted = environment.checks
    relevant = [check for check in facts.checks if wanted is None or check.name in wanted]
    missing = [name for name in wanted or () if all(check.name != name for check in relevant)]
    sha = code(facts.head_sha[:7])
    if missing or (wanted is None and not relevant):
        what = ", ".join(code(name) for name in missing) or "any check"
        text = (
            f"{what} did not run for {sha}. Someone with the role write can run it, or change {code('checks')} of "
            f"{code(environment.name)} in {code('.github/pilothouse.yml')}."
        )
        return Refused(reason=Reason.CHECKS_MISSING, text=text)
    passed = _PASSED if wanted is None else {Conclusion.SUCCESS}
    bad = [check for check in relevant if check.status == "completed" and check.conclusion not in passed]
    if bad:
        text = f"These checks of {sha} are not green:\n\n{_listed(bad)}"
        return Refused(reason=Reason.CHECKS_FAILED, text=text)
    running = [check for check in relevant if check.status != "completed"]
    if running:
        text = f"These checks of {sha} are still running; write the command again after them:\n\n{_listed(running)}"
        return Refused(reason=Reason.CHECKS_RUNNING, text=text)
    return None


def _listed(checks: list[CheckRun]) -> str:
    lines = [
        f"- {link(escape(check.name), check.html_url)}: {check.conclusion or check.status}"
        for check in checks
    ]
    more = len(lines) - _MOST_LISTED
    return "\n".join((*lines[:_MOST_LISTED], *([f"- and {more} more"] if more > 0 else [])))


def _rollout(request: DeployRequest, facts: DeployFacts, environment: EnvironmentFacts) -> Rollout:
    inputs = {given.name: given.value for given in (*environment.inputs, *request.parameters)}
    inputs |= {"environment": environment.name, "sha": facts.head_sha}
    return Rollout(
        environment=environment.name,
        workflow=environment.workflow,
        sha=facts.head_sha,
        # a fork's branch cannot be dispatched: the workflow of the default branch deploys the SHA it is given
        ref=request.repository.default_branch if facts.is_fork else facts.head_ref,
        runs_at_sha=not facts.is_fork,
        inputs=tuple(Parameter(name=name, value=value) for name, value in inputs.items()),
        limit=environment.limit,
        web_url=facts.web_url,
    )


_IN_ENVIRONMENT: tuple[Callable[[DeployRequest, DeployFacts, EnvironmentFacts], Refused | None], ...] = (
    _refuse_fork,
    _refuse_workflow,
    _refuse_parameters,
    _refuse_checks,
)
