"""A release that waits for people: the approvals and the freeze of the environment that the policy names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.state import accounts, checks
from bot.releases.model import Stage
from tests.support.releasing import BUILT, POLICY, TAG

if TYPE_CHECKING:
    from bot.localhub.state.reports import CheckRun
    from tests.support.releasing import Shipyard

GATED = (
    f"{POLICY}  environment: production\n"
    "environments:\n"
    "  production:\n"
    "    approvals: {count: 1, from: {users: [bob]}, request: false}\n"
)


def gate_check(yard: Shipyard) -> CheckRun:
    """This function will find the check run of the gate."""
    runs = yard.bot.repository.check_runs.values()
    return next(run for run in runs if run.name == "pilothouse / production")


async def press(yard: Shipyard, identifier: str, *, by: str) -> None:
    """This function will press a button of the gate's check run."""
    user = yard.bot.hub.store.user(by)
    run = gate_check(yard)
    button = next(action for action in run.actions if action["identifier"].startswith(identifier))
    checks.request_action(
        yard.bot.hub.store, yard.bot.repository, run, identifier=button["identifier"], user=user
    )
    await yard.bot.settle()


async def begun(yard: Shipyard, policy: str = GATED) -> None:
    """This function will ask for a release that has to be approved."""
    accounts.set_role(yard.bot.repository, yard.bot.hub.store.user("bob"), "write")
    yard.policy(policy)
    yard.green()
    await yard.say("/release v1.0.0")


async def test_nothing_is_made_before_it_is_approved(yard: Shipyard) -> None:
    """Not even the tag: it would start the workflow."""
    await begun(yard)
    assert yard.bot.repository.tags == {}
    assert yard.releases() == []
    assert "**waiting** · `waiting_for_approval`" in yard.receipts[0]
    assert "press Approve of `pilothouse / production`" in yard.receipts[0]
    await press(yard, "approve", by="bob")
    await yard.build()
    assert not yard.release().draft
    assert Stage.GATED in {event.stage for event in await yard.timeline()}
    assert "Approved and applied" in str(gate_check(yard))


async def test_whoever_asked_does_not_approve(yard: Shipyard) -> None:
    await begun(yard, GATED.replace("[bob]", "[bob, grace]"))
    await press(yard, "approve", by="grace")
    assert yard.bot.repository.tags == {}


async def test_a_rejected_release_makes_nothing(yard: Shipyard) -> None:
    await begun(yard)
    await press(yard, "reject", by="bob")
    assert yard.bot.repository.tags == {}
    assert "**refused** · `rejected`" in yard.receipts[0]
    assert (await yard.row()).stage is Stage.STOPPED


async def test_nobody_decides_in_time(yard: Shipyard) -> None:
    await begun(yard)
    await yard.pass_time(25 * 3600)
    await yard.pass_time(120, times=2)
    assert yard.bot.repository.tags == {}
    assert "**expired** · `gate_expired`" in yard.receipts[0]


async def test_an_approval_that_ran_out_during_the_build_publishes_nothing(yard: Shipyard) -> None:
    """The gate is asked once more right before the publication."""
    await begun(yard, GATED.replace("request: false", "request: false, expires: 1h"))
    await press(yard, "approve", by="bob")
    run = yard.start_build()
    await yard.pass_time()
    yard.upload({**BUILT, "SHA256SUMS": yard.sums(BUILT)})
    await yard.pass_time(2 * 3600)
    await yard.end(run)
    assert yard.release().draft
    assert (await yard.row()).stage is Stage.STOPPED
    assert "**succeeded**" not in yard.receipts[0]


async def test_a_release_is_aborted_while_it_waits(yard: Shipyard) -> None:
    await begun(yard)
    await yard.say("/release abort v1.0.0")
    assert "`release_aborted`" in yard.receipts[0]
    assert yard.bot.repository.tags == {}
    await yard.pass_time(120)
    assert (await yard.row()).stage is Stage.ABORTED


async def test_a_freeze_of_the_environment_holds_for_releases(yard: Shipyard) -> None:
    closed = "    freeze: {windows: [{start: 2026-11-01, end: 2026-11-05, reason: the fair}]}\n"
    await begun(yard, f"{POLICY}  environment: production\nenvironments:\n  production:\n{closed}")
    assert "**refused** · `freeze_window`" in yard.receipts[0]
    assert "the fair" in yard.receipts[0]
    assert TAG not in yard.bot.repository.tags


async def test_an_environment_that_the_policy_does_not_know(yard: Shipyard) -> None:
    """A misspelt environment does not let everything through."""
    await begun(yard, f"{POLICY}  environment: prodcution\nenvironments: {{production: {{}}}}\n")
    assert "unknown_environment" in yard.receipts[0] or "configuration_invalid" in yard.receipts[0]
    assert yard.bot.repository.tags == {}
