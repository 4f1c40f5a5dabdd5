"""A release at the gate of the environment that the policy names: opened for its commit, waited at, asked once more."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.commands.model import Reason, Status
from bot.deployments.model import gate_id_of
from bot.gates.keeper import Keeper
from bot.gates.model import Gate, GateState, Opening, Parameter, Subject
from bot.gates.store import gate_by_id
from bot.github.commits import get_commit
from bot.releases.deciding import refused
from bot.releases.model import End, Stage
from bot.releases.render import render_waiting

if TYPE_CHECKING:
    from bot.releases.making.work import Releasing
    from bot.releases.underway import Underway

_POLL = timedelta(minutes=2)
_EXPIRED = {Reason.GATE_EXPIRED}


@dataclass(slots=True)
class AtGate:
    """A release's gate, where its environment asks for approvals; without them everything passes."""

    underway: Underway
    work: Releasing
    gate: Gate | None = None

    async def pass_through(self) -> End | None:
        """This function will wait until everyone needed has approved, and return the end where that does not come."""
        environment = self.work.facts.environment
        if environment is None or not environment.has_approvals:
            return None
        await self._open(environment.name)
        while True:
            gate = await self._read()
            if gate.state is GateState.APPROVED:
                gate = await self._ask()
            if gate.state is GateState.APPROVED:
                return None
            if gate.state.is_over:
                return _closed(gate)
            await self._say_waiting(gate)
            aborted = await self.underway.rest(_POLL)
            if aborted is not None:
                return aborted

    async def confirm(self) -> End | None:
        """This function will ask the gate once more, right before the release is published."""
        if self.gate is None:
            return None
        gate = await self._ask()
        if gate.state is GateState.APPROVED:
            return None
        return _closed(gate) if gate.state.is_over else refused(Reason.APPROVAL_VOID, gate.text)

    async def close(self, end: End) -> None:
        """This function will close the gate because the release is over."""
        if self.gate is None:
            return
        run, gate_id = self.underway.run, self.gate.id
        now, keeper, repo = await run.now(), Keeper(self.work.services), self.work.repo
        await run.step(
            "close gate",
            lambda: keeper.close(repo, gate_id, reason=end.reason, text=end.text, now=now),
            returns=Gate,
        )

    async def _open(self, environment: str) -> None:
        run, request, repo = self.underway.run, self.work.request, self.work.repo
        now, keeper = await run.now(), Keeper(self.work.services)
        tree = await run.step("tree", lambda: _tree(self.work), returns=str)
        opening = Opening(
            id=gate_id_of(run.id),
            number=None,  # it is about a commit, not about the pull request on which it was asked for
            subject=Subject(
                environment=environment,
                head_sha=request.sha,
                tree=tree,
                base_ref=request.branch,
                parameters=(Parameter(name="release", value=request.tag),),
            ),
            requester=request.author,
            run_id=run.id,
        )
        self.gate = await run.step("open gate", lambda: keeper.open(repo, opening, now=now), returns=Gate)
        self.underway.row = replace(self.underway.row, gate_id=self.gate.id)

    async def _read(self) -> Gate:
        """How the gate stands; one whose time is over is asked, for nobody else need have looked since."""
        gate, database = self.gate, self.work.services.database
        if gate is None:
            raise AssertionError("the gate is read after it was opened")
        found = await self.underway.run.step(
            "gate",
            lambda: database.read(lambda connection: gate_by_id(connection, gate.id)),
            returns=Gate | None,
        )
        self.gate = found or replace(gate, state=GateState.CLOSED)
        if self.gate.state is GateState.WAITING and self.gate.expires_at <= await self.underway.run.now():
            return await self._ask()
        return self.gate

    async def _ask(self) -> Gate:
        """Have everything about the gate read again."""
        run, gate = self.underway.run, self.gate
        if gate is None:
            raise AssertionError("the gate is asked after it was opened")
        now, keeper, repo = await run.now(), Keeper(self.work.services), self.work.repo
        self.gate = await run.step("ask gate", lambda: keeper.evaluate(repo, gate.id, now=now), returns=Gate)
        return self.gate

    async def _say_waiting(self, gate: Gate) -> None:
        text = render_waiting(self.work.request, gate, web_url=self.work.facts.web_url)
        if self.underway.row.stage is not Stage.GATED:
            await self.underway.enter(Stage.GATED, text, reason=Reason.WAITING_FOR_APPROVAL)
        await self.underway.say(Status.WAITING, text)


async def _tree(work: Releasing) -> str:
    return (await get_commit(work.repo, work.request.sha)).tree


def _closed(gate: Gate) -> End:
    reason = Reason(gate.reason) if gate.reason in set(Reason) else Reason.APPROVALS_MISSING
    end = refused(reason, gate.text)
    return replace(end, status=Status.EXPIRED) if reason in _EXPIRED else end
