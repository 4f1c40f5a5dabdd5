"""In which order pull requests are merged, and what is done to those that come later."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.localhub.state import git, issues, pulls
from bot.localhub.state.protections import Protection, RequiredCheck

if TYPE_CHECKING:
    from bot.localhub.state.nouns import Pull
    from tests.support.merging import Harbour

pytestmark = pytest.mark.no_cover

UP_TO_DATE = "merge:\n  checks: [test]\n  up_to_date: true\n"


def also(here: Harbour, branch: str, *, base: str = "main", body: str = "") -> Pull:
    """Open one more pull request."""
    bot = here.bot
    store, repository = bot.hub.store, bot.repository
    git.move_branch(store, repository, branch, repository.branches[base], bot.ada)
    git.push(store, repository, branch, files={f"{branch}.txt": "1"}, message="Buoy", author=bot.ada)
    return pulls.open_pull(
        bot.hub.store, bot.repository, title="Buoy", head=branch, author=bot.ada, base=base, body=body
    )


async def test_larger_priority_goes_first_then_who_asked_first(here: Harbour) -> None:
    second, third = also(here, "second"), also(here, "third")
    runs = [here.begin(branch) for branch in ("feature", "second", "third")]
    await here.say("/merge --when-green")
    await here.say("/merge --when-green", number=second.number)
    await here.say("/merge --when-green --priority 5", number=third.number)
    assert "It is number 3 for `main`, after #3, #1." in (here.check(second.number).summary or "")
    for run in runs:
        here.end(run)
    await here.later()
    order = [call for call in here.bot.calls if call.operation == "pulls/merge"]
    assert len(order) == 3
    ended = [(await here.wish(number)).ended_at for number in (3, 1, 2)]  # type: ignore[union-attr]
    assert all(here.bot.repository.pulls[number].merged for number in (1, 2, 3))
    assert ended == sorted(ended)  # type: ignore[type-var]


async def test_a_label_may_put_it_before_others(here: Harbour) -> None:
    here.configure("merge:\n  checks: [test]\n  priority_labels: [urgent, soon]\n")
    here.label("soon")
    await here.say("/merge --when-green")
    wish = await here.wish()
    assert wish is not None
    assert wish.priority == 1


async def test_a_label_that_comes_later_puts_it_before_others_too(here: Harbour) -> None:
    here.configure("merge:\n  checks: [test]\n  priority_labels: [urgent]\n")
    second = also(here, "second")
    for branch, number in (("feature", 1), ("second", second.number)):
        here.begin(branch)
        await here.say("/merge --when-green", number=number)
    here.label("urgent", number=second.number)
    await here.bot.settle()
    assert "It is number 1 for `main`" in (here.check(second.number).summary or "")


async def test_only_the_first_in_line_is_brought_up_to_date(here: Harbour) -> None:
    """Each update is a run of CI, which is spent in vain where another is merged before."""
    second = also(here, "second")
    here.configure(UP_TO_DATE)
    here.green()
    here.green("second")
    await here.later()
    await here.say("/merge --when-green")
    await here.say("/merge --when-green", number=second.number)
    await here.later(timedelta(seconds=11))
    assert await here.standing() == "waiting checks_running"
    assert await here.standing(second.number) == "waiting behind_base"
    assert updates(here) == 1
    here.green()
    await here.later()
    assert here.pull.merged
    await here.later(timedelta(seconds=11))
    assert updates(here) == 2
    here.green("second")
    await here.later()
    assert here.bot.repository.pulls[second.number].merged


async def test_a_branch_is_rebased_where_the_policy_says_so(here: Harbour) -> None:
    here.configure(f"{UP_TO_DATE}  update: rebase\n")
    here.green()
    await here.later()
    await here.say("/merge --when-green")
    commit = here.bot.hub.store.commits[here.pull.head_sha]
    assert commit.parents == (here.bot.repository.branches["main"],)
    here.green()
    await here.later()
    assert here.pull.merged


async def test_a_conflict_of_the_update_is_told(here: Harbour) -> None:
    here.configure(UP_TO_DATE)
    here.push("main", by="bob", content="x")
    git.push(
        here.bot.hub.store,
        here.bot.repository,
        "main",
        files={"feature.txt": "other"},
        message="Clash",
        author=here.bot.ada,
    )
    here.green()
    await here.later()
    await here.say("/merge --when-green")
    await here.later()
    assert "conflict" in here.answers()[-1]
    assert here.check().conclusion == "action_required"


async def test_a_branch_of_a_dependency_bot_is_left_to_it(here: Harbour) -> None:
    """It would stop caring for its branch: https://docs.renovatebot.com/updating-rebasing/."""
    here.configure(UP_TO_DATE)
    here.pull.issue.author = here.user("dependabot[bot]")
    here.green()
    await here.later()
    answer = await here.say("/merge --when-green")
    assert "`behind_base`" in answer
    assert "keeps it" in answer
    assert updates(here) == 0


async def test_what_it_depends_on_is_merged_before(here: Harbour) -> None:
    second = also(here, "second", body="Depends-On: #1")
    here.green()
    here.green("second")
    await here.later()
    assert "`dependency_open`" in await here.say("/merge --when-green", number=second.number)
    await here.say("/merge --when-green")
    assert here.pull.merged
    await here.later()
    assert second.merged


async def test_a_stacked_pull_request_comes_after_the_one_it_rests_on(here: Harbour) -> None:
    """The branch is deleted only after what rests on it has the new base, so that GitHub closes nothing."""
    here.configure("merge:\n  checks: [test]\n  delete_branch: true\n")
    above = also(here, "above", base="feature")
    here.green()
    here.green("above")
    await here.later()
    assert "`stacked`" in await here.say("/merge --when-green", number=above.number)
    await here.say("/merge --when-green")
    await here.later()
    assert here.pull.merged
    assert "feature" not in here.bot.repository.branches
    assert above.base_ref == "main"
    await here.later(timedelta(minutes=1))
    assert above.merged


async def test_a_red_base_keeps_all_waiting_but_what_mends_it(here: Harbour) -> None:
    here.green()
    await here.later()
    here.bot.ci({"test": b"boom\n"}, branch="main")
    await here.bot.settle()
    assert "`base_red`" in await here.say("/merge --when-green")
    third = also(here, "mend")
    here.green("mend")
    await here.later()
    assert "`merged`" in await here.say("/merge", number=third.number)
    here.bot.ci({"test": None}, branch="main")
    await here.later()
    assert here.pull.merged


async def test_our_own_check_may_be_required_by_protection(here: Harbour) -> None:
    """GitHub waits for it to be green before it merges, so that it is green before the merge is asked for."""
    here.bot.repository.protections["main"] = Protection(
        checks=(RequiredCheck(context="test"), RequiredCheck(context="pilothouse / merge"))
    )
    here.green()
    await here.later()
    assert "`merged`" in await here.say("/merge")


async def test_an_edited_base_is_followed(here: Harbour) -> None:
    store, repository = here.bot.hub.store, here.bot.repository
    git.push(store, repository, "1.x", files={"x": "1"}, message="One", author=here.bot.ada)
    run = here.begin()
    await here.say("/merge --when-green")
    pulls.retarget(store, repository, here.pull, "1.x", sender=here.bot.ada)
    await here.bot.settle()
    wish = await here.wish()
    assert wish is not None
    assert wish.base_ref == "1.x"
    here.end(run)
    await here.later()
    assert "Merged into `1.x`" in here.answers()[-1]


async def test_a_draft_waits_until_it_is_ready(here: Harbour) -> None:
    here.green()
    here.pull.draft = True
    await here.later()
    assert "`draft`" in await here.say("/merge --when-green")
    here.pull.draft = False
    issues.tell_issue(
        here.bot.hub.store, here.bot.repository, here.pull.issue, "ready_for_review", here.bot.ada
    )
    await here.bot.settle()
    assert here.pull.merged


def updates(here: Harbour) -> int:
    """Count how often GitHub was asked to update a branch."""
    return sum(call.operation == "pulls/update-branch" for call in here.bot.calls)
