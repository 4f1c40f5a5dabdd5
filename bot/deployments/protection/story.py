"""The story of jobs that wait at an environment's protection rule: GitHub is answered, whatever happens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.deployments.protection.facts import Look, gather
from bot.deployments.protection.model import Answer, Asked, Attended, ProtectionRequest, Verdict
from bot.deployments.protection.rules import decide_protection
from bot.deployments.protection.store import answered, ask, may_report, open_asking
from bot.engine.model import Signal
from bot.gates.model import NEWS, About, GateState, News
from bot.gates.store import gate_by_id
from bot.github.errors import GitHubError, NotFound, Unprocessable
from bot.github.limits import Priority
from bot.github.protection import answer_protection, report_protection
from bot.markdown import escape

if TYPE_CHECKING:
    from datetime import datetime

    from bot.commands.spec import Services
    from bot.engine.model import Run
    from bot.gates.flow import GateKeeping
    from bot.gates.model import EvaluateRequest
    from bot.github.client import RepositoryClient

# A job may ask before the bot has written down that it dispatched its run. A deployment moves on within seconds of
# its approval; who waits for people need not look so often.
_AT_ONCE, _SOON, _LATER = timedelta(seconds=3), timedelta(seconds=15), timedelta(minutes=2)
_AT_FIRST, _OFTEN = 2, 40  # looks
_PATIENCE = timedelta(hours=1)  # with trouble that does not end
_MOST_MISTAKES = 3  # of the bot itself, in a row
_log = structlog.get_logger()


async def protect(run: Run, request: ProtectionRequest, *, services: Services) -> None:
    """This function will look at what waits until it can be answered, and answer it."""
    now = await run.now()
    asked = await run.step(
        "ask",
        lambda: services.database.write(lambda connection: ask(connection, request, now=now)),
        returns=Asked,
    )
    guard = _Guard(run=run, request=request, services=services, asked=asked)
    while True:
        attended = await guard.attend()
        if attended.is_told or attended.answer.verdict is Verdict.GONE:
            _log.info("protection_answered", run_id=run.id, verdict=attended.answer.verdict)
            return
        if guard.has_given_up:
            _log.error("protection_not_answered", run_id=run.id, trouble=attended.trouble)
            return
        await guard.wait(attended)


async def evaluate_and_release(
    run: Run, request: EvaluateRequest, *, keeping: GateKeeping, services: Services
) -> None:
    """This function will evaluate a gate, and answer at once for the jobs that wait with it.

    The sweep comes by here too, so that nothing waits for ever behind a run that has died.
    """
    await keeping.evaluate(run, request)
    now = await run.now()
    await run.step("release", lambda: _release(services, request, now=now), returns=None)


async def _release(services: Services, request: EvaluateRequest, *, now: datetime) -> None:
    gate = await services.database.read(lambda connection: gate_by_id(connection, request.gate_id))
    if gate is None or gate.workflow_run_id is None or gate.state is GateState.WAITING:
        return
    asking = ProtectionRequest(
        repository=request.repository,
        workflow_run_id=gate.workflow_run_id,
        environment=gate.subject.environment,
        sender=gate.requester,
        guid=request.cause,
        pull_requests=() if gate.number is None else (gate.number,),
    )
    asked = await services.database.read(lambda connection: open_asking(connection, asking))
    if asked is None:  # not yet, or answered
        return
    repo = services.github.repository(request.repository, priority=Priority.GATE)
    look = Look(request=asking, asked=asked, at=now, run_id=gate.run_id, is_first=False)
    await _attend(services, repo, look)


@dataclass(slots=True)
class _Guard:
    """The looks of one run at what waits."""

    run: Run
    request: ProtectionRequest
    services: Services
    asked: Asked
    looks: int = 0
    mistakes: int = 0
    troubled_since: datetime | None = None
    has_given_up: bool = False
    has_told_follower: bool = False

    async def attend(self) -> Attended:
        """This function will look once, and answer where it can be answered."""
        now = await self.run.now()
        repo = self.services.github.repository(self.request.repository, priority=Priority.GATE)
        look = Look(
            request=self.request,
            asked=self.asked,
            at=now,
            run_id=self.run.id,
            is_first=not self.looks,
        )
        action = partial(_attend, self.services, repo, look)
        if self._is_hopeless(now):
            self.has_given_up = True
            action = partial(_refuse, self.services, repo, look)
        attended = await self.run.step("attend", action, returns=Attended)
        self.looks += 1
        self.mistakes = self.mistakes + 1 if attended.is_ours else 0
        self.troubled_since = (self.troubled_since or now) if attended.trouble else None
        return attended

    async def wait(self, attended: Attended) -> None:
        """This function will let the deployment know that it is waited for, and wait for news."""
        if attended.follower and not self.has_told_follower:
            self.has_told_follower = True
            news = News(about=About.WORKFLOW_RUN, text="waiting")
            await self.run.send(
                Signal(run_id=attended.follower, topic=NEWS, message=news, key=f"waiting-{self.request.guid}")
            )
        pause = _LATER
        if self.looks <= _AT_FIRST:
            pause = _AT_ONCE
        elif attended.follower and self.looks < _OFTEN:
            pause = _SOON
        await self.run.wait(NEWS, timeout=pause, returns=News)

    def _is_hopeless(self, now: datetime) -> bool:
        is_long = self.troubled_since is not None and now - self.troubled_since >= _PATIENCE
        return is_long or self.mistakes >= _MOST_MISTAKES


async def _attend(services: Services, repo: RepositoryClient, look: Look) -> Attended:
    """Read, decide and tell at one go: an old decision is never told after a crash."""
    answer = Answer(verdict=Verdict.WAIT, text="")
    try:
        facts, follower = await gather(services, repo, look)
        answer = decide_protection(facts)
        if answer.verdict is Verdict.WAIT:
            await _report(services, repo, look, answer)
            return Attended(answer=answer, follower=follower)
        await _tell(services, repo, look, answer)
    except GitHubError as error:
        _log.warning("protection_not_looked_at", run_id=look.run_id, error=str(error))
        return Attended(answer=answer, trouble=escape(str(error)))
    except Exception as error:  # noqa: BLE001 - our own mistake must not leave a job waiting for ever
        _log.exception("protection_broken", run_id=look.run_id)
        return Attended(answer=answer, trouble=escape(type(error).__name__), is_ours=True)
    return Attended(answer=answer, is_told=True)


async def _refuse(services: Services, repo: RepositoryClient, look: Look) -> Attended:
    """What cannot be looked at is not let through."""
    text = "It could not be verified whether this may be deployed. Run the jobs again to ask again."
    answer = Answer(verdict=Verdict.REJECT, text=text)
    try:
        await _tell(services, repo, look, answer)
    except GitHubError as error:
        return Attended(answer=answer, trouble=escape(str(error)))
    return Attended(answer=answer, is_told=True)


async def _tell(services: Services, repo: RepositoryClient, look: Look, answer: Answer) -> None:
    """Remember the answer, then give it: a job that asks meanwhile sees that it may have come too late."""
    request = look.request
    await services.database.write(
        lambda connection: answered(connection, request, answer, asked=look.asked, now=look.at)
    )
    if answer.verdict is Verdict.GONE:
        return
    try:
        await answer_protection(
            repo,
            request.workflow_run_id,
            request.environment,
            approved=answer.verdict is Verdict.APPROVE,
            comment=answer.text,
        )
    except (NotFound, Unprocessable) as error:  # nothing waits there: answered before, or cancelled
        _log.info("protection_not_waiting", run_id=look.run_id, error=str(error))


async def _report(services: Services, repo: RepositoryClient, look: Look, answer: Answer) -> None:
    """Say on the run's page how it stands; a report that is lost stays lost."""
    request = look.request
    if not await services.database.write(
        lambda connection: may_report(connection, request, answer.text, now=look.at)
    ):
        return
    try:
        await report_protection(repo, request.workflow_run_id, request.environment, comment=answer.text)
    except GitHubError as error:
        _log.info("protection_not_reported", run_id=look.run_id, error=str(error))
