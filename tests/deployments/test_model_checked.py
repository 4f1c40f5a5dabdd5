"""Whatever happens in whatever order, with crashes in any step: one holder, nothing unapproved, always an answer."""

from __future__ import annotations

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.support.harbour_master import APART, WITHIN, HarbourMaster

if TYPE_CHECKING:
    from collections.abc import Coroutine

pytestmark = pytest.mark.no_cover

BRANCHES = st.sampled_from(["feature", "other"])
STEPS = st.sampled_from(
    [
        "facts asked",
        "lease",
        "facts turn",
        "deployment",
        "record created",
        "dispatch plan",
        "record planning",
        "look",
        "plan",
        "open gate",
        "record gated",
        "gate",
        "ask gate",
        "facts apply 1",
        "record applying",
        "renew",
        "dispatch apply",
        "row",
        "cancel",
        "close gate",
        "record succeeded",
        "record failed",
        "record errored",
        "record refused",
        "give back",
        "attend",
    ]
)


class Deployments(RuleBasedStateMachine):
    """Two pull requests want production; people, runners and crashes do what they like."""

    policy = APART

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.loop = asyncio.new_event_loop()
        self.master = HarbourMaster(self.policy)
        self.is_open = False

    def do(self, what: Coroutine[Any, Any, object]) -> None:
        """This function will let it happen."""
        self.loop.run_until_complete(what)

    @initialize()
    def begin(self) -> None:
        """Open the repository."""
        self.do(self.master.open(Path(self.folder.name)))
        self.is_open = True

    @precondition(lambda self: len(self.master.asked) < 4)
    @rule(branch=BRANCHES)
    def deploy(self, branch: str) -> None:
        """Somebody asks for a deployment."""
        self.do(self.master.deploy(branch))

    @rule(branch=BRANCHES)
    def approve(self, branch: str) -> None:
        """Bob approves."""
        self.do(self.master.approve(branch))

    @precondition(lambda self: self.master.open_runs)
    @rule(which=st.integers(0, 3), conclusion=st.sampled_from(["success", "success", "success", "failure"]))
    def work(self, which: int, conclusion: str) -> None:
        """GitHub's runners do something."""
        found = self.master.open_runs
        self.do(self.master.work(found[which % len(found)], conclusion))

    @precondition(lambda self: self.master.plans)
    @rule()
    def plan_again(self) -> None:
        """Somebody has a plan made anew."""
        runs = self.master.world.dispatched
        ended = [run for run in runs if run.workflow.name == "plan.yml" and run.latest.status == "completed"]
        if ended:
            self.do(self.master.plan_again(ended[-1]))

    @rule(branch=BRANCHES)
    def push(self, branch: str) -> None:
        """Somebody pushes."""
        self.do(self.master.push(branch))

    @rule(branch=BRANCHES, text=st.sampled_from(["/reject production", "/cancel production"]))
    def stop(self, branch: str, text: str) -> None:
        """Bob stops what is under way."""
        self.do(self.master.say(branch, text, by="bob"))

    @rule(role=st.sampled_from(["read", "write"]))
    def set_role(self, role: str) -> None:
        """An administrator changes what ada may do."""
        self.do(self.master.set_role(role))

    @rule(seconds=st.sampled_from([15, 120, 1200]))
    def wait(self, seconds: int) -> None:
        """Time passes."""
        self.do(self.master.world.pass_time(seconds))

    @rule(step=STEPS)
    def crash_soon(self, step: str) -> None:
        """The process will die right after the step has acted, before it is recorded."""
        self.master.world.bot.engine.crash_in(step)

    @rule()
    def restart(self) -> None:
        """The process is killed and started again."""
        self.do(self.master.world.bot.engine.restart())
        self.do(self.master.world.bot.settle())

    @invariant()
    def nobody_shares_it(self) -> None:
        """Never two holders, and the tokens by which the environment tells them apart only rise."""
        if self.is_open:
            assert len(self.master.holders()) <= 1
            tokens = self.master.tokens()
            assert tokens == sorted(tokens)

    @invariant()
    def nothing_is_unapproved(self) -> None:
        """Never a plan in the environment that nobody approved."""
        if self.is_open:
            assert self.master.unapproved() == []

    def teardown(self) -> None:
        """Everything ends, and everybody has an answer."""
        try:
            if self.is_open:
                self.do(self.master.finish())
                assert self.master.unanswered() == []
        finally:
            self.do(self.master.close())
            self.loop.close()
            self.folder.cleanup()


class DeploymentsWithin(Deployments):
    """The same, where one workflow plans and applies."""

    policy = WITHIN


CHECKING = settings(
    max_examples=8,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
TestApart = Deployments.TestCase
TestApart.settings = CHECKING
TestWithin = DeploymentsWithin.TestCase
TestWithin.settings = CHECKING
