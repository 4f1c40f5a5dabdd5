"""What people, GitHub and other pushes do to a train in the middle of its way: nothing untested is merged."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.localhub.faults import Fault
from bot.localhub.state import git
from tests.support.train import API, NEW, TRAINS, station

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.localhub.state.actions import WorkflowRun
    from bot.localhub.state.store import Happening
    from tests.support.train import Station

pytestmark = pytest.mark.no_cover


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Station]:
    """A station whose batches are green together."""
    async with station(tmp_path) as opened:
        yield opened


def is_train(run: WorkflowRun) -> bool:
    return (run.head_branch or "").startswith(TRAINS)


async def waiting_for_ci(here: Station, pulls: int) -> list[int]:
    """Ask for some to be merged, and let CI of their batch begin and not end."""
    numbers = [here.open(f"topic-{n}", {f"{n}.txt": "1"}).number for n in range(pulls)]
    await here.tick()
    here.plays = lambda run: not is_train(run)
    await here.ask(numbers)
    await here.tick()
    assert len(here.waiting) == 1
    return numbers


async def let_on(here: Station) -> None:
    """Let CI end, of what is there and of what comes."""
    here.plays = lambda _: True
    for run in here.waiting:
        if run.latest.status != "completed":
            here.end(run)
    await here.arrive()


def merged(here: Station) -> set[int]:
    return {number for number, pull in here.repository.pulls.items() if pull.merged}


async def test_who_waits_in_a_batch_reads_so(here: Station) -> None:
    one, two = await waiting_for_ci(here, 2)
    assert await here.harbour.standing(one) == "testing in_train"
    wish = await here.harbour.wish(one)
    assert wish is not None
    assert f"together with #{two}" in wish.text
    assert here.harbour.check(one).status == "in_progress"
    assert "**running** · `in_train`" in here.harbour.answers(one)[-1]


async def test_who_is_held_leaves_his_batch_and_the_others_go_on_without_him(here: Station) -> None:
    one, two, three = await waiting_for_ci(here, 3)
    await here.harbour.say("/hold until noon", by="bob", number=two)
    await here.tick()
    assert [run.latest.conclusion for run in here.waiting[:1]] == ["cancelled"]
    await let_on(here)
    assert merged(here) == {one, three}
    assert await here.harbour.standing(two) == "waiting held"
    assert not here.leftovers()


async def test_a_push_by_somebody_who_may_not_merge_takes_it_out(here: Station) -> None:
    one, two = await waiting_for_ci(here, 2)
    here.harbour.push("topic-1", by="mallory", content="evil")
    await here.tick()
    await let_on(here)
    assert merged(here) == {one}
    assert (await here.harbour.standing(two)).startswith("withdrawn")


async def test_a_push_to_the_base_has_everything_tested_again_on_top_of_it(here: Station) -> None:
    numbers = await waiting_for_ci(here, 2)
    here.push_base({"other.txt": "1"})
    await here.tick()
    assert here.waiting[0].latest.conclusion == "cancelled"
    await let_on(here)
    assert merged(here) == set(numbers)
    tested = {run.head_sha for run in here.batches if run.latest.conclusion == "success"}
    assert all("other.txt" in here.files(sha) for sha in tested)


async def test_a_push_in_between_the_merges_of_a_batch_has_the_rest_tested_again(here: Station) -> None:
    """What is merged onto something else than what was tested is not what was tested."""
    numbers = await waiting_for_ci(here, 3)
    pushed: list[str] = []

    def push_once(happening: Happening) -> None:
        if happening.event == "pull_request" and happening.action == "closed" and not pushed:
            pushed.append(here.push_base({API: NEW}))

    here.harbour.bot.hub.store.listeners.append(push_once)
    await let_on(here)
    assert merged(here) == set(numbers)
    assert len(here.batches) == 2
    assert here.files(here.batches[-1].head_sha)[API] == NEW


async def test_two_that_contradict_each_other_are_told_so_and_the_first_is_merged(here: Station) -> None:
    one, two = (here.open(f"topic-{n}", {"same.txt": f"{n}\n"}).number for n in range(2))
    await here.tick()
    here.plays = lambda run: not is_train(run)
    await here.ask([one, two])
    await here.tick()
    wish = await here.harbour.wish(two)
    assert wish is not None
    assert f"It contradicts what goes before it (#{one})" in wish.text
    await let_on(here)
    await here.tick(4)
    assert merged(here) == {one}
    assert await here.harbour.standing(two) == "waiting not_mergeable"
    assert len(here.batches) == 1


async def test_the_word_skip_ci_in_a_commit_keeps_its_batch_from_no_test(here: Station) -> None:
    """A workflow does not run for a push of which any commit's message says so.

    https://docs.github.com/en/actions/managing-workflow-runs/skipping-workflow-runs
    """
    number = here.open("topic", {"1.txt": "1"}).number
    store, repository = here.harbour.bot.hub.store, here.repository
    starts, here.starts = here.starts, lambda _: False
    git.push(
        store,
        repository,
        "topic",
        files={"2.txt": "1"},
        message="Docs [skip ci]",
        author=here.harbour.bot.ada,
    )
    here.starts = starts
    here.harbour.green("topic")
    await here.tick()
    await here.ask([number])
    await here.arrive()
    assert merged(here) == {number}
    assert len(here.batches) == 1
    assert all("[skip ci]" not in store.commits[run.head_sha].message for run in here.batches)


async def test_asking_once_more_does_not_have_a_batch_tested_again(here: Station) -> None:
    one, two = await waiting_for_ci(here, 2)
    await here.harbour.say("/merge --when-green", number=one)
    await here.tick()
    await let_on(here)
    assert merged(here) == {one, two}
    assert len(here.batches) == 1


async def test_a_pull_request_from_a_fork_rides_along(here: Station) -> None:
    number = here.open_fork("mallory", {"fork.txt": "1"}).number
    await here.tick()
    await here.ask([number])
    await here.arrive()
    assert merged(here) == {number}


async def test_checks_that_never_begin_on_the_train_stop_everybody_and_say_what_to_do(here: Station) -> None:
    """A queue without a trigger in the workflow hangs for ever.

    https://github.com/twisted/klein/issues/623
    """
    here.starts = lambda branch: not branch.startswith(TRAINS)
    numbers = [here.open(f"topic-{n}", {f"{n}.txt": "1"}).number for n in range(2)]
    await here.tick()
    await here.ask(numbers)
    await here.arrive()
    for number in numbers:
        assert await here.harbour.standing(number) == "stopped no_evidence"
        wish = await here.harbour.wish(number)
        assert wish is not None
        assert "`pilothouse/train/**`" in wish.text
    assert not here.leftovers()


async def test_checks_that_never_end_count_as_red(here: Station) -> None:
    (number,) = await waiting_for_ci(here, 1)
    here.harbour.bot.clock.advance(timedelta(hours=3))
    await here.arrive()
    assert await here.harbour.standing(number) == "stopped train_red"


async def test_where_the_bot_may_not_make_branches_everybody_reads_why(here: Station) -> None:
    here.harbour.bot.hub.faults.add(Fault(kind="status", method="POST", path="/git/refs$", status=403))
    number = here.open("topic", {"1.txt": "1"}).number
    await here.tick()
    await here.ask([number])
    await here.arrive()
    assert await here.harbour.standing(number) == "stopped github_refused"
    assert "**failed** · `github_refused`" in here.harbour.answers(number)[-1]


async def test_while_github_is_down_the_train_waits(here: Station) -> None:
    here.harbour.bot.hub.faults.add(Fault(kind="status", method="POST", path="/merges$", status=502, count=3))
    number = here.open("topic", {"1.txt": "1"}).number
    await here.tick()
    await here.ask([number])
    await here.arrive()
    assert merged(here) == {number}
    assert len(here.batches) == 1


async def test_a_train_that_is_taken_out_of_the_policy_lets_everybody_go(here: Station) -> None:
    numbers = await waiting_for_ci(here, 2)
    here.harbour.configure("merge:\n  checks: [test]\n  method: squash\n")
    await let_on(here)
    await here.tick(4)
    assert merged(here) == set(numbers)
    assert not here.leftovers()
