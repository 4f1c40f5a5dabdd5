"""A deployment at its gate: opened for exactly what would happen, waited at, asked once more before it applies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.commands.model import Reason, Status
from bot.deployments.deciding import decide
from bot.deployments.health.verification import Stopped
from bot.deployments.model import End, Stage, Task, gate_id_of
from bot.deployments.render import render_policy_changed, render_waiting
from bot.gates.keeper import Keeper
from bot.gates.model import EvaluateRequest, Gate, GateState, Opening, Subject
from bot.gates.store import gate_by_id

if TYPE_CHECKING:
    from bot.deployments.model import Rollout
    from bot.deployments.underway import Underway
    from bot.gates.model import PlanSummary

_POLL = timedelta(minutes=2)


@dataclass(slots=True)
class AtGate:
    """A deployment's gate, where its environment asks for approvals; without them every question is answered yes."""

    underway: Underway
    gate: Gate | None = None
    asked: int = 0  # how often it was decided anew

    @property
    def is_needed(self) -> bool:
        """Whether people must approve."""
        request, rollout = self.underway.work.request, self.underway.work.rollout
        return rollout.config.approvals is not None and request.task is Task.DEPLOY

    async def open(self, plan: PlanSummary | None, workflow_run_id: int | None) -> None:
        """This function will open the gate for this plan; words about another one are void from then on."""
        underway = self.underway
        request, now = underway.work.request, await underway.run.now()
        opening = Opening(
            id=gate_id_of(underway.run.id),
            number=request.number,
            subject=_subject(underway.work.rollout, plan),
            requester=request.author,
            run_id=underway.run.id,
            workflow_run_id=workflow_run_id,
        )
        repo, keeper = underway.work.repo, Keeper(underway.work.services)
        gate = await underway.run.step("open gate", lambda: keeper.open(repo, opening, now=now), returns=Gate)
        underway.row = replace(underway.row, gate_id=gate.id)
        await self._show(gate)

    async def read(self) -> GateState:
        """This function will read how the gate stands, and show it."""
        if self.gate is None:
            return GateState.APPROVED
        gate_id, database = self.gate.id, self.underway.work.services.database
        found = await self.underway.run.step(
            "gate",
            lambda: database.read(lambda connection: gate_by_id(connection, gate_id)),
            returns=Gate | None,
        )
        if found is None:
            return GateState.CLOSED
        if found.state is GateState.WAITING and found.expires_at <= await self.underway.run.now():
            found = await self._ask(gate_id)  # nobody else need have looked at it since
        await self._show(found)
        return found.state

    async def confirm(self) -> Stopped | None:
        """This function will ask everything again right before the deployment applies: the gate, head, role, policy.

        Where the gate is not approved any more, nothing is returned and it waits again; `read` tells.
        """
        underway, run = self.underway, self.underway.run
        work = underway.work
        if self.gate is not None:
            gate = await self._ask(self.gate.id)
            await self._show(gate)
            if gate.state is not GateState.APPROVED:
                return self.refusal() if gate.state.is_over else None
        self.asked += 1
        decided = await decide(run, work.request, services=work.services, moment=f"apply {self.asked}")
        if isinstance(decided, End):
            return Stopped(reason=decided.reason, text=decided.text)
        if _differs(work.rollout, decided.rollout):
            return Stopped(reason=Reason.APPROVAL_VOID, text=render_policy_changed(work.rollout))
        underway.row = replace(underway.row, decision_id=decided.decision_id)
        return None

    @property
    def is_open(self) -> bool:
        """Whether what waits may go through, as far as people are concerned."""
        return self.gate is None or self.gate.state is GateState.APPROVED

    async def let_pass(self) -> None:
        """This function will have the protection rule answered at once for the run that waits at it."""
        gate, request = self.gate, self.underway.work.request
        if gate is not None:
            evaluation = EvaluateRequest(
                repository=request.repository, gate_id=gate.id, number=gate.number, cause="applying"
            )
            await self.underway.run.send(evaluation.start())

    def refusal(self) -> Stopped:
        """This function will say why nothing goes through this gate any more."""
        gate = self.gate
        reason = gate.reason if gate is not None else ""
        known = Reason(reason) if reason in set(Reason) else Reason.APPROVALS_MISSING
        return Stopped(reason=known, text=gate.text if gate is not None else "")

    async def wait(self) -> Stopped | None:
        """This function will wait a while for something to happen at the gate."""
        heard = await self.underway.rest(_POLL)
        return heard if isinstance(heard, Stopped) else None

    async def close(self, end: End) -> None:
        """This function will close the gate because the deployment is over."""
        if self.gate is None:
            return
        underway, gate_id = self.underway, self.gate.id
        now, keeper = await underway.run.now(), Keeper(underway.work.services)
        repo = underway.work.repo
        await underway.run.step(
            "close gate",
            lambda: keeper.close(repo, gate_id, reason=end.reason, text=end.text, now=now),
            returns=Gate,
        )

    async def _ask(self, gate_id: str) -> Gate:
        """Have everything about the gate read again."""
        run, work = self.underway.run, self.underway.work
        now, keeper = await run.now(), Keeper(work.services)
        return await run.step("ask gate", lambda: keeper.evaluate(work.repo, gate_id, now=now), returns=Gate)

    async def _show(self, gate: Gate) -> None:
        self.gate = gate
        underway = self.underway
        if gate.state is GateState.WAITING:
            text = render_waiting(underway.work.rollout, gate)
            if underway.row.stage is not Stage.GATED:
                await underway.enter(Stage.GATED, text)
            await underway.say(Status.WAITING, Reason.WAITING_FOR_APPROVAL, text)


def _subject(rollout: Rollout, plan: PlanSummary | None) -> Subject:
    return Subject(
        environment=rollout.environment,
        head_sha=rollout.sha,
        tree=rollout.tree,
        base_ref=rollout.base_ref,
        parameters=rollout.parameters,
        plan=plan,
    )


def _differs(before: Rollout, now: Rollout) -> bool:
    """Whether something else would happen now than what was planned and approved."""
    policies = [
        (each.config.approvals, each.config.plan, each.config.canary, each.config.jobs)
        for each in (before, now)
    ]
    return policies[0] != policies[1] or replace(before, config=now.config, base_ref=now.base_ref) != now
