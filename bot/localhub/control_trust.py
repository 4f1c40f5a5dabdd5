"""What people do on demand that others trust: reviews, statuses, teams, names, bases, protected environments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.localhub.state import accounts, checks, issues, protection, pulls, reviews, runs, statuses, teams
from bot.localhub.state.store import NotThere

if TYPE_CHECKING:
    from bot.localhub.server import LocalHub
    from bot.localhub.state.nouns import Pull, Repository

Body = dict[str, Any]


def _repository(hub: LocalHub, given: Body) -> Repository:
    return hub.store.repository(given["repo"])


def pull_of(hub: LocalHub, given: Body) -> Pull:
    """This function will find the pull request that a body names."""
    repository = _repository(hub, given)
    found = repository.pulls.get(given["number"])
    if found is None:
        raise NotThere(f"{repository.full_name}#{given['number']}")
    return found


def delete_comment(hub: LocalHub, given: Body) -> None:
    """This function will delete a comment as a user."""
    repository = _repository(hub, given)
    if given["id"] not in repository.comments:
        raise NotThere(f"comment {given['id']}")
    comment, deleter = repository.comments[given["id"]], hub.store.user(given["author"])
    issues.delete_comment(hub.store, repository, comment, deleter=deleter)


def review(hub: LocalHub, given: Body) -> Body:
    """This function will review a pull request as a user."""
    made = reviews.submit(
        hub.store,
        _repository(hub, given),
        pull_of(hub, given),
        author=hub.store.user(given["author"]),
        state=given["state"],
        body=given.get("body", ""),
        sha=given.get("sha"),
    )
    return {"id": made.id}


def report_status(hub: LocalHub, given: Body) -> Body:
    """This function will report a commit status as a user."""
    new = statuses.NewCommitStatus(
        state=given["state"],
        creator=hub.store.user(given["author"]),
        context=given.get("context", "default"),
        description=given.get("description"),
    )
    return {"id": statuses.report(hub.store, _repository(hub, given), given["sha"], new).id}


def set_team(hub: LocalHub, given: Body) -> Body:
    """This function will create a team, perhaps within another, or make its members what is given."""
    organization = hub.store.user(given["organization"], type="Organization")
    members = dict.fromkeys(given.get("members", ()), "member")
    parent = organization.teams[given["parent"]] if given.get("parent") else None
    made = organization.teams.get(given["slug"])
    if made is None:
        made = teams.create(hub.store, organization, given["slug"], members=members, parent=parent)
    else:
        made.members = {hub.store.user(login).id: role for login, role in members.items()}
    return {"id": made.id}


def set_callbacks(hub: LocalHub, given: Body) -> None:
    """This function will register where people who sign in may be sent back to."""
    hub.authorizations.callback_urls = tuple(given["urls"])


def revoke(hub: LocalHub, given: Body) -> None:
    """This function will take back what a person allowed the App."""
    hub.authorizations.revoke_all(hub.store.user(given["login"]))


def rename_user(hub: LocalHub, given: Body) -> None:
    """This function will give a user another login."""
    accounts.rename_user(hub.store, hub.store.user(given["login"]), given["to"])


def change_repository(hub: LocalHub, given: Body) -> Body:
    """This function will rename a repository, or show it to other people than before."""
    repository = _repository(hub, given)
    if given.get("to"):
        accounts.rename(hub.store, repository, given["to"])
    if "private" in given:
        accounts.set_visibility(hub.store, repository, private=given["private"])
    return {"full_name": repository.full_name, "private": repository.private}


def delete_repository(hub: LocalHub, given: Body) -> None:
    """This function will delete a repository."""
    accounts.delete_repository(hub.store, _repository(hub, given))


def change_pull(hub: LocalHub, given: Body) -> Body:
    """This function will retarget, close, reopen or merge a pull request as a user."""
    repository, pull, who = _repository(hub, given), pull_of(hub, given), hub.store.user(given["author"])
    if given.get("base"):
        pulls.retarget(hub.store, repository, pull, given["base"], sender=who)
    if given.get("merge"):
        pulls.merge(hub.store, repository, pull, method=given.get("method", "merge"), sender=who)
    elif given.get("state"):
        issues.set_state(hub.store, repository, pull.issue, given["state"], who)
    return {"state": pull.issue.state, "base": pull.base_ref, "merge_sha": pull.merge_sha}


def delete_issue(hub: LocalHub, given: Body) -> None:
    """This function will delete an issue as a user."""
    repository, who = _repository(hub, given), hub.store.user(given["author"])
    issues.delete_issue(hub.store, repository, repository.issues[int(given["number"])], deleter=who)


def protect(hub: LocalHub, given: Body) -> Body:
    """This function will have the App asked before jobs enter an environment."""
    return {"id": protection.enable(hub.store, _repository(hub, given), given["environment"], hub.app).id}


def wait_at(hub: LocalHub, given: Body) -> Body:
    """This function will start a workflow run whose jobs wait at an environment."""
    repository = _repository(hub, given)
    workflow = runs.workflow_of(hub.store, repository, given["workflow"])
    new = runs.NewRun(
        head_sha=given["head_sha"],
        head_branch=given.get("head_branch") or checks.branch_of(repository, given["head_sha"]),
        actor=hub.store.user(given["actor"]),
        event=given.get("event", "workflow_dispatch"),
    )
    run = runs.start_run(hub.store, repository, workflow, new)
    for name in given["jobs"]:
        protection.hold(hub.store, runs.add_job(hub.store, run, name, environment=given["environment"]))
    return {"id": run.id, "jobs": [{"id": job.id, "status": job.status} for job in run.latest.jobs]}
