"""What every action of the limit shares: its row before it is done, its end after, whether it may still be done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.budget.model import STOPS, Mode
from bot.config.terms import parse_duration
from bot.costs.ladder.rows import action_id, finish, intend
from bot.costs.model import Action, ActionState
from bot.costs.store.budgets import budget_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from bot.budget.model import Stops
    from bot.config.costing import CostConfig
    from bot.costs.enforcers.machines import Ended
    from bot.costs.ladder.model import LadderFacts
    from bot.costs.model import ActionKind
    from bot.costs.services import CostServices
    from bot.engine.model import Run
    from bot.github.models import RepositoryRef
    from bot.storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """The limit at work for one reading."""

    run: Run
    services: CostServices
    repository: RepositoryRef
    config: CostConfig
    facts: LadderFacts
    decision_id: str

    @property
    def database(self) -> Database:
        """Where the rows are."""
        return self.services.services.database

    @property
    def is_dry(self) -> bool:
        """Whether the limit only tells what it would do."""
        return self.facts.mode is not Mode.ENFORCE

    async def intend(
        self,
        kind: ActionKind,
        targets: Iterable[str],
        text: str,
        *,
        state: ActionState = ActionState.INTENDED,
    ) -> tuple[Action, ...]:
        """This function will store and note what is going to be done to each target; the text is safe Markdown."""
        now = await self.run.now()
        actions = tuple(
            Action(
                id=action_id(self.facts.reading_id, kind, target),
                repository_id=self.repository.id,
                day=self.facts.day,
                kind=kind,
                target=target,
                state=state,
                reading_id=self.facts.reading_id,
                text=text,
                intended_at=now,
                ended_at=None if state is ActionState.INTENDED else now,
                decision_id=self.decision_id,
            )
            for target in targets
        )

        def store(connection: Connection) -> tuple[Action, ...]:
            return intend(connection, actions)

        name = f"intend {kind} {state}"
        return await self.run.step(name, lambda: self.database.write(store), returns=tuple[Action, ...])

    async def finish(self, ended: Iterable[tuple[Action, Ended]], *, name: str) -> None:
        """This function will store and note how actions ended."""
        now, every = await self.run.now(), tuple(ended)

        def store(connection: Connection) -> None:
            for action, end in every:
                finish(connection, action, end.state, end.text, at=now)

        await self.run.step(f"finish {name}", lambda: self.database.write(store), returns=None)

    async def refuse_late(self, stop: Stops) -> str:
        """This function will say why this may not be done any more, in safe Markdown; "" where it still may.

        Between a reading and what it asks for there may be a crash, a new day, or a person who changed the budget.
        """
        now = self.services.clock()
        if now.date() != self.facts.day:
            return "The day (UTC) is over, and with it what its spend asked for."
        if now - self.facts.now > parse_duration(self.facts.marks.fresh):
            return "The reading that asked for it is too old by now."
        budget = await self.database.read(lambda connection: budget_of(connection, self.repository.id))
        if budget is None or budget.mode is not Mode.ENFORCE:
            return "The limit is not enforced any more."
        if stop not in STOPS[budget.stage_at(now)]:
            return "The budget's stage does not ask for it any more."
        limit = budget.limit_at(now)
        if limit > self.facts.limit:
            return "The limit was raised since, so the next look decides."
        return ""
