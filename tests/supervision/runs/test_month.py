"""A simulated month: builds whose times scatter as builds do, some of which hang."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import timedelta

from bot.config.supervising import Conduct, RunsConfig
from bot.supervision.runs.hanging import hang_of
from bot.supervision.runs.model import JobFacts, RunFacts
from bot.supervision.runs.seeing import usual_of

TERMS = RunsConfig(conduct=Conduct.ACT)
TICK = 900.0  # seconds
LONGEST = 6 * 3600.0  # after which GitHub itself ends a job of its own runners
USUAL = (120.0, 600.0, 1500.0, 3600.0)  # seconds
BUILDS, HANGS_OF_A_HUNDRED = 150, 2
SCATTER = (
    0.3  # of the logarithm: one in twenty takes more than 1.6 times, or less than 0.6 times the usual time
)


@dataclass
class Month:
    """The builds of one workflow."""

    dice: random.Random
    usual: float
    known: list[float] = field(default_factory=list)  # what took how long, the newest last
    hung: int = 0
    found: int = 0
    mistaken: int = 0

    def live(self) -> None:
        """This function will run all builds, each looked at every quarter of an hour."""
        for _ in range(BUILDS):
            takes = self.usual * self.dice.lognormvariate(0, SCATTER)
            hangs = len(self.known) > 3 and self.dice.random() * 100 < HANGS_OF_A_HUNDRED
            seen = self._watch(takes, stops_at=takes * self.dice.random() if hangs else takes)
            self.hung += hangs
            self.found += hangs and seen
            self.mistaken += seen and not hangs
            if not hangs:
                self.known.append(takes)

    def _watch(self, takes: float, *, stops_at: float) -> bool:
        begins = [0.0, *(self.dice.random() * takes for _ in range(6))]  # of its steps
        at = self.dice.random() * TICK
        while at < (takes if stops_at == takes else LONGEST):
            step = max(begin for begin in begins if begin <= min(at, stops_at))
            if self._hangs(at, at - step):
                return True
            at += TICK
        return False

    def _hangs(self, ran: float, at_step: float) -> bool:
        usual = usual_of(reversed(self.known))
        job = JobFacts(
            name="test",
            status="in_progress",
            ran=timedelta(seconds=ran),
            step="Run",
            at_step=timedelta(seconds=at_step),
            usual=usual.time,
            longest=usual.longest,
        )
        facts = RunFacts(
            run_id=1,
            attempt=1,
            workflow="ci.yml",
            name="CI",
            url="",
            status="in_progress",
            event="push",
            branch="main",
            ran=timedelta(seconds=ran),
            terms=TERMS,
            jobs=(job,),
        )
        return hang_of(facts) is not None


def test_no_healthy_build_counts_as_hung_and_every_hung_one_is_found() -> None:
    """Of 3,000 builds none that gets on is taken for one that hangs, and none that hangs is missed."""
    dice = random.Random(7)  # noqa: S311 - reproducible dice, no secret
    months = [Month(dice, usual) for usual in USUAL * 5]
    for month in months:
        month.live()
    hung, found = sum(month.hung for month in months), sum(month.found for month in months)
    assert sum(month.mistaken for month in months) == 0
    assert hung > 30
    assert found == hung
