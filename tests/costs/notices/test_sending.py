"""A notice is sent once by each channel, tried again for half an hour, and what fails is a gap that stops nothing."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from bot.config.cost_settings import CostSettings
from bot.config.costing import CostConfig, NoticesConfig
from bot.costs.model import GapKind
from bot.costs.notices.model import SEND_NOTICE, Channel, SendNotice
from bot.costs.notices.notifying import notify
from bot.costs.notices.sending import Sender
from bot.costs.notices.store import failed_notices
from bot.costs.notices.words import AGAIN
from bot.costs.services import CostServices
from bot.engine.model import Flow, Start
from bot.storage.cost_tables import cost_actions
from bot.storage.database import Database
from bot.storage.effects import Effects
from tests.support.clock import Clock
from tests.support.engine import InProcessEngine
from tests.support.notices import AT, Chat, chat, notice, post_office

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from bot.costs.model import Gap
    from bot.engine.model import Run

CONFIG = CostConfig(notices=NoticesConfig(chat="ops", email=("ada@example.org",)))


@dataclass
class Office:
    """The story of notices in an engine, with rows that can be looked at."""

    engine: InProcessEngine
    database: Database

    async def send(self, request: SendNotice) -> None:
        """This function will have a notice sent, as far as that goes now."""
        await self.engine.submit([request.start()])
        await self.engine.drain()

    async def wait(self, duration: timedelta) -> None:
        """This function will let time pass."""
        self.engine.clock.advance(duration)
        await self.engine.drain()

    async def rows(self) -> list[Any]:
        """This function will read how the notices stand."""
        query = select(cost_actions.c.state, cost_actions.c.text)
        return await self.database.read(lambda rows: [tuple(row) for row in rows.execute(query)])

    async def gaps(self) -> tuple[Gap, ...]:
        """This function will read what did not arrive."""
        request = TO_CHAT.notice
        return await self.database.read(lambda rows: failed_notices(rows, request.repository.id, AT.date()))


LISTED = frozenset({notice().repository.full_name.lower()})
TO_CHAT = SendNotice(notice=notice(), channel=Channel.CHAT, to=("ops",))
TO_MAIL = SendNotice(notice=notice(), channel=Channel.EMAIL, to=("ada@example.org",))


@dataclass
class _Services:
    """The part of the services that notices use."""

    database: Database
    effects: Effects
    extra: Mapping[str, Any] = field(default_factory=dict)


@asynccontextmanager
async def office(folder: Path, settings: CostSettings, *, repeats: bool = False) -> AsyncIterator[Office]:
    """This function will open the story of notices alone."""
    clock = Clock(AT)
    database = Database(f"sqlite:///{folder / 'notices.db'}")
    database.open()
    effects = Effects(database, clock, pauses=(0.0,))
    some: Any = _Services(database, effects)
    nothing: Any = None
    services = CostServices(services=some, settings=settings, aws=nothing, clock=clock)
    sender = Sender(services=services)

    async def tell(run: Run, request: SendNotice) -> None:
        await notify(run, request.notice, config=CONFIG)

    flows = [
        Flow(name=SEND_NOTICE, request=SendNotice, story=sender.send),
        Flow(name="tell", request=SendNotice, story=tell),
    ]
    engine = InProcessEngine(flows, clock=clock, repeat_every_step=repeats)
    try:
        yield Office(engine, database)
        await engine.restart()
    finally:
        database.close()


def told_of(hook: Chat, **changes: Any) -> CostSettings:
    """This function will make the settings of an operator who has set the webhook."""
    return CostSettings(**{"chat_webhooks": {"ops": hook.url}, "notice_repositories": LISTED, **changes})


async def test_a_repository_that_the_operator_has_not_listed_reaches_no_webhook(tmp_path: Path) -> None:
    """A configuration file is not enough to write into the operator's rooms."""
    async with chat() as hook:
        async with office(tmp_path, told_of(hook, notice_repositories=frozenset())) as desk:
            await desk.send(TO_CHAT)
            ((state, text),) = await desk.rows()
        assert state == "failed"
        assert "NOTICE" in text
        assert hook.taken == []


async def test_a_notice_goes_by_every_channel_that_is_configured(tmp_path: Path) -> None:
    async with chat() as hook, post_office() as post:
        mail = {"smtp_url": f"smtp://127.0.0.1:{post.port}", "mail_from": "bot@example.org"}
        async with office(tmp_path, told_of(hook, **mail)) as desk:
            tell = Start(flow="tell", run_id="tell", request=TO_CHAT, partition="p")
            await desk.engine.submit([tell])
            await desk.engine.drain()
            assert len(hook.taken) == 1
            assert len(post.taken) == 1
            assert await desk.gaps() == ()
            assert sorted(state for state, _ in await desk.rows()) == ["done", "done"]


@pytest.mark.parametrize("repeats", [False, True])
async def test_a_notice_is_sent_once(tmp_path: Path, *, repeats: bool) -> None:
    """Asked for twice, and with every step done twice."""
    async with chat() as hook, office(tmp_path, told_of(hook), repeats=repeats) as desk:
        await desk.send(TO_CHAT)
        await desk.send(TO_CHAT)
        assert len(hook.taken) == 1


@pytest.mark.parametrize("step", ["noted", "send 0", "ended"])
async def test_a_crash_at_any_step_sends_it_once(tmp_path: Path, step: str) -> None:
    async with chat() as hook, office(tmp_path, told_of(hook)) as desk:
        desk.engine.crash_in(step)
        await desk.send(TO_CHAT)
        await desk.engine.restart()
        await desk.engine.drain()
        assert len(hook.taken) == 1
        assert await desk.rows() == [("done", "Notice `2026-11-03-80` by chat to `ops`: sent.")]


async def test_a_chat_that_is_down_is_asked_again(tmp_path: Path) -> None:
    async with chat() as hook, office(tmp_path, told_of(hook)) as desk:
        hook.answers = [(503, ""), (429, "rate_limited"), (200, "ok")]
        await desk.send(TO_CHAT)
        assert [state for state, _ in await desk.rows()] == ["intended"]
        await desk.wait(timedelta(seconds=10))
        await desk.wait(timedelta(minutes=1))
        assert [state for state, _ in await desk.rows()] == ["done"]
        assert len(hook.taken) == 3
        assert all(AGAIN not in body["text"] for body in hook.taken)


async def test_what_may_have_arrived_says_so_the_second_time(tmp_path: Path) -> None:
    """A webhook cannot be asked what it took: better told twice than not at all, and the second says what it is."""
    async with chat() as hook, office(tmp_path, told_of(hook)) as desk:
        hook.breaks = 1
        await desk.send(TO_CHAT)
        await desk.wait(timedelta(seconds=10))
        assert [AGAIN in body["text"] for body in hook.taken] == [False, True]


async def test_a_chat_that_stays_down_is_a_gap(tmp_path: Path) -> None:
    async with chat() as hook, office(tmp_path, told_of(hook)) as desk:
        hook.answers = [(503, "")]
        await desk.send(TO_CHAT)
        for pause in (10, 60, 300, 1200):
            await desk.wait(timedelta(seconds=pause))
        (gap,) = await desk.gaps()
        assert gap.kind is GapKind.UNAVAILABLE
        assert gap.text == ("Notice `2026-11-03-80` by chat to `ops` was not sent. The webhook answered 503.")
        assert len(hook.taken) == 5


async def test_what_is_refused_for_good_is_not_tried_again(tmp_path: Path) -> None:
    async with chat() as hook, office(tmp_path, told_of(hook)) as desk:
        hook.answers = [(404, "no_service")]
        await desk.send(TO_CHAT)
        assert len(hook.taken) == 1
        (gap,) = await desk.gaps()
        assert "404 (no\\_service)" in gap.text


@pytest.mark.parametrize(
    ("request_", "setting"), [(TO_CHAT, "PILOTHOUSE_CHAT_WEBHOOKS"), (TO_MAIL, "PILOTHOUSE_SMTP_URL")]
)
async def test_a_channel_that_the_operator_has_not_set_is_a_gap_that_says_so(
    tmp_path: Path, request_: SendNotice, setting: str
) -> None:
    async with office(tmp_path, CostSettings(notice_repositories=LISTED)) as desk:
        await desk.send(request_)
        (gap,) = await desk.gaps()
        assert setting.replace("_", "\\_") in gap.text


async def test_no_row_has_the_secret_address(tmp_path: Path) -> None:
    async with chat() as hook, office(tmp_path, told_of(hook)) as desk:
        hook.answers = [(400, hook.url)]
        await desk.send(TO_CHAT)
        assert all("secret" not in text for _, text in await desk.rows())


async def test_mail_to_many_is_told_by_number(tmp_path: Path) -> None:
    """The report is read by more people than may know the addresses."""
    async with post_office() as post:
        settings = CostSettings(
            smtp_url=f"smtp://127.0.0.1:{post.port}",
            mail_from="bot@example.org",
            notice_repositories=LISTED,
        )
        async with office(tmp_path, settings) as desk:
            many = SendNotice(notice=notice(), channel=Channel.EMAIL, to=("a@example.org", "b@example.org"))
            await desk.send(many)
            assert await desk.rows() == [("done", "Notice `2026-11-03-80` by email to 2 addresses: sent.")]
