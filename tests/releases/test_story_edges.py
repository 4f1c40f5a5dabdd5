"""The edges of a release: GitHub refuses or is away at an odd moment, a person aborts at another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.faults import Fault
from bot.localhub.state import accounts
from bot.releases.model import Stage
from tests.support.releasing import BUILT, POLICY, TAG

if TYPE_CHECKING:
    from tests.support.releasing import Shipyard

DISPATCHED = "on: {workflow_dispatch: }\n"


async def test_github_refuses_the_draft(yard: Shipyard) -> None:
    """The answer says what GitHub said, and how the release goes on or is given up."""
    yard.bot.hub.faults.add(Fault(kind="status", method="POST", path=r"/releases$", status=403, count=1))
    await yard.say("/release v1.0.0")
    assert "**failed** · `github_refused`" in yard.receipts[0]
    assert "`/release resume v1.0.0` goes on from here" in yard.receipts[0]
    assert (await yard.row()).stage is Stage.STOPPED
    await yard.say("/release resume v1.0.0")
    await yard.build()
    assert not yard.release().draft


async def test_github_is_away_when_it_is_asked_for(yard: Shipyard) -> None:
    """What cannot be read denies; nothing was made, so nothing is to be resumed or taken back."""
    yard.bot.hub.faults.add(Fault(kind="status", method="GET", path=r"/git/ref/tags", status=503, count=3))
    await yard.say("/release v1.0.0")
    assert "**refused** · `could_not_verify`" in yard.receipts[0]
    assert "resume" not in yard.receipts[0]
    assert yard.bot.repository.tags == {}


async def test_it_is_aborted_before_its_workflow_began(yard: Shipyard) -> None:
    await yard.say("/release v1.0.0")
    await yard.say("/release abort v1.0.0")
    assert "`release_aborted`" in yard.receipts[0]
    assert "Nothing of it is left on GitHub." in yard.receipts[0]
    assert yard.releases() == []


async def test_it_is_aborted_while_github_is_away(yard: Shipyard) -> None:
    """The tag cannot be made for a while; the abort is heard in between."""
    yard.bot.hub.faults.add(Fault(kind="status", method="POST", path=r"/git/tags$", status=503, count=3))
    await yard.say("/release v1.0.0")
    await yard.say("/release abort v1.0.0")
    assert "`release_aborted`" in yard.receipts[0]
    await yard.pass_time(60)
    assert yard.bot.repository.tags == {}


async def test_what_an_abort_cannot_take_back_is_taken_back_by_another(yard: Shipyard) -> None:
    """GitHub does not delete the draft: the release stops, and says so; the next abort does it."""
    await yard.say("/release v1.0.0")
    fault = Fault(kind="status", method="DELETE", path=r"/releases/\d+$", status=503, count=3)
    yard.bot.hub.faults.add(fault)
    await yard.say("/release abort v1.0.0")
    assert (await yard.row()).stage is Stage.STOPPED
    assert "`grace` aborted `v1.0.0`." in yard.receipts[0]
    assert yard.release().draft
    await yard.say("/release abort v1.0.0")
    assert yard.releases() == []
    assert yard.bot.repository.tags == {}


async def test_a_dispatched_run_that_github_does_not_tell_of_yet(yard: Shipyard) -> None:
    """The dispatch is accepted, and its run cannot be read for some seconds."""
    yard.workflow(DISPATCHED)
    yard.green()
    yard.bot.hub.faults.add(
        Fault(kind="status", method="GET", path=r"/actions/runs/\d+$", status=404, count=1)
    )
    await yard.say("/release v1.0.0")
    await yard.pass_time(10)
    (run,) = [run for run in yard.bot.repository.runs.values() if run.event == "workflow_dispatch"]
    yard.upload({**BUILT, "SHA256SUMS": yard.sums(BUILT)})
    await yard.end(run)
    assert not yard.release().draft


async def test_a_dispatched_run_that_github_never_tells_of(yard: Shipyard) -> None:
    yard.workflow(DISPATCHED)
    yard.green()
    yard.bot.hub.faults.add(Fault(kind="status", method="GET", path=r"/actions/runs/\d+$", status=404))
    await yard.say("/release v1.0.0")
    await yard.pass_time(60, times=11)
    assert "`workflow_not_started`" in yard.receipts[0]


async def test_a_dispatched_release_is_aborted_before_its_run_is_seen(yard: Shipyard) -> None:
    yard.workflow(DISPATCHED)
    yard.green()
    yard.bot.hub.faults.add(Fault(kind="status", method="GET", path=r"/actions/runs/\d+$", status=404))
    await yard.say("/release v1.0.0")
    await yard.say("/release abort v1.0.0")
    assert "`release_aborted`" in yard.receipts[0]


async def test_the_runs_cannot_be_listed_for_a_while(yard: Shipyard) -> None:
    """The look for the workflow's run fails, and is done again."""
    await yard.say("/release v1.0.0")
    run = yard.start_build()
    yard.bot.hub.faults.add(Fault(kind="status", method="GET", path=r"/actions/runs$", status=503, count=3))
    await yard.pass_time(10)
    await yard.pass_time(10)
    yard.upload({**BUILT, "SHA256SUMS": yard.sums(BUILT)})
    await yard.end(run)
    assert not yard.release().draft


async def test_a_build_that_takes_too_long_and_cannot_be_cancelled(yard: Shipyard) -> None:
    """The release stops all the same."""
    yard.policy(f"{POLICY}  time_limit: 1h\n")
    yard.green()
    await yard.say("/release v1.0.0")
    yard.start_build()
    await yard.pass_time()
    yard.bot.hub.faults.add(Fault(kind="status", method="POST", path=r"/cancel$", status=409))
    await yard.pass_time(3600, times=2)
    assert "`time_limit`" in yard.receipts[0]


async def test_a_cancelled_build(yard: Shipyard) -> None:
    await yard.say("/release v1.0.0")
    run = yard.start_build()
    await yard.pass_time()
    await yard.end(run, "cancelled")
    assert "**failed** · `workflow_cancelled`" in yard.receipts[0]


async def test_a_team_may_release_while_nothing_is_deployed(yard: Shipyard) -> None:
    """Whoever the freeze excepts may release; whoever it does not is told until when."""
    closed = (
        "release: {workflow: null, checks: [], environment: production}\n"
        "environments:\n  production:\n    freeze:\n"
        "      windows: [{start: 2026-11-01, end: 2026-11-05}]\n"
    )
    yard.policy(f"{closed}      allow: {{users: [bob]}}\n")
    await yard.say("/release v1.0.0")
    assert "`freeze_window`" in yard.receipts[0]
    accounts.set_role(yard.bot.repository, yard.grace, "admin")
    yard.policy(f"{closed}      allow: {{users: [grace]}}\n")
    await yard.say("/release v1.0.0")
    assert TAG in yard.bot.repository.tags


async def test_an_unreadable_checksums_file(yard: Shipyard) -> None:
    """A file of megabytes is no list of checksums, and is not read whole."""
    await yard.say("/release v1.0.0")
    await yard.build(sums=b"0" * (5 << 20))
    assert "is no text file of a reasonable size" in yard.receipts[0]
    assert yard.release().draft
