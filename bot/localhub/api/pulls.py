"""Operations on pull requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.api.comments import check_length
from bot.localhub.bodies import commits
from bot.localhub.bodies import issues as bodies
from bot.localhub.exchange import Answer, Listing, Refused, invalid, not_found
from bot.localhub.state import git, issues, pulls
from bot.localhub.state.merging import methods
from bot.localhub.state.store import NotThere

if TYPE_CHECKING:
    from bot.localhub.exchange import Call, Handlers
    from bot.localhub.state.nouns import Pull, Repository


MOST_COMMITS = 250


def pull_of(call: Call) -> Pull:
    """This function will find the pull request in the path."""
    found = call.repository.pulls.get(call.number("pull_number"))
    if found is None:
        raise not_found()
    return found


def list_pulls(call: Call) -> Listing:
    """This function will list pull requests, newest first."""
    state = call.query.get("state", "open")
    head, base = call.query.get("head"), call.query.get("base")
    found = [
        one
        for one in reversed(call.repository.pulls.values())
        if state in {"all", one.issue.state} and base in {None, one.base_ref} and head in {None, _label(one)}
    ]
    if call.query.get("direction") == "asc":
        found.reverse()
    return Listing(items=found, render=lambda one: bodies.pull_summary(call.store, call.repository, one))


def _label(pull: Pull) -> str:
    owner = pull.head_repository.owner.login if pull.head_repository else "unknown"
    return f"{owner}:{pull.head_ref}"


def get(call: Call) -> Answer:
    """This function will show a pull request, and make GitHub work `mergeable` out."""
    return Answer(body=bodies.pull(call.store, call.repository, pull_of(call)))


def create(call: Call) -> Answer:
    """This function will open a pull request."""
    check_length(call.get("body", str), "PullRequest")
    owner, _, branch = str(call.need("head")).rpartition(":")
    source = call.repository
    if owner and owner != source.owner.login:
        source = call.store.repository(f"{owner}/{source.name}")
    _check_new(call, source, branch)
    try:
        made = pulls.open_pull(
            call.store,
            call.repository,
            title=call.need("title"),
            head=branch,
            author=call.actor,
            base=call.need("base"),
            body=call.get("body", str),
            head_repository=source,
            draft=call.get("draft", bool, default=False),
            app=call.world.app,
        )
    except NotThere as missing:
        field = "base" if str(missing) == call.body["base"] else "head"
        raise invalid("PullRequest", field, "invalid") from missing
    return Answer(status=201, body=bodies.pull(call.store, call.repository, made))


def _check_new(call: Call, source: Repository, branch: str) -> None:
    base, head = call.repository.branches.get(call.need("base")), source.branches.get(branch)
    if any(
        one.issue.state == "open" and one.head_repository is source and one.head_ref == branch
        for one in call.repository.pulls.values()
        if one.base_ref == call.body["base"]
    ):
        raise _custom(f"A pull request already exists for {source.owner.login}:{branch}.")
    if base is not None and head is not None and git.contains(call.store, base, head):
        raise _custom(f"No commits between {call.body['base']} and {branch}")


def _custom(message: str) -> Refused:
    error = {"resource": "PullRequest", "code": "custom", "message": message}
    return Refused(422, "Validation Failed", errors=[error])


def _check_reopening(call: Call, pull: Pull) -> None:
    gone = pull.head_repository is None or pull.head_ref not in pull.head_repository.branches
    if pull.merged or gone or pull.base_ref not in call.repository.branches:
        which = "pull request has been merged" if pull.merged else "branch has been deleted"
        text = f"state cannot be changed. The {which}."
        raise invalid("PullRequest", "state", "invalid", text)


def update(call: Call) -> Answer:
    """This function will edit, retarget, close or reopen a pull request."""
    pull = pull_of(call)
    check_length(call.get("body", str), "PullRequest")
    given = {name: call.get(name, str) for name in ("title", "body")}
    edits = {name: text for name, text in given.items() if text is not None}
    issues.edit_issue(call.store, call.repository, pull.issue, edits, call.actor)
    base = call.get("base", str)
    if base is not None and base not in call.repository.branches:
        raise invalid("PullRequest", "base", "invalid")
    if base is not None:
        pulls.retarget(call.store, call.repository, pull, base, sender=call.actor)
    state = call.get("state", str, pull.issue.state)
    if state not in {"open", "closed"}:
        raise invalid("PullRequest", "state", "invalid")
    if state == "open" and pull.issue.state == "closed":
        _check_reopening(call, pull)
    issues.set_state(call.store, call.repository, pull.issue, state, call.actor)
    return Answer(body=bodies.pull(call.store, call.repository, pull))


def list_files(call: Call) -> Listing:
    """This function will list the files that a pull request changes."""
    pull = pull_of(call)
    found = bodies.pull_changes(call.store, call.repository, pull)
    return Listing(
        items=found, render=lambda one: commits.changed_file(call.store, call.repository, one, pull.head_sha)
    )


def list_commits(call: Call) -> Listing:
    """This function will list a pull request's commits, oldest first; what is beyond the limit is left out."""
    found = methods.own_commits(call.store, call.repository, pull_of(call))[:MOST_COMMITS]
    return Listing(
        items=found, render=lambda sha: commits.commit(call.store, call.repository, call.store.commits[sha])
    )


def of_commit(call: Call) -> Listing:
    """This function will list the pull requests that hold a commit."""
    sha = git.resolve(call.store, call.repository, call.path["commit_sha"]).sha
    found = [
        one
        for one in call.repository.pulls.values()
        if sha in {one.head_sha, *one.landed} or sha in methods.own_commits(call.store, call.repository, one)
    ]
    return Listing(items=found, render=lambda one: bodies.pull_summary(call.store, call.repository, one))


HANDLERS: Handlers = {
    "pulls/create": create,
    "pulls/get": get,
    "pulls/list": list_pulls,
    "pulls/list-commits": list_commits,
    "pulls/list-files": list_files,
    "pulls/update": update,
    "repos/list-pull-requests-associated-with-commit": of_commit,
}
