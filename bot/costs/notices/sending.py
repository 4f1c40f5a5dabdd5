"""The story of one notice on one channel: noted, sent, sent again after a while, and its failure noted as a gap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.costs.model import ActionState
from bot.costs.notices.chat import post
from bot.costs.notices.model import Attempt, Channel
from bot.costs.notices.store import finish, intend
from bot.markdown import code, escape

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from sqlalchemy import Connection

    from bot.costs.notices.model import SendNotice
    from bot.costs.services import CostServices
    from bot.engine.model import Run

_log = structlog.get_logger()
_PAUSES = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 300, 1200))


class NotSentError(Exception):
    """An attempt failed; what it found out is told apart, so that the ledger of effects has only what was done."""

    def __init__(self, attempt: Attempt) -> None:
        super().__init__(attempt.problem)
        self.attempt = attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Sends notices, with what that needs of the world."""

    services: CostServices
    tls: ssl.SSLContext | None = None  # what a mail server's certificate is held to; None for this machine's

    async def send(self, run: Run, request: SendNotice) -> None:
        """This function will send one notice by one channel, trying for half an hour."""
        now = await run.now()
        what = f"Notice {code(request.notice.key)} by {request.channel} to {_targets(request)}"
        await self._note(run, "noted", lambda connection: intend(connection, request, what, now))
        is_repeat = False
        for number, pause in enumerate((*_PAUSES, None)):
            attempt = await run.step(
                f"send {number}",
                partial(self._attempt, request, number, is_repeat=is_repeat),
                returns=Attempt,
            )
            if attempt.is_sent or attempt.is_final or pause is None:
                break
            is_repeat = is_repeat or attempt.may_have_arrived
            await run.sleep(pause)
        await self._end(run, request, what, attempt)

    async def _end(self, run: Run, request: SendNotice, what: str, attempt: Attempt) -> None:
        now = await run.now()
        if attempt.is_sent:
            state, text = ActionState.DONE, f"{what}: sent."
        else:
            state, text = ActionState.FAILED, f"{what} was not sent."
        if attempt.problem:
            text = f"{text} {_sentence(attempt.problem)}"
            _log.warning("notice_problem", channel=request.channel.value, problem=attempt.problem)
        await self._note(run, "ended", lambda connection: finish(connection, request, state, text, now))

    async def _note(self, run: Run, name: str, change: Callable[[Connection], None]) -> None:
        await run.step(name, lambda: self.services.services.database.write(change), returns=None)

    async def _attempt(self, request: SendNotice, number: int, *, is_repeat: bool) -> Attempt:
        """One attempt; whether one that a crash broke off had arrived, nobody can tell, and the next says so."""
        again = is_repeat

        async def act() -> Attempt:
            attempt = await self._send(request, is_repeat=again)
            if not attempt.is_sent:
                raise NotSentError(attempt)
            return attempt

        async def no_trace() -> None:
            nonlocal again
            again = True

        notice = request.notice
        key = f"notice/{notice.repository.id}/{request.channel}/{notice.key}/{number}"
        try:
            return await self.services.services.effects.once(key, act, read_back=no_trace, returns=Attempt)
        except NotSentError as error:
            return error.attempt

    async def _send(self, request: SendNotice, *, is_repeat: bool) -> Attempt:
        settings = self.services.settings
        if not settings.allows_notices(request.notice.repository.full_name):
            problem = "the operator has not listed the repository in PILOTHOUSE_NOTICE_REPOSITORIES"
            return Attempt(problem=problem, is_final=True)
        if request.channel is Channel.CHAT:
            url = settings.chat_webhooks.get(request.to[0], "")
            if not url:
                problem = f"the operator has set no webhook {request.to[0]} in PILOTHOUSE_CHAT_WEBHOOKS"
                return Attempt(problem=problem, is_final=True)
            return await post(request.notice, url, is_repeat=is_repeat)
        if not settings.smtp_url:
            return Attempt(problem="the operator has not set PILOTHOUSE_SMTP_URL", is_final=True)
        # Few send mail; the others' start shall not wait for its library.
        from bot.costs.notices.mail import mail, message_of  # noqa: PLC0415 - see above

        message = message_of(request.notice, sender=settings.mail_from, to=request.to)
        return await mail(message, settings.smtp_url, tls=self.tls)


def _targets(request: SendNotice) -> str:
    """The webhook's name, or how many addresses: the report is read by more people than may know them."""
    if request.channel is Channel.CHAT:
        return code(request.to[0])
    return "1 address" if len(request.to) == 1 else f"{len(request.to)} addresses"


def _sentence(problem: str) -> str:
    plain = escape(problem)
    return f"{plain[:1].upper()}{plain[1:]}."
