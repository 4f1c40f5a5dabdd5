"""Attacks through comments and accidents on the way to an environment, each named after the report that taught it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.localhub.faults import Fault
from bot.localhub.state import accounts, checks, git, pulls, runs
from tests.support.guarded import POLICY, Guarded, guarded

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from bot.localhub.state.nouns import Comment

pytestmark = pytest.mark.no_cover


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """What is tried, and the answer to it; an empty reason: it is no command, and nobody answers."""

    name: str
    learned_from: str
    play: Callable[[Guarded], Awaitable[Comment]]
    reason: str = ""


def _says(login: str, body: str) -> Callable[[Guarded], Awaitable[Comment]]:
    async def play(place: Guarded) -> Comment:
        return await place.says(login, body)

    return play


async def _pushed_before_it_was_read(place: Guarded) -> Comment:
    """The command is written, a commit is pushed, and only then does the bot read the head."""
    asked = place.writes("wren", "/deploy staging")
    place.bot.clock.advance(timedelta(seconds=5))
    place.push("mallory", content="a back door")
    await place.settle()
    return asked


async def _pushed_while_it_waited(place: Guarded) -> Comment:
    place.holds.add("deploy.yml")
    await place.says("amara", "/deploy staging")
    asked = await place.says("wren", "/deploy staging")
    place.begun.clear()
    place.push("mallory", content="a back door")
    await place.settle()
    for run in list(place.bot.repository.runs.values()):
        if run.event == "workflow_dispatch" and run.latest.status != "completed":
            place.finishes(run)
    await place.settle()
    return asked


async def _role_taken_while_it_waited(place: Guarded) -> Comment:
    place.holds.add("deploy.yml")
    await place.says("amara", "/deploy staging")
    asked = await place.says("wren", "/deploy staging")
    (first,) = place.begun
    place.begun.clear()
    accounts.set_role(place.bot.repository, place.user("wren"), "read")
    place.finishes(first)
    await place.settle()
    return asked


async def _from_a_fork(place: Guarded) -> Comment:
    store, repository = place.bot.hub.store, place.bot.repository
    stranger = place.user("stranger")
    theirs = accounts.fork(store, repository, owner=stranger)
    git.push(store, theirs, "gift", files={"basin.txt": "9"}, message="A gift", author=stranger)
    pull = pulls.open_pull(
        store, repository, title="A gift", head="gift", author=stranger, head_repository=theirs
    )
    place.passes(pull.head_sha)
    await place.settle()
    return await place.says("wren", "/deploy staging", number=pull.number)


async def _while_a_check_runs_again(place: Guarded) -> Comment:
    """The newest attempt counts, and it has not ended, although an older one passed."""
    place.holds.add("ci.yml")
    (run,) = [one for one in place.bot.repository.runs.values() if one.head_sha == place.pull.head_sha]
    runs.rerun(place.bot.hub.store, run, actor=place.user("ada"), again=lambda _: True)
    await place.settle()
    return await place.says("wren", "/deploy staging")


async def _without_any_check(place: Guarded) -> Comment:
    git.push(
        place.bot.hub.store,
        place.bot.repository,
        place.pull.head_ref,
        files={"basin.txt": "3"},
        message="Unchecked",
        author=place.user("ada"),
    )
    await place.settle()
    return await place.says("wren", "/deploy staging")


async def _with_the_red_check_on_the_second_page(place: Guarded) -> Comment:
    store, repository = place.bot.hub.store, place.bot.repository
    sha = place.pull.head_sha
    suite = checks.new_suite(store, repository, store.actions_app, sha=sha, branch=place.pull.head_ref)
    red = checks.add_run(store, repository, suite, name="test")
    checks.settle(store, repository, red, status="completed", conclusion="failure")
    for number in range(120):
        each = checks.add_run(store, repository, suite, name=f"other {number}")
        checks.settle(store, repository, each, status="completed", conclusion="success")
    await place.settle()
    return await place.says("wren", "/deploy staging")


async def _while_github_cannot_say_who_that_is(place: Guarded) -> Comment:
    place.bot.hub.faults.add(Fault(kind="status", path=r"/collaborators/wren/permission", status=502))
    return await place.says("wren", "/deploy staging")


async def _while_github_shows_no_checks(place: Guarded) -> Comment:
    place.bot.hub.faults.add(Fault(kind="status", method="GET", path=r"/check-runs", status=500))
    return await place.says("wren", "/deploy staging")


async def _by_a_bot(place: Guarded) -> Comment:
    place.user("helpful[bot]").type = "Bot"
    accounts.set_role(place.bot.repository, place.user("helpful[bot]"), "admin")
    return await place.says("helpful[bot]", "/deploy staging")


ATTACKS = (
    Attack(
        name="a push between comment and execution",
        learned_from="github/branch-deploy#315",
        play=_pushed_before_it_was_read,
        reason="head_moved",
    ),
    Attack(
        name="a push while it waits for its turn",
        learned_from="rhinstaller/anaconda#7250",
        play=_pushed_while_it_waited,
        reason="head_moved",
    ),
    Attack(
        name="the role is taken while it waits for its turn",
        learned_from="zizmorcore/zizmor#935",
        play=_role_taken_while_it_waited,
        reason="not_permitted",
    ),
    Attack(
        name="a pull request from a fork",
        learned_from="github/branch-deploy#373",
        play=_from_a_fork,
        reason="fork_refused",
    ),
    Attack(
        name="a check that runs again",
        learned_from="kubernetes-sigs/prow#337",
        play=_while_a_check_runs_again,
        reason="checks_running",
    ),
    Attack(
        name="no checks at all",
        learned_from="kubernetes-sigs/prow#337",
        play=_without_any_check,
        reason="checks_missing",
    ),
    Attack(
        name="the red check is on the second page",
        learned_from="runatlantis/atlantis#2696",
        play=_with_the_red_check_on_the_second_page,
        reason="checks_failed",
    ),
    Attack(
        name="GitHub cannot say what the person may do",
        learned_from="warestack/watchflow#26",
        play=_while_github_cannot_say_who_that_is,
        reason="could_not_verify",
    ),
    Attack(
        name="GitHub shows no checks",
        learned_from="warestack/watchflow#26",
        play=_while_github_shows_no_checks,
        reason="could_not_verify",
    ),
    Attack(
        name="a role that may only read",
        learned_from="github/branch-deploy#373",
        play=_says("reader", "/deploy staging"),
        reason="not_permitted",
    ),
    Attack(
        name="another commit than the head",
        learned_from="github/branch-deploy#328",
        play=_says("wren", "/deploy staging 0123456"),
        reason="sha_not_head",
    ),
    Attack(name="a bot of a person's name", learned_from="cncf/prow-github-actions#66", play=_by_a_bot),
    Attack(
        name="a longer word than the verb",
        learned_from="bors-ng/bors-ng#173",
        play=_says("wren", "/deployments staging"),
    ),
    Attack(
        name="in a quoted reply",
        learned_from="OCA/oca-github-bot#82",
        play=_says("wren", "> /deploy staging\n\nWhy not?"),
    ),
    Attack(
        name="in a code block",
        learned_from="cncf/prow-github-actions#66",
        play=_says("wren", "Write\n```\n/deploy staging\n```"),
    ),
    Attack(
        name="in inline code",
        learned_from="conda-forge/conda-forge-webservices#411",
        play=_says("wren", "`/deploy staging`"),
    ),
    Attack(
        name="in an HTML comment",
        learned_from="bors-ng/bors-ng#173",
        play=_says("wren", "<!--\n/deploy staging\n-->"),
    ),
    Attack(
        name="in the middle of a line",
        learned_from="cncf/prow-github-actions#66",
        play=_says("wren", "I would not /deploy staging now"),
    ),
)


@pytest.mark.parametrize("attack", ATTACKS, ids=[attack.name for attack in ATTACKS])
async def test_nothing_is_deployed_and_every_refusal_says_why(attack: Attack, tmp_path: Path) -> None:
    async with guarded(tmp_path, policy=POLICY) as place:
        said = await attack.play(place)

        assert place.deployed("staging") == []
        assert place.answer(said) == (("refused", attack.reason) if attack.reason else ("", ""))
