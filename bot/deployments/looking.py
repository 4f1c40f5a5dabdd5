"""What a deployment sees at each look at its workflow run: its stage by the jobs, and the plan made within it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.commands.model import Reason, Status
from bot.deployments.canary import ALL
from bot.deployments.health.verification import Stopped
from bot.deployments.model import Stage
from bot.deployments.planning import plan_of
from bot.deployments.render import render_following, render_going, render_unapproved
from bot.deployments.states import has_reached, has_started, part_of, progress_of
from bot.gates.model import GateState

if TYPE_CHECKING:
    from bot.config.policy import PlanConfig, StageJobs
    from bot.deployments.following import Seen
    from bot.deployments.gating import AtGate
    from bot.deployments.underway import Underway
    from bot.gates.model import PlanSummary

_ORDER = tuple(Stage)


@dataclass(slots=True)
class Looking:
    """One workflow run of a deployment, seen from look to look."""

    underway: Underway
    at_gate: AtGate
    plan_config: PlanConfig | None  # where the run itself plans and then waits at the protection rule
    plan: PlanSummary | None = None
    doing: str = ""
    has_stages: bool = False  # whether its jobs are known to be stages

    @property
    def may_apply(self) -> bool:
        """Whether the deployment has said that its environment may be changed."""
        return self.plan_config is None or self.underway.row.stage in {Stage.APPLYING, Stage.VERIFYING}

    def is_close(self) -> bool:
        """This function will say whether the jobs are worth a close look."""
        return self.plan_config is not None or self.has_stages

    async def look(self, seen: Seen) -> Stopped | None:
        """This function will take in how the run stands; what it returns must stop it."""
        if self.plan_config is not None and not self.may_apply:
            stopped = await self._look_at_plan(seen, self.plan_config)
            if stopped is not None:
                return stopped
        if seen.jobs:
            self.has_stages = progress_of(seen.jobs, self._names) is not None or self.has_stages
        if not seen.run.is_completed:
            await self._follow_stage(seen)
        return None

    async def _look_at_plan(self, seen: Seen, config: PlanConfig) -> Stopped | None:
        """See whether the plan is made, and whether it may be applied; GitHub holds the jobs that would."""
        if has_reached(seen.jobs, self._names):
            # somebody with the power to do so let the job past the protection rule
            return Stopped(
                reason=Reason.APPROVALS_MISSING, text=render_unapproved(self.underway.work.rollout)
            )
        if self.plan is None:
            if not part_of(seen.jobs, self._names.plan).has_succeeded:
                return None
            plan = await plan_of(self.underway, seen.run, config)
            if isinstance(plan, Stopped):
                return plan
            return await self._take_plan(plan, seen)
        return await self._go_on()

    async def _take_plan(self, plan: PlanSummary, seen: Seen) -> Stopped | None:
        self.plan = plan
        if self.underway.work.request.plan_only:
            return Stopped(reason=Reason.PLANNED, text="")
        if self.at_gate.is_needed:
            await self.at_gate.open(plan, seen.run.id)
        return await self._go_on()

    async def _go_on(self) -> Stopped | None:
        """Let the run go past the protection rule once the gate is open and nothing else stands against it."""
        state = await self.at_gate.read()
        if state.is_over:
            return self.at_gate.refusal()
        if state is not GateState.APPROVED:
            return None
        stopped = await self.at_gate.confirm()
        if stopped is not None or not self.at_gate.is_open:
            return stopped
        underway = self.underway
        underway.row = replace(underway.row, percent=ALL)
        await underway.enter(Stage.APPLYING, render_going(underway.work.rollout, ALL))
        await self.at_gate.let_pass()
        return None

    @property
    def _names(self) -> StageJobs:
        return self.underway.work.rollout.config.jobs

    async def _follow_stage(self, seen: Seen) -> None:
        """Move on with the furthest job that has begun, never back."""
        underway, rollout = self.underway, self.underway.work.rollout
        progress = progress_of(seen.jobs, self._names) if self.may_apply else None
        doing = progress.text if progress is not None else ""
        text = render_following(rollout, seen.run, doing)
        if progress is not None and _ORDER.index(progress.stage) > _ORDER.index(underway.row.stage):
            await underway.enter(progress.stage, text, seen=seen.run)
        elif doing and doing != self.doing and progress is not None and progress.stage is underway.row.stage:
            await underway.enter(underway.row.stage, text, seen=seen.run)
        elif underway.row.stage is Stage.APPLYING:
            await underway.show(seen.run)
        self.doing = doing
        if underway.row.stage is not Stage.GATED:
            reason = Reason.WORKFLOW_RUNNING if has_started(seen.run) else Reason.DISPATCHED
            await underway.say(Status.RUNNING, reason, text)
