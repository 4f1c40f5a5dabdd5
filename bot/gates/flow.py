"""The stories of gates: evaluated again when something happens, looked through by the clock, told to who waits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import structlog

from bot.commands.model import Refused
from bot.engine.model import Signal
from bot.gates.changes import UnknownGateError, void_comment
from bot.gates.keeper import Keeper
from bot.gates.model import NEWS, About, EvaluateRequest, Gate, News
from bot.gates.store import gates_of_pull, waiting_gates
from bot.github.app import installation_repositories, installations
from bot.github.errors import GitHubError
from bot.github.limits import Priority
from bot.github.models import RepositoryRef  # noqa: TC001 - msgspec reads the annotations at run time

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.commands.spec import Services
    from bot.engine.model import Run
    from bot.gates.starts import PressRequest, PullNews
    from bot.github.client import RepositoryClient
    from bot.recovery.flow import Tick

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class GateKeeping:
    """Tells the stories of gates."""

    services: Services

    async def evaluate(self, run: Run, request: EvaluateRequest) -> None:
        """This function will find out how the gate stands now and tell whoever waits at it."""
        now = await run.now()
        gate = await run.step("evaluate", lambda: self._evaluate(request, now), returns=Gate | None)
        if gate is not None:
            await tell(run, gate, cause=request.cause)

    async def press(self, run: Run, request: PressRequest) -> None:
        """This function will take the word of whoever pressed a button; the check run shows what came of it."""
        now = await run.now()
        gate = await run.step("say", lambda: self._say(request, now), returns=Gate | None)
        if gate is not None:
            await tell(run, gate, cause=request.speech.source)

    async def gates_of_pull(self, run: Run, news: PullNews) -> None:
        """This function will evaluate every gate of the pull request that is not over."""
        now = await run.now()
        gates = await run.step("gates", lambda: self._gates(news, now), returns=tuple[str, ...])
        for gate_id in gates:
            request = EvaluateRequest(
                repository=news.repository, gate_id=gate_id, number=news.number, cause=news.cause
            )
            await run.send(request.start())

    async def sweep(self, run: Run, _tick: Tick) -> None:
        """This function will evaluate every gate that is not over, so that a lost event delays and never loses."""
        now = await run.now()
        found = await run.step("waiting", self._waiting, returns=tuple[EvaluateRequest, ...])
        for request in found:
            again = EvaluateRequest(
                repository=request.repository,
                gate_id=request.gate_id,
                number=request.number,
                cause=f"sweep-{now:%Y%m%dT%H%M%S}",
            )
            await run.send(again.start())

    async def _evaluate(self, request: EvaluateRequest, now: datetime) -> Gate | None:
        repo = self._repository(request.repository)
        try:
            return await Keeper(self.services).evaluate(
                repo, request.gate_id, now=now, is_asked=request.is_asked
            )
        except UnknownGateError:
            _log.info("gate_unknown", gate=request.gate_id)
            return None

    async def _say(self, request: PressRequest, now: datetime) -> Gate | None:
        speech = replace(request.speech, said_at=now)
        try:
            came = await Keeper(self.services).say(self._repository(request.repository), speech, now=now)
        except UnknownGateError:
            _log.info("gate_unknown", gate=speech.gate_id)
            return None
        if isinstance(came, Refused):
            _log.info("press_refused", gate=speech.gate_id, by=speech.person.login, reason=came.reason)
            return None
        return came

    async def _gates(self, news: PullNews, now: datetime) -> tuple[str, ...]:
        repository_id, number = news.repository.id, news.number

        def change(connection: Connection) -> tuple[str, ...]:
            if news.comment is not None:
                void_comment(connection, repository_id, news.comment, now=now)
            return tuple(gate.id for gate in gates_of_pull(connection, repository_id, number))

        return await self.services.database.write(change)

    async def _waiting(self) -> tuple[EvaluateRequest, ...]:
        """The rows do not say through which installation their repository is reached: GitHub does."""
        gates = await self.services.database.read(waiting_gates)
        wanted = {gate.repository_id for gate in gates}
        if not wanted:
            return ()
        reached: dict[int, RepositoryRef] = {}
        for installation_id in await installations(self.services.github.app):
            if wanted <= reached.keys():
                break
            try:
                repositories = await installation_repositories(self.services.github, installation_id)
            except GitHubError as error:  # what one installation does not give must not stop the others
                _log.warning("gate_sweep_broken_off", installation=installation_id, error=str(error))
                continue
            reached |= {each.id: each for each in repositories if each.id in wanted}
        return tuple(
            EvaluateRequest(
                repository=reached[gate.repository_id], gate_id=gate.id, number=gate.number, cause="sweep"
            )
            for gate in gates
            if gate.repository_id in reached
        )

    def _repository(self, ref: RepositoryRef) -> RepositoryClient:
        return self.services.github.repository(ref, priority=Priority.GATE)


async def tell(run: Run, gate: Gate, *, cause: str) -> None:
    """This function will wake the run that waits at the gate; how the gate stands is read there."""
    if gate.run_id:
        news = News(about=About.GATE, text=gate.state)
        await run.send(Signal(run_id=gate.run_id, topic=NEWS, message=news, key=f"gate-{gate.id}-{cause}"))
