"""The ladder by itself: readings that a test makes, an AWS that is real, agents that answer as a test says."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from bot.audit.effects import note_effect
from bot.budget.model import PAUSE_AGENTS, AgentResult, AgentState, Mode, PauseAgents, Stage
from bot.commands.spec import Services
from bot.config.cost_settings import CostSettings
from bot.config.costing import CostConfig  # noqa: TC001 - msgspec reads the annotations at run time
from bot.costs.aws.accounts import Aws
from bot.costs.ladder.climbing import Climbed, climb
from bot.costs.ladder.rows import actions_of
from bot.costs.model import ActionKind, Forecast, Reading, Reconciliation, Sums
from bot.costs.notices.model import SEND_NOTICE, SendNotice
from bot.costs.services import CostServices
from bot.costs.store.budgets import budget_of, keep_budget, save_budget
from bot.engine.model import Flow, Queue, Start
from bot.page_links import PageLinks
from bot.storage.database import Database
from bot.storage.effects import Effects
from tests.support.clock import Clock
from tests.support.engine import InProcessEngine
from tests.support.looking import ROCKET

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import date
    from pathlib import Path

    from bot.costs.model import Action
    from bot.costs.standing import Budget
    from bot.engine.model import Run

MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
_CLIMB = "climb"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A reading that is to be taken up the ladder, with the configuration that holds."""

    reading: Reading
    config: CostConfig


@dataclass
class Ladder:
    """A repository with a budget, and the ladder as the meter calls it."""

    engine: InProcessEngine
    database: Database
    config: CostConfig
    answers: dict[str, AgentState | None] = field(default_factory=dict)  # by agent; None for none at all
    asked: list[PauseAgents] = field(default_factory=list)
    sent: list[SendNotice] = field(default_factory=list)
    climbed: list[Climbed] = field(default_factory=list)
    looks: int = 0

    @property
    def clock(self) -> Clock:
        """The time of the test."""
        return self.engine.clock

    def reading(self, spent: str, **changes: Any) -> Reading:
        """This function will make a sure reading of now."""
        self.looks += 1
        now, total = self.clock.now, Decimal(spent)
        made = Reading(
            id=f"reading-{self.looks}",
            repository_id=ROCKET.id,
            day=now.date(),
            read_at=now,
            sums=Sums(
                total=total, by_service={}, by_agent={}, by_pull={}, by_environment={}, untagged=Decimal(0)
            ),
            forecast=Forecast(low=total, likely=total, high=total, rate=Decimal(0)),
            limit=Decimal(100),
            stage=Stage.UNDER,
            is_sure=True,
            sources=(),
            gaps=(),
            reconciliation=Reconciliation(days=(), services=(), error=None),
            calls={},
        )
        return replace(made, **changes)

    async def look(self, spent: str, *, after: timedelta = timedelta(minutes=15), **changes: Any) -> Climbed:
        """This function will let time pass and take a reading up the ladder."""
        self.clock.advance(after)
        await self.begin(self.reading(spent, **changes))
        await self.engine.drain()
        return self.climbed[-1]

    async def begin(self, reading: Reading) -> None:
        """This function will hand a reading to the ladder."""
        request = Look(reading=reading, config=self.config)
        start = Start(flow=_CLIMB, run_id=reading.id, request=request, partition="costs", queue=Queue.CLOCK)
        await self.engine.submit([start])

    async def budget(self) -> Budget:
        """This function will read how the budget stands."""
        found = await self.database.read(lambda rows: budget_of(rows, ROCKET.id))
        assert found is not None
        return found

    async def change(self, **changes: Any) -> None:
        """This function will change the budget as people might."""
        changed = replace(await self.budget(), **changes)
        await self.database.write(lambda rows: save_budget(rows, changed))

    async def actions(self, *kinds: ActionKind) -> list[Action]:
        """This function will list what was done today, of some kinds or all but notices."""
        return await self.actions_on(self.clock.now.date(), *kinds)

    async def actions_on(self, day: date, *kinds: ActionKind) -> list[Action]:
        """This function will list what was done on a day."""
        found = await self.database.read(lambda rows: actions_of(rows, ROCKET.id, day))
        return [one for one in found if (one.kind in kinds if kinds else one.kind is not ActionKind.NOTIFY)]

    async def told(self) -> list[str]:
        """This function will list the titles of what people were told today."""
        found = await self.actions(ActionKind.NOTIFY)
        return [one.text.splitlines()[0].strip("*").replace("\\$", "$") for one in found]


@asynccontextmanager
async def ladder(
    folder: Path,
    config: CostConfig,
    *,
    endpoint: str = "",
    repeat_every_step: bool = False,
    allowed: bool = True,
) -> AsyncIterator[Ladder]:
    """This function will open a repository whose limit is enforced."""
    clock = Clock(MORNING)
    database = Database(f"sqlite:///{folder / 'ladder.db'}")
    database.open()
    names = frozenset({ROCKET.full_name}) if allowed else frozenset[str]()
    settings = CostSettings(aws_repositories=names, aws_endpoint_url=endpoint)
    world = Services(
        github=cast("Any", None),  # the report's issue is switched off
        effects=Effects(database, clock, note=note_effect),
        database=database,
        specs=(),
        links=PageLinks(root="https://bot.example.org", key=b"key"),
    )
    services = CostServices(services=world, settings=settings, aws=Aws(settings), clock=clock)

    async def story(run: Run, request: Look) -> None:
        made.climbed.append(await climb(run, request.reading, request.config, services, ROCKET))

    async def pause(run: Run, request: PauseAgents) -> None:
        made.asked.append(request)
        wanted = AgentState.RUNNING if request.is_resume else AgentState.PAUSED
        states = {name: made.answers.get(name, wanted) for name in request.agents}
        if None in states.values():
            return
        results = tuple(AgentResult(agent=name, state=state) for name, state in states.items() if state)
        await run.send(request.answer(results))

    async def send(_: Run, request: SendNotice) -> None:
        made.sent.append(request)

    flows = (
        Flow(name=_CLIMB, request=Look, story=story),
        Flow(name=PAUSE_AGENTS, request=PauseAgents, story=pause),
        Flow(name=SEND_NOTICE, request=SendNotice, story=send),
    )
    engine = InProcessEngine(flows, clock=clock, repeat_every_step=repeat_every_step)
    made = Ladder(engine=engine, database=database, config=config)
    await database.write(lambda rows: keep_budget(rows, ROCKET, config, now=clock.now))
    await made.change(mode=Mode.ENFORCE)
    try:
        yield made
        await engine.restart()
    finally:
        database.close()
