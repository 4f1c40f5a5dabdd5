"""What is tried, or happens by accident, so that something is merged that nobody has evidence for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.localhub.state import accounts, git, issues, reviews, runs, statuses
from bot.localhub.state.protections import Rule, Ruleset
from tests.support.merging import POLICY

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.localhub.state.nouns import Pull
    from tests.support.merging import Harbour

AUTOMATIC = 'merge:\n  checks: [test]\n  automatic: [{authors: ["dependabot[bot]"]}]\n'
LABELLED = "merge:\n  checks: [test]\n  label: automerge\n"
BRANCH = "dependabot/npm/rope"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """What is tried, and how the wish stands afterwards; nothing is merged."""

    name: str
    learned_from: str
    play: Callable[[Harbour], Awaitable[int]]  # gives the number of the pull request
    reason: str  # of the wish; "none" where there is none
    policy: str = POLICY


async def while_it_runs_again(here: Harbour) -> int:
    """This function will ask for the merge of what is green, and run it again."""
    run = here.green()
    await here.later()
    runs.rerun(here.bot.hub.store, run, actor=here.bot.ada, again=lambda _: True)
    return await _asked(here)


async def while_another_job_of_its_run_runs_again(here: Harbour) -> int:
    """This function will run a part of what was green again; the old words of the others stand meanwhile."""
    run = here.bot.ci({"test": None, "lint": b"boom\n"})
    await here.later()
    runs.rerun(here.bot.hub.store, run, actor=here.bot.ada, again=lambda job: job.name == "lint")
    return await _asked(here)


async def while_it_still_runs(here: Harbour) -> int:
    """This function will ask for the merge of what has not ended."""
    here.begin()
    return await _asked(here)


async def without_any_check(here: Harbour) -> int:
    """This function will ask for the merge where nothing says which checks count."""
    return await _asked(here)


async def with_a_push_after_the_label(here: Harbour) -> int:
    """This function will push after somebody who may merge has put the label."""
    accounts.set_role(here.bot.repository, here.user("ada"), "read")
    here.label("automerge")
    await here.bot.settle()
    here.push()
    here.green()
    return here.pull.number


async def with_a_push_before_the_label_is_seen(here: Harbour) -> int:
    """This function will push right after the label was put, before the bot has heard of either."""
    accounts.set_role(here.bot.repository, here.user("ada"), "read")
    here.label("automerge")
    here.push()
    here.green()
    return here.pull.number


async def with_a_push_before_the_command_is_seen(here: Harbour) -> int:
    """This function will push right after the command was written, before the bot has heard of either."""
    accounts.set_role(here.bot.repository, here.user("ada"), "read")
    await here.bot.settle()
    store, repository = here.bot.hub.store, here.bot.repository
    issues.write_comment(
        store, repository, here.pull.number, body="/merge --when-green", author=here.user("bob")
    )
    here.bot.clock.advance(timedelta(seconds=2))
    here.push()
    here.green()
    return here.pull.number


async def with_commits_after_the_approval(here: Harbour) -> int:
    """This function will add commits that the reviewer has not seen."""
    _review(here, "bob", "approved")
    here.push(content="3")
    here.green()
    return await _asked(here)


async def with_one_approval_and_one_objection(here: Harbour) -> int:
    """This function will let another one approve what somebody asked changes of."""
    here.green()
    accounts.set_role(here.bot.repository, here.user("wren"), "write")
    _review(here, "wren", "changes_requested")
    _review(here, "bob", "approved")
    return await _asked(here)


async def of_a_draft(here: Harbour) -> int:
    """This function will ask for the merge of what is not finished."""
    here.green()
    here.pull.draft = True
    return await _asked(here)


async def in_spite_of_a_label(here: Harbour) -> int:
    """This function will put a label that stops merges after the wish."""
    run = here.begin()
    number = await _asked(here)
    here.label("do-not-merge")
    await here.bot.settle()
    here.end(run)
    return number


async def with_a_commit_on_a_bots_branch(here: Harbour) -> int:
    """This function will push onto the branch of a bot whose pull requests are merged by themselves."""
    pull = await _by_bot(here)
    here.push(BRANCH, by="bob")
    await here.bot.settle()
    here.green(BRANCH)
    return pull.number


async def with_a_forged_author(here: Harbour) -> int:
    """This function will push a commit in the bot's name onto its branch."""
    pull = await _by_bot(here)
    store, repository = here.bot.hub.store, here.bot.repository
    tip = store.commits[pull.head_sha]
    forged = git.commit(
        store,
        {**tip.files, "x.txt": b"x"},
        parents=(tip.sha,),
        message="Bump rope",
        author=here.user("dependabot[bot]"),
        committer=here.user("bob"),
    )
    git.move_branch(store, repository, BRANCH, forged.sha, here.user("bob"))
    await here.bot.settle()
    here.green(BRANCH)
    return pull.number


async def from_a_branch_named_like_a_bots(here: Harbour) -> int:
    """This function will open a pull request from a branch that is named as if a bot had made it."""
    pull = here.bot.open_pull(BRANCH, by="mallory")
    await here.bot.settle()
    here.green(BRANCH)
    return pull.number


async def by_a_status_of_somebody_else(here: Harbour) -> int:
    """This function will report a check by hand that counts only from one App."""
    bound = {"context": "scan", "integration_id": 4242}
    parameters = {"required_status_checks": [bound], "strict_required_status_checks_policy": False}
    rules = (Rule(type="required_status_checks", parameters=parameters),)
    here.bot.repository.rulesets.append(Ruleset(id=here.bot.hub.store.next_id(), rules=rules))
    here.green()
    new = statuses.NewCommitStatus(state="success", creator=here.user("bob"), context="scan")
    statuses.report(here.bot.hub.store, here.bot.repository, here.pull.head_sha, new)
    return await _asked(here)


async def with_a_policy_of_its_own(here: Harbour) -> int:
    """This function will let the pull request itself say that no check is needed."""
    store, repository = here.bot.hub.store, here.bot.repository
    pull = here.bot.open_pull("policy")
    files = {".github/pilothouse.yml": "merge: {checks: []}\n"}
    git.push(store, repository, "policy", files=files, message="Policy", author=here.bot.ada)
    return await _asked(here, pull.number)


async def before_what_it_depends_on(here: Harbour) -> int:
    """This function will ask for the merge of what needs another one first."""
    here.bot.open_pull("second")
    here.bot.repository.issues[here.pull.number].body = "Depends-On: #2"
    here.green()
    return await _asked(here)


async def of_two_that_wait_for_each_other(here: Harbour) -> int:
    """This function will ask for the merge of one of two that each need the other first."""
    second = here.bot.open_pull("second")
    here.bot.repository.issues[here.pull.number].body = f"Depends-On: #{second.number}"
    here.bot.repository.issues[second.number].body = f"Depends-On: #{here.pull.number}"
    here.green()
    return await _asked(here)


async def onto_a_red_base(here: Harbour) -> int:
    """This function will ask for the merge of what is green alone, while its base is red."""
    here.green()
    here.configure(POLICY + "  quiet: 20s\n")
    await here.bot.settle()
    here.bot.ci({"test": b"boom\n"}, branch="main")
    return await _asked(here)


async def _asked(here: Harbour, number: int = 1) -> int:
    await here.bot.settle()
    await here.say("/merge --when-green", by="bob", number=number)
    return number


async def _by_bot(here: Harbour) -> Pull:
    here.bot.hub.store.user("dependabot[bot]", type="Bot")
    pull = here.bot.open_pull(BRANCH, by="dependabot[bot]")
    await here.bot.settle()
    assert (await here.standing(pull.number)).startswith("waiting")
    return pull


def _review(here: Harbour, login: str, state: str) -> None:
    reviews.submit(here.bot.hub.store, here.bot.repository, here.pull, author=here.user(login), state=state)
