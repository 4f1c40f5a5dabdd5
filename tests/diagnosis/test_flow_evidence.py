"""Each verdict, and each trap around it, played through the bot beside the local GitHub."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.diagnosis import reader
from bot.diagnosis.parsing import LogParser
from bot.localhub.faults import Fault
from bot.localhub.state import accounts, git, pulls, runs
from tests.support.bot import Bot, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.localhub.state.actions import WorkflowRun


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Bot]:
    async with serving(tmp_path) as opened:
        yield opened


def cargo(*tests: str, message: str = "no berth") -> bytes:
    """The log of a run of Rust's test harness in which these tests fail."""
    lines = [f"running {len(tests) + 7} tests", *(f"test {test} ... FAILED" for test in tests)]
    lines += [*(f"test fine::t{number} ... ok" for number in range(7)), "", "failures:", ""]
    for test in tests:
        where = f"thread '{test}' panicked at src/quay.rs:7:5:"
        lines += [f"---- {test} stdout ----", where, message, ""]
    lines.append(f"test result: FAILED. 7 passed; {len(tests)} failed; 0 ignored; 0 measured; 0 filtered out")
    return "\n".join((*lines, "##[error]Process completed with exit code 101.", "")).encode()


def rustc(path: str, code: str) -> bytes:
    """The log of a build that the compiler refuses."""
    lines = [
        "error[E0308]: mismatched types",
        f" --> {path}:7:5",
        "  |",
        f"7 | {code}",
        "  |     ^^^^ expected `u8`",
    ]
    lines += ["", "error: could not compile `boat` (lib) due to 1 previous error"]
    return "\n".join((*lines, "##[error]Process completed with exit code 101.", "")).encode()


BERTH = cargo("quay::berth")
EXIT = b"##[error]Process completed with exit code 1.\n"


async def verdict(bot: Bot, number: int | None = None) -> str:
    """What the summary counts."""
    await bot.settle()
    (standing,) = bot.summaries(number)
    return standing.partition("attempt ")[2].partition(" · ")[2].partition(" · ")[0].splitlines()[0]


async def on_main(bot: Bot, log: bytes | None, job: str = "test") -> WorkflowRun:
    """A new commit of main, built."""
    count = len(bot.repository.runs)
    git.push(bot.hub.store, bot.repository, "main", files={"n": str(count)}, message="N", author=bot.ada)
    run = bot.ci({job: log}, branch="main")
    await bot.settle()
    return run


def again(bot: Bot, run: WorkflowRun, log: bytes | None) -> None:
    """All jobs of a run, once more."""
    runs.rerun(bot.hub.store, run, actor=bot.ada, again=lambda _: True)
    bot.finish(run, {"test": log})


async def test_failed_and_passed_in_two_attempts_is_proven(bot: Bot) -> None:
    run = bot.ci({"test": BERTH}, event="pull_request")
    await bot.settle()
    again(bot, run, None)
    await bot.settle()
    again(bot, run, BERTH)
    assert await verdict(bot) == "1 flaky, proven"


async def test_a_pass_before_the_failure_is_no_less_proof(bot: Bot) -> None:
    run = bot.ci({"test": None})
    await bot.settle()
    again(bot, run, BERTH)
    assert await verdict(bot) == "1 flaky, proven"


@pytest.mark.parametrize("event", ["push", "pull_request"])
async def test_a_pass_of_another_run_proves_nothing(bot: Bot, event: str) -> None:
    """Runs of a pull request build the merge with the base as it was then: another run may build another merge."""
    bot.ci({"test": None}, event=event)
    await bot.settle()
    bot.ci({"test": BERTH}, event="pull_request")
    assert await verdict(bot) == "1 unknown"


async def test_a_job_that_is_absent_on_the_base_is_unknown(bot: Bot) -> None:
    await on_main(bot, None, job="lint")
    bot.ci({"test": BERTH})
    assert await verdict(bot) == "1 unknown"


async def test_the_same_words_of_a_wrapper_excuse_nothing(bot: Bot) -> None:
    await on_main(bot, EXIT)
    bot.ci({"test": EXIT}, event="pull_request")
    assert await verdict(bot) == "1 unknown"


async def test_the_same_error_in_another_file_excuses_nothing(bot: Bot) -> None:
    await on_main(bot, rustc("src/mast.rs", "hoist(mast)"))
    bot.ci({"test": rustc("src/hull.rs", "float(hull)")}, event="pull_request")
    assert await verdict(bot) == "1 new"
    await on_main(bot, rustc("src/hull.rs", "float(hull)"))
    other = bot.open_pull("other", by="bob")
    bot.ci({"test": rustc("src/hull.rs", "float(hull)")}, branch="other", event="pull_request")
    assert await verdict(bot, other.number) == "1 broken base"


async def test_an_old_failure_never_excuses_a_new_one_beside_it(bot: Bot) -> None:
    await on_main(bot, BERTH)
    bot.ci({"test": cargo("quay::berth", "quay::crane")}, event="pull_request")
    assert await verdict(bot) == "1 new"
    assert "not all of it is broken base: quay::crane" in bot.summaries()[0]


async def test_a_base_that_fails_in_more_ways_excuses_one_of_them(bot: Bot) -> None:
    await on_main(bot, cargo("quay::berth", "quay::crane"))
    bot.ci({"test": BERTH}, event="pull_request")
    assert await verdict(bot) == "1 broken base"


async def test_the_same_test_failing_otherwise_is_new_and_said(bot: Bot) -> None:
    await on_main(bot, cargo("quay::berth", message="the crane is missing"))
    bot.ci({"test": BERTH}, event="pull_request")
    assert await verdict(bot) == "1 new"
    assert "the same test failed in another way" in bot.summaries()[0]


async def test_a_renamed_job_is_known_by_its_failure_while_the_base_has_it(bot: Bot) -> None:
    await on_main(bot, BERTH, job="test (1.70)")
    bot.ci({"test (1.71)": BERTH}, event="pull_request")
    assert await verdict(bot) == "1 broken base"
    await on_main(bot, None, job="test (1.71)")
    other = bot.open_pull("other", by="bob")
    bot.ci({"test (1.71)": BERTH}, branch="other", event="pull_request")
    assert await verdict(bot, other.number) == "1 new"


async def test_what_two_others_saw_three_times_is_likely_flaky(bot: Bot) -> None:
    for name, author in (("one", "bob"), ("two", "eve"), ("three", "bob")):
        bot.open_pull(name, by=author)
        bot.ci({"test": BERTH}, branch=name)
    await on_main(bot, None)
    bot.ci({"test": BERTH}, event="pull_request")
    assert await verdict(bot) == "1 flaky, likely"
    assert "seen on 3 other branches in 7 days, by 2 other authors" in bot.summaries()[0]


async def test_what_others_had_from_a_broken_base_is_not_flaky(bot: Bot) -> None:
    """A change that broke the base was taken back, and comes again."""
    await on_main(bot, BERTH)
    for name, author in (("one", "bob"), ("two", "eve"), ("three", "bob")):
        bot.open_pull(name, by=author)
        bot.ci({"test": BERTH}, branch=name)
    await on_main(bot, None)
    bot.ci({"test": BERTH}, event="pull_request")
    assert await verdict(bot) == "1 unknown"
    assert "not before main was broken this way" in bot.summaries()[0]


async def test_what_others_saw_only_after_this_branch_is_not_flaky(bot: Bot) -> None:
    """Without a build of the base, the one who broke it is known by having been the first."""
    bot.ci({"test": BERTH}, event="pull_request")
    for name, author in (("one", "bob"), ("two", "eve"), ("three", "bob")):
        bot.open_pull(name, by=author)
        bot.ci({"test": BERTH}, branch=name)
    await bot.settle()
    bot.push()
    bot.ci({"test": BERTH}, event="pull_request")
    assert await verdict(bot) == "1 unknown"
    assert "not before this branch had it" in bot.summaries()[0]


async def test_a_forks_main_is_not_the_base(bot: Bot) -> None:
    eve = bot.hub.store.user("eve")
    fork = accounts.fork(bot.hub.store, bot.repository, owner=eve)
    git.push(bot.hub.store, fork, "main", files={"x": "1"}, message="Mine", author=eve)
    pull = pulls.open_pull(
        bot.hub.store, bot.repository, title="Mine", head="main", author=eve, head_repository=fork
    )
    workflow = runs.workflow_of(bot.hub.store, bot.repository, "ci.yml", name="CI")
    new = runs.NewRun(
        head_sha=pull.head_sha, head_branch="main", actor=eve, event="pull_request", head_repository=fork
    )
    run = runs.start_run(bot.hub.store, bot.repository, workflow, new, jobs=["test"])
    bot.finish(run, {"test": BERTH})
    await bot.settle()
    bot.ci({"test": BERTH}, event="pull_request")
    assert await verdict(bot) == "1 unknown"


async def test_where_the_branch_left_the_base_is_asked_once_and_may_stay_unknown(bot: Bot) -> None:
    git.push(bot.hub.store, bot.repository, "main", files={"n": "1"}, message="N", author=bot.ada)
    bot.ci({"test": BERTH, "again": BERTH}, branch="main")
    await bot.settle()
    bot.calls.clear()
    bot.ci({"test": BERTH, "again": BERTH})
    assert await verdict(bot) == "2 broken base"
    assert len([call for call in bot.calls if "compare" in call.operation]) == 1
    bot.hub.faults.add(Fault(kind="status", method="GET", path=r".*/compare/.*", status=404))
    other = bot.open_pull("other", by="bob")
    bot.ci({"test": BERTH}, branch="other")
    assert await verdict(bot, other.number) == "1 broken base"


async def test_a_parsers_crash_is_unknown_and_never_the_machines_fault(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(_: object) -> list[object]:
        raise KeyError("berth")

    broken = LogParser(name="broken", signs=("No space left",), read=crash)  # type: ignore[arg-type]  # it never returns
    parsers = (*reader.load_parsers(), broken)
    monkeypatch.setattr(reader, "load_parsers", lambda: parsers)
    run = bot.ci({"test": b"##[error]No space left on device : '/home/runner/x.log'\n"})
    assert await verdict(bot) == "1 unknown"
    assert run.latest.number == 1, "and nothing is started again"


async def test_a_crash_of_the_diagnosis_itself_is_unknown_and_costs_no_summary(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(_: object) -> None:
        raise IndexError("a bug of ours")

    monkeypatch.setattr(reader.LogReader, "finish", crash)
    bot.ci({"test": BERTH})
    assert await verdict(bot) == "1 unknown"
    assert "the diagnosis failed: IndexError" in bot.summaries()[0]


async def test_an_older_run_of_the_base_that_ends_late_does_not_break_it_again(bot: Bot) -> None:
    slow = bot.ci({"test": None}, branch="main", workflow="Other")
    workflow = runs.workflow_of(bot.hub.store, bot.repository, "ci.yml", name="CI")
    new = runs.NewRun(head_sha=slow.head_sha, head_branch="main", actor=bot.ada, event="push")
    late = runs.start_run(bot.hub.store, bot.repository, workflow, new, jobs=["test"])
    await on_main(bot, None)
    bot.finish(late, {"test": BERTH})
    await bot.settle()
    bot.ci({"test": BERTH}, event="pull_request")
    assert await verdict(bot) == "1 new"
