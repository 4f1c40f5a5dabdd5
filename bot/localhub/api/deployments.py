"""Operations on deployments, their statuses and environments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.bodies import deployments as bodies
from bot.localhub.exchange import Answer, Listing, Refused, invalid, not_found
from bot.localhub.state import deployments, git
from bot.localhub.state.merging import combine
from bot.localhub.state.store import NotThere

if TYPE_CHECKING:
    from bot.localhub.exchange import Call, Handlers
    from bot.localhub.state.nouns import Commit
    from bot.localhub.state.reports import Deployment, Environment

LONGEST_DESCRIPTION = 140
STATES = ("error", "failure", "inactive", "in_progress", "queued", "pending", "success")


def _description(call: Call, resource: str) -> str:
    text: str = call.get("description", str) or ""
    if len(text) > LONGEST_DESCRIPTION:
        message = f"description is too long (maximum is {LONGEST_DESCRIPTION} characters)"
        raise invalid(resource, "description", "custom", message)
    return text


def create(call: Call) -> Answer:
    """This function will create a deployment, unless the ref must be merged first or its checks are not green."""
    ref = call.need("ref")
    try:
        commit = git.resolve(call.store, call.repository, ref)
    except NotThere as missing:
        raise Refused(422, f"No ref found for: {ref}") from missing
    description = _description(call, "Deployment")
    if call.get("auto_merge", bool, default=True) and _is_behind(call, ref, commit):
        return _merge_default(call, ref, commit)
    _check_contexts(call, commit)
    environment = call.get("environment", str, "production")
    production = call.get("production_environment", bool, environment == "production")
    new = deployments.NewDeployment(
        ref=ref,
        sha=commit.sha,
        environment=environment,
        creator=call.actor,
        app=call.world.app,
        task=call.get("task", str, "deploy"),
        description=description,
        payload=call.get("payload", (dict, str), ""),
        transient=call.get("transient_environment", bool, default=False),
        production=production,
    )
    made = deployments.create(call.store, call.repository, new)
    return Answer(status=201, body=bodies.deployment(call.store, call.repository, made))


def _is_behind(call: Call, ref: str, commit: Commit) -> bool:
    """Only a branch other than the default one can have it merged in."""
    tip = call.repository.branches[call.repository.default_branch]
    return ref in call.repository.branches and all(
        one.sha != tip for one in git.history(call.store, commit.sha)
    )


def _merge_default(call: Call, ref: str, commit: Commit) -> Answer:
    """With auto_merge GitHub merges first and deploys nothing."""
    default = call.repository.default_branch
    tip = call.store.commits[call.repository.branches[default]]
    tree = combine.merged_tree(call.store, commit, tip)
    if tree is None:
        raise Refused(409, f"Conflict merging {default} into {ref}.")
    message = f"Merge {default} into {ref}"
    parents = commit.sha, tip.sha
    made = git.commit(call.store, tree, parents=parents, message=message, author=call.actor)
    git.move_branch(call.store, call.repository, ref, made.sha, call.actor)
    return Answer(status=202, body={"message": f"Auto-merged {default} into {ref} on deployment."})


def _check_contexts(call: Call, commit: Commit) -> None:
    wanted = call.get("required_contexts", list)
    runs = call.repository.checks_by_sha.get(commit.sha, [])
    newest = {run.name: run for run in runs}
    names = list(newest) if wanted is None else wanted
    good = {"success", "neutral", "skipped"}
    bad = [name for name in names if name not in newest or newest[name].conclusion not in good]
    if bad:
        errors = [{"contexts": [], "resource": "Deployment", "field": "required_contexts", "code": "invalid"}]
        raise Refused(409, "Conflict: Commit status checks failed for " + commit.sha, errors=errors)


def _deployment(call: Call) -> Deployment:
    found = call.repository.deployments.get(call.number("deployment_id"))
    if found is None:
        raise not_found()
    return found


def list_deployments(call: Call) -> Listing:
    """This function will list deployments, newest first."""
    tests = {name: call.query.get(name) for name in ("sha", "ref", "task", "environment")}
    found = [
        one
        for one in reversed(call.repository.deployments.values())
        if all(value in {None, getattr(one, name)} for name, value in tests.items())
    ]
    return Listing(items=found, render=lambda one: bodies.deployment(call.store, call.repository, one))


def get(call: Call) -> Answer:
    """This function will show a deployment."""
    return Answer(body=bodies.deployment(call.store, call.repository, _deployment(call)))


def delete(call: Call) -> Answer:
    """This function will delete a deployment that is not active."""
    one = _deployment(call)
    if one.statuses and one.statuses[-1].state == "success" and len(call.repository.deployments) > 1:
        raise Refused(422, "We cannot delete an active deployment unless it is the only deployment.")
    del call.repository.deployments[one.id]
    return Answer(status=204)


def create_status(call: Call) -> Answer:
    """This function will report a deployment's status."""
    deployment = _deployment(call)
    state = call.need("state")
    if state not in STATES:
        raise invalid("DeploymentStatus", "state", "invalid")
    new = deployments.NewStatus(
        state=state,
        creator=call.actor,
        app=call.world.app,
        description=_description(call, "DeploymentStatus"),
        environment=call.get("environment", str),
        environment_url=call.get("environment_url", str, ""),
        log_url=call.get("log_url", str, call.get("target_url", str, "")),
        auto_inactive=call.get("auto_inactive", bool, default=True),
    )
    made = deployments.add_status(call.store, call.repository, deployment, new)
    body = bodies.deployment_status(call.store, call.repository, deployment, made)
    return Answer(status=201, body=body)


def list_statuses(call: Call) -> Listing:
    """This function will list a deployment's statuses, newest first."""
    one = _deployment(call)
    return Listing(
        items=one.statuses[::-1],
        render=lambda status: bodies.deployment_status(call.store, call.repository, one, status),
    )


def get_status(call: Call) -> Answer:
    """This function will show a deployment status."""
    one, number = _deployment(call), call.number("status_id")
    for status in one.statuses:
        if status.id == number:
            return Answer(body=bodies.deployment_status(call.store, call.repository, one, status))
    raise not_found()


def list_environments(call: Call) -> Listing:
    """This function will list environments."""
    found = list(call.repository.environments.values())
    return Listing(
        items=found,
        render=lambda one: bodies.environment(call.store, call.repository, one),
        key="environments",
    )


def environment_of(call: Call) -> Environment:
    """This function will find the environment in the path."""
    found = call.repository.environments.get(call.path["environment_name"].lower())
    if found is None:
        raise not_found()
    return found


def get_environment(call: Call) -> Answer:
    """This function will show an environment."""
    return Answer(body=bodies.environment(call.store, call.repository, environment_of(call)))


HANDLERS: Handlers = {
    "repos/create-deployment": create,
    "repos/create-deployment-status": create_status,
    "repos/delete-deployment": delete,
    "repos/get-all-environments": list_environments,
    "repos/get-deployment": get,
    "repos/get-deployment-status": get_status,
    "repos/get-environment": get_environment,
    "repos/list-deployment-statuses": list_statuses,
    "repos/list-deployments": list_deployments,
}
