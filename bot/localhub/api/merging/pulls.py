"""Operations that merge: a pull request into its base, a base into a pull request, a ref into a branch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.access import covers
from bot.localhub.api.pulls import pull_of
from bot.localhub.api.workflow_files import check_change
from bot.localhub.bodies import commits as bodies
from bot.localhub.bodies import repositories
from bot.localhub.exchange import Answer, Refused, not_found
from bot.localhub.state import git, pulls
from bot.localhub.state.merging import combine, methods, refs, required, rules, updating
from bot.localhub.state.protections import METHODS
from bot.localhub.state.store import NotThere

if TYPE_CHECKING:
    from bot.localhub.exchange import Call, Handlers
    from bot.localhub.state.nouns import Commit, Pull

_NAMES = {"merge": "Merge commits", "squash": "Squash merges", "rebase": "Rebase merges"}


def check_merged(call: Call) -> Answer:
    """This function will say whether a pull request was merged."""
    if not pull_of(call).merged:
        raise not_found()
    return Answer(status=204)


def merge(call: Call) -> Answer:
    """This function will merge a pull request, if it still stands at the expected SHA and nothing forbids it."""
    pull = pull_of(call)
    how = _how(call)
    sha = call.get("sha", str)
    if sha is not None and sha != pull.head_sha:
        raise Refused(409, "Head branch was modified. Review and try the merge again.")
    if pull.merged or pull.issue.state == "closed" or pull.conflict:
        raise Refused(405, "Pull Request is not mergeable")
    if pull.draft:
        raise Refused(405, "Pull Request is still a draft")
    _check_method(call, pull, how.method)
    refusal = required.refusal(call.store, call.repository, pull, call.actor)
    if refusal is not None:
        raise Refused(405, refusal)
    made = methods.merge_commit(call.store, call.repository, pull, how)
    if made is None:
        cannot = "This branch can't be rebased" if how.method == "rebase" else "Pull Request is not mergeable"
        raise Refused(405, cannot)
    check_change(call, call.store.commits[call.repository.branches[pull.base_ref]].files, made.files)
    pulls.land(call.store, call.repository, pull, made.sha, sender=call.actor)
    body = {"sha": made.sha, "merged": True, "message": "Pull Request successfully merged"}
    return Answer(body=body)


def _how(call: Call) -> methods.Merging:
    method = call.get("merge_method", str, "merge")
    if method not in METHODS:
        raise Refused(422, f"Invalid request.\n\n{method} is not a member of {', '.join(METHODS)}.")
    return methods.Merging(
        method=method,
        sender=call.actor,
        title=call.get("commit_title", str),
        message=call.get("commit_message", str),
    )


def _check_method(call: Call, pull: Pull, method: str) -> None:
    if not call.repository.merge_settings.allows(method):
        raise Refused(405, f"{_NAMES[method]} are not allowed on this repository.")
    base = pull.base_ref
    classic = rules.classic_demands(call.repository, base, call.actor)
    if method not in classic.methods:
        raise Refused(405, f"{_NAMES[method]} are not allowed on this repository.")
    if method not in rules.ruled_demands(call.repository, base, call.actor).methods:
        text = "This branch must not contain merge commits."
        raise Refused(405, f"{required.VIOLATIONS}\n\n{text}\n\n")


def update_branch(call: Call) -> Answer:
    """This function will merge the base into a pull request's branch."""
    pull = pull_of(call)
    expected = call.get("expected_head_sha", str)
    problem = updating.problem(call.store, call.repository, pull, expected)
    if problem is not None:
        raise Refused(422, problem)
    writes = covers(call.identity.permissions, "contents", "write")
    if pull.head_repository is not None and not (writes and call.identity.sees(pull.head_repository)):
        raise Refused(403, "Resource not accessible by integration")
    made = updating.merged(call.store, call.repository, pull, call.actor)
    if made is None:
        raise Refused(422, "merge conflict between base and head")
    check_change(call, call.store.commits[pull.head_sha].files, made.files)
    updating.move(call.store, pull, made, call.actor)
    url = f"{repositories.api_url(call.store, call.repository)}/pulls/{pull.number}"
    return Answer(status=202, body={"message": "Updating pull request branch.", "url": url})


def merge_refs(call: Call) -> Answer:
    """This function will merge a branch or commit into a branch."""
    base, head_name = call.need("base"), call.need("head")
    if base not in call.repository.branches:
        raise Refused(404, "Base does not exist")
    try:
        head = git.resolve(call.store, call.repository, head_name)
    except NotThere:
        raise Refused(404, "Head does not exist") from None
    tip = call.store.commits[call.repository.branches[base]]
    if git.contains(call.store, tip.sha, head.sha):
        return Answer(status=204)
    message = call.get("commit_message", str, f"Merge {head_name} into {base}")
    made = _merged(call, tip, head, message)
    forbidden = refs.against_move(call.store, call.repository, base, made.sha, call.actor)
    if forbidden is not None:
        raise Refused(403, forbidden)
    check_change(call, tip.files, made.files)
    git.move_branch(call.store, call.repository, base, made.sha, call.actor)
    return Answer(status=201, body=bodies.commit(call.store, call.repository, made))


def _merged(call: Call, tip: Commit, head: Commit, message: str) -> Commit:
    tree = combine.merged_tree(call.store, tip, head)
    if tree is None:
        raise Refused(409, "Merge conflict")
    parents = tip.sha, head.sha
    return git.commit(call.store, tree, parents=parents, message=message, author=call.actor)


HANDLERS: Handlers = {
    "pulls/check-if-merged": check_merged,
    "pulls/merge": merge,
    "pulls/update-branch": update_branch,
    "repos/merge": merge_refs,
}
