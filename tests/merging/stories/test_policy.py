"""What is merged although nobody asked, what is not merged at certain times, and what the clock does."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.localhub.faults import DeliveryFault
from bot.localhub.state import git, pulls

if TYPE_CHECKING:
    from bot.localhub.state.nouns import Pull
    from tests.support.merging import Harbour

AUTOMATIC = """\
merge:
  checks: [test]
  automatic:
    - authors: ["dependabot[bot]"]
      bump: minor
"""
FREEZE = """\
merge:
  checks: [test]
  freeze:
    windows:
      - cron: "0 9 * * *"
        lasts: 3h
        reason: the inspection
"""


def bump(here: Harbour, title: str) -> Pull:
    """Have a dependency bot open a pull request."""
    bot = here.bot
    author = bot.hub.store.user("dependabot[bot]")
    author.type = "Bot"
    branch = "dependabot/pip/rope-1.3.0"
    git.push(bot.hub.store, bot.repository, branch, files={"rope.txt": "1"}, message=title, author=author)
    return pulls.open_pull(bot.hub.store, bot.repository, title=title, head=branch, author=author)


async def test_a_small_bump_is_merged_when_green_although_nobody_asked(here: Harbour) -> None:
    here.configure(AUTOMATIC)
    pull = bump(here, "Bump rope from 1.2.0 to 1.3.0")
    await here.bot.settle()
    standing = await here.standing(pull.number)
    assert standing.startswith("waiting"), standing
    assert "The policy asks for it" in (here.check(pull.number).summary or "")
    here.green(pull.head_ref)
    await here.later()
    assert pull.merged
    assert here.answers(pull.number) == []


async def test_a_large_bump_is_left_to_people(here: Harbour) -> None:
    here.configure(AUTOMATIC)
    pull = bump(here, "Bump rope from 1.2.0 to 2.0.0")
    here.green(pull.head_ref)
    await here.later()
    assert not pull.merged
    assert await here.standing(pull.number) == "none"


async def test_a_commit_by_somebody_else_ends_the_policys_wish(here: Harbour) -> None:
    """Else whoever may push to a bot's branch has what they like merged."""
    here.configure(AUTOMATIC)
    pull = bump(here, "Bump rope from 1.2.0 to 1.3.0")
    await here.bot.settle()
    here.push(pull.head_ref, by="bob")
    here.green(pull.head_ref)
    await here.later()
    assert not pull.merged
    assert await here.standing(pull.number) == "withdrawn not_automatic"


async def test_a_push_by_the_bot_itself_is_followed(here: Harbour) -> None:
    """It rebases its branches whenever it likes."""
    here.configure(AUTOMATIC)
    pull = bump(here, "Bump rope from 1.2.0 to 1.3.0")
    await here.bot.settle()
    here.push(pull.head_ref, by="dependabot[bot]")
    here.green(pull.head_ref)
    await here.later()
    assert here.answers(pull.number) == []
    assert pull.merged


async def test_a_push_by_the_bot_of_which_nobody_told_is_followed_too(here: Harbour) -> None:
    here.configure(AUTOMATIC)
    pull = bump(here, "Bump rope from 1.2.0 to 1.3.0")
    await here.bot.settle()
    here.bot.hub.faults.add(DeliveryFault(kind="lose"))
    here.push(pull.head_ref, by="dependabot[bot]")
    here.green(pull.head_ref)
    await here.bot.settle()
    await here.sweep()
    await here.later()
    await here.later()
    assert pull.merged


async def test_a_freeze_is_waited_for_to_its_end(here: Harbour) -> None:
    here.configure(FREEZE)
    here.green()
    await here.later()
    assert "`freeze_window`" in await here.say("/merge --when-green")
    assert "the inspection" in (here.check().summary or "")
    assert here.check().status == "in_progress", "time alone will solve it"
    before = len(here.bot.engine.runs)
    await here.later(timedelta(hours=2, minutes=55))
    assert len(here.bot.engine.runs) == before, "no run sleeps for hours"
    await here.sweep()
    assert not here.pull.merged
    await here.later(timedelta(minutes=5))
    assert here.pull.merged


async def test_a_push_starts_the_quiet_time_anew(here: Harbour) -> None:
    here.green()
    await here.say("/merge --when-green")
    await here.later(timedelta(seconds=20))
    here.push()
    here.green()
    await here.later(timedelta(seconds=20))
    assert await here.standing() == "waiting quiet_time"
    await here.later(timedelta(seconds=20))
    assert here.pull.merged


async def test_how_long_it_usually_takes_is_told(here: Harbour) -> None:
    for name in ("one", "two", "three"):
        here.bot.open_pull(name)
        run = here.begin(name)
        number = max(here.bot.repository.pulls)
        await here.say("/merge --when-green", number=number)
        here.bot.clock.advance(timedelta(minutes=4))
        here.end(run)
        await here.later()
        assert here.bot.repository.pulls[number].merged
    here.begin()
    await here.say("/merge --when-green")
    assert "it usually takes 5 min here" in (here.check().summary or "")


async def test_the_decision_is_asked_for_by_the_button_and_by_why(here: Harbour) -> None:
    here.end(here.begin(), red=True)
    await here.later()
    await here.say("/merge --when-green")
    assert "`test` is not green" in await here.presses("bob", "Why")
    assert "`test` is not green" in await here.say("/why merge", by="tess")


async def test_a_check_run_that_is_asked_for_again_is_written_again(here: Harbour) -> None:
    here.begin()
    await here.say("/merge --when-green")
    before = sum(call.operation == "checks/update" for call in here.bot.calls)
    await here.rerequest()
    assert sum(call.operation == "checks/update" for call in here.bot.calls) == before + 1


async def test_a_dry_run_lists_the_conditions_and_does_nothing(here: Harbour) -> None:
    here.begin()
    answer = await here.say("/plan /merge")
    assert "It would wait" in answer
    assert "`test` has not ended" in answer
    assert await here.standing() == "none"


async def test_nonsense_is_answered(here: Harbour) -> None:
    assert "`method_refused`" in await here.say("/merge sideways")
    assert "`bad_flag_value`" in await here.say("/merge --priority soon")
    assert "`nothing_to_cancel`" in await here.say("/merge --cancel")
    assert "`not_permitted`" in await here.say("/merge", by="tess")


async def test_a_mistake_in_the_policy_blocks(here: Harbour) -> None:
    here.green()
    here.configure("merge: {checks: test}\n")
    await here.later()
    assert "`configuration_invalid`" in await here.say("/merge --when-green")
    here.configure()
    await here.later()
    assert here.pull.merged
