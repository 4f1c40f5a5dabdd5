"""Many things in any order, some of them unheard: the gate is open exactly when enough others stand by their word."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from bot.gates.model import GateState
from bot.localhub.faults import DeliveryFault
from bot.localhub.state import accounts, git, pulls
from tests.support.gates import plan

if TYPE_CHECKING:
    from bot.localhub.state.nouns import Comment
    from tests.support.gates import AtGate

pytestmark = pytest.mark.no_cover

NEEDED = 2
EVENTS = 24
OTHERS = ("bob", "eve", "zoe")


@dataclass
class Walk:
    """A walk of random events, and what must follow from them."""

    here: AtGate
    dice: random.Random
    said: list[tuple[str, Comment]] = field(default_factory=list)  # approving comments that stand
    writers: set[str] = field(default_factory=lambda: set(OTHERS))
    gates: int = 0
    pushes: int = 0
    seen: set[GateState] = field(default_factory=set)

    async def begin(self) -> None:
        """Open a gate anew, with another plan: whatever was said before says nothing of it."""
        self.gates += 1
        self.said.clear()
        digest = "0123456789abcdef"[self.gates % 16]
        await self.here.open(gate_id=self.gate_id, summary=plan(digest))

    @property
    def gate_id(self) -> str:
        """The gate of now."""
        return f"gate-{self.pushes}"

    async def step(self) -> None:
        """Let one thing happen."""
        acts = [self.approve] * 12 + [
            self.edit,
            self.delete,
            self.push,
            self.retarget,
            self.role,
            self.replan,
        ]
        if self.dice.random() < 0.15:
            self.here.bot.hub.faults.add(DeliveryFault(kind="lose", count=1))
        if self.dice.random() < 0.2:
            self.here.bot.engine.crash_in(self.dice.choice(["evaluate", "gates", "gates 0"]))
        await self.dice.choice(acts)()
        self.here.bot.hub.faults.clear()

    async def approve(self) -> None:
        """Somebody approves; the author always in vain."""
        who = self.dice.choice((*OTHERS, "ada"))
        before = len(self.here.answers)
        await self.here.say("/approve production", by=who)
        taken = len(self.here.answers) > before and "You approved" in self.here.answers[-1]
        assert not (taken and who == "ada")
        if taken:
            self.said.append((who, self.here.comments[-1]))

    async def edit(self) -> None:
        """A comment that approved is edited by anybody."""
        if self.said:
            _, comment = self.said.pop(self.dice.randrange(len(self.said)))
            await self.here.edit(comment, f"{comment.body} (edited)", by=self.dice.choice(OTHERS))

    async def delete(self) -> None:
        """A comment that approved is deleted."""
        if self.said:
            who, comment = self.said.pop(self.dice.randrange(len(self.said)))
            await self.here.delete(comment, by=who)

    async def push(self) -> None:
        """The head moves, and the deployment is asked for again."""
        self.pushes += 1
        self.here.bot.push(content=str(self.pushes))
        await self.here.bot.settle()
        await self.begin()

    async def retarget(self) -> None:
        """The base is another."""
        bot = self.here.bot
        base = "next" if bot.pull.base_ref == "main" else "main"
        pulls.retarget(bot.hub.store, bot.repository, bot.pull, base, sender=bot.ada)
        self.said.clear()
        await bot.settle()
        await self.here.evaluate(self.gate_id)  # before it goes back to where the words were said

    async def role(self) -> None:
        """Somebody gets or loses the right to write."""
        who = self.dice.choice(OTHERS)
        self.writers ^= {who}
        role = "write" if who in self.writers else "read"
        accounts.set_role(self.here.bot.repository, self.here.bot.hub.store.user(who), role)

    async def replan(self) -> None:
        """The plan is another."""
        await self.begin()

    async def check(self) -> None:
        """Look at the gate and hold it against who stands by their word."""
        gate = await self.here.evaluate(self.gate_id)
        standing = {who for who, _ in self.said} & self.writers
        expected = GateState.APPROVED if len(standing) >= NEEDED else GateState.WAITING
        assert gate.state is expected, f"{sorted(standing)}: {gate.text}"
        self.seen.add(gate.state)


@pytest.mark.parametrize("seed", range(5))
async def test_the_gate_is_open_exactly_when_enough_others_stand_by_their_word(
    here: AtGate, seed: int
) -> None:
    bot = here.bot
    accounts.set_role(bot.repository, bot.hub.store.user("zoe"), "write")
    git.push(bot.hub.store, bot.repository, "next", files={"n": "1"}, message="Next", author=bot.ada)
    here.approvals(f"{{count: {NEEDED}}}")
    walk = Walk(here=here, dice=random.Random(seed))  # noqa: S311 - a walk that can be repeated
    await walk.begin()
    for _ in range(EVENTS):
        await walk.step()
        await walk.check()
    assert walk.seen == {GateState.WAITING, GateState.APPROVED}
