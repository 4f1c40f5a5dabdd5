"""Leases under every order of events that a search can find: never two who change an environment, never a dead end."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.deployments.leases.model import Granted, HoldKind, Locked, Queued
from bot.deployments.leases.rows import line_of
from bot.deployments.leases.rules import contenders, is_expired
from bot.deployments.leases.store import hold, keep, leave, release, renew, replace_expired, take, unhold
from bot.deployments.model import Task
from tests.support.leases import ADA, GRACE, LENGTH, NOW, PLACE, ask, lock, transaction

if TYPE_CHECKING:
    from bot.deployments.leases.model import Ask, Holder, Lease
    from bot.github.models import Actor

pytestmark = pytest.mark.no_cover

NAMES = st.sampled_from(["a", "b", "c", "d"])
# Who asks is told by the name: two people, two pull requests, one rollback.
PEOPLE = {"a": ADA, "b": GRACE, "c": ADA, "d": GRACE}
NUMBERS = {"a": 5, "b": 5, "c": 6, "d": 6}


class Leases(RuleBasedStateMachine):
    """Contenders that ask, dispatch, die and come back, and people who lock."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        folder = self.stack.enter_context(tempfile.TemporaryDirectory())
        self.connection = self.stack.enter_context(transaction(Path(folder)))
        self.now = NOW
        self.count = 0
        self.runs: dict[str, str] = {}  # the present run id of each name
        self.leases: dict[str, Lease] = {}  # what each run believes to have
        self.running: dict[
            int, str
        ] = {}  # workflow runs that have not ended, with the run that dispatched each
        self.highest = 0

    def teardown(self) -> None:
        """Close the database."""
        self.stack.close()

    def asking(self, name: str) -> Ask:
        """What the name asks for at present."""
        run_id = self.runs.setdefault(name, self.fresh(name))
        task = Task.ROLLBACK if name == "d" else Task.DEPLOY
        return ask(run_id, person=PEOPLE[name], number=NUMBERS[name], task=task)

    def fresh(self, name: str) -> str:
        """A run id that was not there before."""
        self.count += 1
        return f"{name}{self.count}"

    @rule(name=NAMES)
    def comes(self, name: str) -> None:
        """A contender asks, for the first time or again."""
        asking = self.asking(name)
        before = line_of(self.connection, PLACE)
        taking = take(self.connection, PLACE, asking, now=self.now)
        run_id = asking.holder.run_id
        if not isinstance(taking, Granted):
            assert isinstance(taking, Locked | Queued)
            assert run_id not in {each.holder.run_id for each in [self.holder()] if each is not None}
            return
        lease = taking.lease
        if before.lease is None or before.lease.token != lease.token:
            assert lease.token > self.highest, "the token did not rise"
            self.highest = lease.token
            assert not self.running, "it was given while a workflow run might still change it"
        self.leases[run_id] = lease

    @rule(name=NAMES)
    def dispatches(self, name: str) -> None:
        """Nothing is dispatched but by who still holds the environment right before."""
        lease = self.leases.get(self.runs.get(name, ""))
        if lease is None:
            return
        number = 100 + self.count
        kept = renew(self.connection, lease, now=self.now, length=LENGTH, workflow_run_id=number)
        if kept is None:
            del self.leases[self.runs[name]]
            return
        others = {run for run in self.running.values() if run != self.runs[name]}
        assert not others, "two change the environment at once"
        self.running = {number: self.runs[name]}  # its own earlier run has ended
        self.count += 1

    @precondition(lambda self: self.running)
    @rule()
    def workflow_ends(self) -> None:
        """What runs in the environment ends."""
        self.running.clear()

    @rule(name=NAMES)
    def gives_back(self, name: str) -> None:
        """A deployment that is done gives its environment back."""
        run_id = self.runs.get(name, "")
        lease = self.leases.get(run_id)
        if lease is None or run_id in self.running.values():
            return
        release(self.connection, lease, now=self.now)
        del self.leases[run_id], self.runs[name]

    @rule(name=NAMES)
    def keeps(self, name: str) -> None:
        """A deployment that is done keeps its environment."""
        run_id = self.runs.get(name, "")
        lease = self.leases.get(run_id)
        if lease is None or run_id in self.running.values():
            return
        keep(self.connection, lease, now=self.now, until=self.now + timedelta(hours=4))
        del self.leases[run_id], self.runs[name]

    @rule(name=NAMES)
    def dies(self, name: str) -> None:
        """Its flow is gone; whatever it dispatched goes on."""
        self.leases.pop(self.runs.pop(name, ""), None)

    @rule(name=NAMES)
    def leaves(self, name: str) -> None:
        """A contender is cancelled."""
        run_id = self.runs.get(name, "")
        if run_id and run_id not in self.leases:
            leave(self.connection, PLACE, run_id, now=self.now)
            del self.runs[name]

    @rule(minutes=st.sampled_from([1, 7, 16]))
    def time_passes(self, minutes: int) -> None:
        """Signs of life get old."""
        self.now += timedelta(minutes=minutes)

    @precondition(lambda self: self.count % 6 == 5)  # seldom: behind a lock little can go wrong
    @rule(person=st.sampled_from([ADA, GRACE]), kind=st.sampled_from([HoldKind.LOCK, HoldKind.FREEZE]))
    def closes(self, person: Actor, kind: HoldKind) -> None:
        """A person locks, or a rollback freezes."""
        holder = lock(self.fresh("lock"), person=person, kind=kind)
        hold(self.connection, PLACE, holder, now=self.now, until=None)

    @rule()
    def opens(self) -> None:
        """Somebody opens what is locked, kept or frozen."""
        line = line_of(self.connection, PLACE)
        waiting = [each.holder for each in line.tickets if each.holder.kind.is_hold]
        lease = line.lease
        if lease is not None and lease.holder.kind.is_hold:
            unhold(self.connection, lease, now=self.now)
        elif lease is not None and waiting:
            unhold(self.connection, held_by(lease, waiting[0]), now=self.now)

    @rule()
    def somebody_replaces_the_silent(self) -> None:
        """As a contender or the sweep does, who has seen that the workflow run is over."""
        lease = self.holder()
        if lease is not None and is_expired(lease, self.now) and not self.running:
            replace_expired(self.connection, lease, now=self.now)

    @invariant()
    def only_one_can_go_on(self) -> None:
        """Of all who believe to have the environment, one can be right."""
        alive = [
            run_id
            for run_id, lease in self.leases.items()
            if (held := self.holder()) is not None
            and held.token == lease.token
            and held.holder.kind is HoldKind.DEPLOY
        ]
        assert len(alive) <= 1

    @invariant()
    def a_free_environment_has_a_next_one(self) -> None:
        """Where nothing holds it, the first living contender that no hold keeps out would get it."""
        line = line_of(self.connection, PLACE)
        if line.lease is not None:
            return
        assert not [each for each in line.tickets if each.holder.kind.is_hold], "a hold waits for nothing"
        for first in contenders(line.tickets, self.now)[:1]:
            name = first.holder.run_id[0]
            if self.runs.get(name) != first.holder.run_id:
                return  # it died a moment ago, and counts for some minutes more
            self.comes(name)
            assert first.holder.run_id in self.leases

    def holder(self) -> Lease | None:
        """Who has the environment."""
        return line_of(self.connection, PLACE).lease


def held_by(lease: Lease, holder: Holder) -> Lease:
    return replace(lease, holder=holder)


TestLeases = Leases.TestCase
TestLeases.settings = settings(
    max_examples=60,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=True,
)
