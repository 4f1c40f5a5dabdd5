"""What a merged pull request comes to as commits, how those are put elsewhere, and what is made of them there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.commands.model import Refused
from bot.commands.reasons import Reason
from bot.markdown import code
from bot.picking.model import Change, Kind, Side, ThreeWay, Way

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.github.commit_models import Commit, GitCommit
    from bot.picking.model import Pick

MOST_BRANCHES = 10
_PREFIX = "pilothouse"
# https://git-scm.com/docs/git-check-ref-format
_NOT_IN_BRANCH = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|/\.|\.lock(/|$)|^[-/.]|[/.]$|^@$")
_LONGEST_TITLE = 256  # https://github.com/orgs/community/discussions/6097
# What keeps workflows from running; on a pull request that would keep its checks from ever being green
# https://docs.github.com/en/actions/managing-workflow-runs/skipping-workflow-runs
_SKIP = re.compile(r"\[(skip ci|ci skip|no ci|skip actions|actions skip)\]", re.IGNORECASE)
_SKIP_TRAILER = re.compile(r"^skip-checks: ?true\n?", re.IGNORECASE | re.MULTILINE)
_TRAILER = re.compile(r"^[A-Za-z0-9-]+: \S")


def read_branches(text: str) -> tuple[str, ...] | Refused:
    """This function will read the branches that were named, each once."""
    branches = tuple(dict.fromkeys(text.split()))
    if len(branches) > MOST_BRANCHES:
        said = f"At most {MOST_BRANCHES} branches at a time; write the rest in another comment."
        return Refused(reason=Reason.TOO_MANY_ARGUMENTS, text=said)
    for branch in branches:
        if _NOT_IN_BRANCH.search(branch):
            return Refused(reason=Reason.BRANCH_MISSING, text=f"{code(branch)} cannot be a branch's name.")
    return branches


def way_of(merged: GitCommit, commits: Sequence[Commit]) -> Way | None:
    """This function will say how a pull request of these commits became this commit; None where one more must be read.

    GitHub does not tell. Two parents are a merge; of one commit there is nothing to tell apart; of several, a rebase
    ends with the message of the last one, and a squash has a message of its own.
    """
    if len(merged.parents) > 1:
        return Way.MERGE
    plain = [commit for commit in commits if len(commit.parents) == 1]
    if len(plain) < 2:  # noqa: PLR2004 - one commit, squashed or rebased
        return Way.SQUASH
    return None if _same(merged.message, plain[-1].message) else Way.SQUASH


def is_rebase(chain: Sequence[GitCommit], commits: Sequence[Commit]) -> bool:
    """This function will say whether a chain of commits, oldest first, is the pull request's own, one by one."""
    plain = [commit for commit in commits if len(commit.parents) == 1]
    return len(chain) == len(plain) and all(
        _same(made.message, own.message) for made, own in zip(chain, plain, strict=True)
    )


def _same(one: str, other: str) -> bool:
    return one.strip() == other.strip()


def merge_message(title: str, number: int, commits: Sequence[Commit]) -> str:
    """This function will word the one commit that stands for a merge commit, with everybody who wrote on it."""
    lines = [f"{' '.join(title.split())} (#{number})"]
    authors = dict.fromkeys(
        (commit.author.login if commit.author else commit.author_email, commit.author_email)
        for commit in commits
    )
    others = [f"Co-authored-by: {name} <{email}>" for name, email in list(authors)[1:] if email]
    return "\n\n".join([*lines, *(["\n".join(others)] if others else [])])


def picked_message(pick: Pick) -> str:
    """This function will word the commit that is made of a picked one, as `git cherry-pick -x` does.

    An instruction to skip the workflows was meant for the branch where it was written, and loses its force.
    """
    message = _without_skip(pick.message).rstrip()
    last = message.rpartition("\n\n")[2].splitlines()
    joins = "\n\n" in message and all(_TRAILER.match(line) for line in last)
    return f"{message}{chr(10) if joins else chr(10) * 2}(cherry picked from commit {pick.sha})\n"


def _without_skip(message: str) -> str:
    return _SKIP_TRAILER.sub("", _SKIP.sub(r"(\1)", message))


def revert_title(title: str) -> str:
    """This function will name the opposite of a change, and of an opposite the change again, as git does."""
    plain = " ".join(title.split())
    inner = re.fullmatch(r'Revert "(.*)"', plain)
    return f'Reapply "{inner[1]}"' if inner else f'Revert "{plain}"'


def revert_message(change: Change) -> str:
    """This function will word the commit that undoes a change."""
    title = _without_skip(revert_title(change.title))
    named = "\n".join(f"This reverts commit {pick.sha}." for pick in reversed(change.picks))
    return f"{title}\n\n{named}\n\nReverts #{change.number}\n"


def forward(pick: Pick, ours_tree: str) -> ThreeWay:
    """This function will say which three-way merge puts a commit's change onto another tree."""
    return ThreeWay(
        base=pick.parent,
        base_tree=pick.parent_tree,
        ours=Side(tree=ours_tree),
        theirs=Side(tree=pick.tree, sha=pick.sha),
    )


def backward(picks: Sequence[Pick], ours_tree: str) -> ThreeWay:
    """This function will say which three-way merge takes consecutive commits out of a tree again."""
    return ThreeWay(
        base=picks[-1].sha,
        base_tree=picks[-1].tree,
        ours=Side(tree=ours_tree),
        theirs=Side(tree=picks[0].parent_tree),
    )


def obvious_tree(way: ThreeWay) -> str | None:
    """This function will return what a three-way merge comes to where one needs no merging to know it."""
    if way.ours.tree == way.base_tree:
        return way.theirs.tree
    if way.theirs.tree in {way.base_tree, way.ours.tree}:
        return way.ours.tree
    return None


def head_branch(kind: Kind, number: int, target: str) -> str:
    """This function will name the branch of the pull request; no two of them can be in each other's way."""
    where = f"{kind}/{target}" if kind is Kind.BACKPORT else str(kind)
    return f"{_PREFIX}/{where}/pr-{number}"


def scratch_branch(kind: Kind, number: int, target: str) -> str:
    """This function will name the branch on which GitHub merges; it is gone when the work is done."""
    return f"{_PREFIX}/scratch/{kind}/{target}/pr-{number}"


def pull_title(kind: Kind, change: Change, target: str) -> str:
    """This function will name the pull request."""
    title = revert_title(change.title) if kind is Kind.REVERT else " ".join(change.title.split())
    full = title if kind is Kind.REVERT else f"[{target}] {title} (#{change.number})"
    return full if len(full) <= _LONGEST_TITLE else f"{full[: _LONGEST_TITLE - 1]}…"
