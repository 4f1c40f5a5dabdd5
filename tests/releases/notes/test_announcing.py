"""Whom a release is told to: everyone once, at GitHub's pace, whatever gets in between."""

from __future__ import annotations

from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.engine.model import Flow, Start
from bot.localhub.faults import Fault
from bot.releases.notes.announcing import Announcement, Told, announce
from bot.releases.notes.model import Subject
from bot.releases.notes.reading import read_notes
from bot.storage.database import Database
from bot.storage.effects import Effects
from tests.support.engine import InProcessEngine
from tests.support.raw_github import REPOSITORY, Answer, raw_bench

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Sequence
    from pathlib import Path

    from bot.engine.model import Run
    from tests.releases.notes.conftest import Log

RUN = "announce"
URL = "https://github.example/acme/rocket/releases/tag/v1.1.0"


@dataclass
class Crier:
    """A flow that announces, and what it told."""

    log: Log
    effects: Effects
    engine: InProcessEngine = field(init=False)
    told: list[Told] = field(default_factory=list)

    async def story(self, run: Run, said: Announcement) -> None:
        """This function will announce."""
        self.told.append(await announce(run, said, repo=self.log.repo, effects=self.effects))

    async def say(self, subjects: Sequence[Subject], *, attempt: int = 1) -> None:
        """This function will begin to announce the release to these."""
        said = Announcement(
            repository_id=self.log.repository.id,
            tag="v1.1.0",
            url=URL,
            subjects=tuple(subjects),
            attempt=attempt,
        )
        await self.engine.submit([Start(flow=RUN, run_id=f"{RUN}-{attempt}", request=said, partition=RUN)])
        await self.engine.drain()

    async def wait(self, times: int = 10) -> None:
        """This function will let enough time pass for some batches."""
        for _ in range(times):
            self.engine.clock.advance(timedelta(minutes=20))
            await self.engine.drain()

    @property
    def calls(self) -> Counter[str]:
        """How often what was called."""
        return Counter(call.operation for call in self.log.calls)


@asynccontextmanager
async def crier_of(log: Log, folder: Path, *, repeats: bool = False) -> AsyncIterator[Crier]:
    """This function will open a database for what was done already."""
    database = Database(f"sqlite:///{folder / 'announcing.db'}")
    database.open()
    clock_engine = InProcessEngine([], repeat_every_step=repeats)
    made = Crier(log, Effects(database, clock_engine.clock, pauses=(0.0, 0.0)))
    made.engine = clock_engine
    made.engine.flows[RUN] = Flow(name=RUN, request=Announcement, story=made.story)
    try:
        yield made
    finally:
        await made.engine.restart()
        database.close()


@pytest.fixture
async def crier(log: Log, tmp_path: Path) -> AsyncIterator[Crier]:
    """Who announces."""
    async with crier_of(log, tmp_path) as made:
        yield made


async def subjects_of(log: Log, count: int) -> tuple[Subject, ...]:
    """This function will merge so many pull requests, each of which closes an issue, and read whom to tell."""
    log.tag("v1.0.0")
    for number in range(count):
        log.merge("one", title=f"feat: {number}", body=f"Fixes #{log.issue()}")
    return (await read_notes(log.repo, log.asked("1.1.0"))).subjects


def assert_told_once(log: Log, subjects: Sequence[Subject]) -> None:
    """This function will fail where somebody was not told, or twice."""
    assert subjects
    for subject in subjects:
        (body,) = log.comments(subject.number)
        assert body == f"<!-- pilothouse:released v1.1.0 -->\n🎉 Released in [`v1.1.0`]({URL})."


async def test_each_is_told_once(crier: Crier) -> None:
    """Every pull request and issue gets one comment, many of them in one call."""
    subjects = await subjects_of(crier.log, 4)
    await crier.say(subjects)
    assert_told_once(crier.log, subjects)
    assert crier.told == [Told(count=8)]
    assert crier.calls["graphql/add-comments"] == 1
    assert crier.calls["graphql/comments"] == 0


async def test_the_pace(crier: Crier) -> None:
    """Between batches time passes, so that GitHub does not take the bot for a spammer.

    https://github.com/semantic-release/semantic-release/issues/2204
    """
    subjects = await subjects_of(crier.log, 26)
    await crier.say(subjects)
    assert sum(len(crier.log.comments(subject.number)) for subject in subjects) == 50
    assert crier.told == []
    await crier.wait(1)
    assert_told_once(crier.log, subjects)
    assert crier.told == [Told(count=52)]


async def test_every_step_twice(log: Log, tmp_path: Path) -> None:
    """Steps that are done again tell nobody again."""
    async with crier_of(log, tmp_path, repeats=True) as crier:
        subjects = await subjects_of(log, 3)
        await crier.say(subjects)
        assert_told_once(log, subjects)


async def test_killed_after_the_comments(crier: Crier) -> None:
    """A process that dies between the comments and its memory of them writes none again."""
    subjects = await subjects_of(crier.log, 3)
    crier.engine.crash_in("announce 1 1")
    await crier.say(subjects)
    await crier.engine.restart()
    await crier.engine.drain()
    assert_told_once(crier.log, subjects)
    assert crier.told == [Told(count=6)]


@pytest.mark.parametrize("after", [True, False])
async def test_a_lost_answer(crier: Crier, *, after: bool) -> None:
    """Where GitHub's answer is lost, it is read who was told already, and only the others are."""
    subjects = await subjects_of(crier.log, 3)
    crier.log.hub.faults.add(
        Fault(kind="status", method="POST", path="/graphql", status=502, count=1, after=after)
    )
    await crier.say(subjects)
    await crier.wait(1)
    assert_told_once(crier.log, subjects)
    assert crier.calls["graphql/comments"] >= 1


async def test_github_is_down(crier: Crier) -> None:
    """While GitHub does not answer the others are tried again later, and in the end given up: the release is out.

    https://github.com/semantic-release/github/issues/542
    """
    subjects = await subjects_of(crier.log, 2)
    crier.log.hub.faults.add(Fault(kind="status", method="POST", path="/graphql", status=502))
    await crier.say(subjects)
    await crier.wait()
    assert crier.told == [Told(count=0, failed=tuple(subject.number for subject in subjects))]


async def test_github_comes_back(crier: Crier) -> None:
    """What could not be told while GitHub was down is told when it is back, nobody twice."""
    subjects = await subjects_of(crier.log, 2)
    crier.log.hub.faults.add(
        Fault(kind="status", method="POST", path="/graphql", status=502, count=12, after=True)
    )
    await crier.say(subjects)
    crier.log.hub.faults.clear()
    await crier.wait()
    assert_told_once(crier.log, subjects)
    assert crier.told == [Told(count=4)]


async def test_again(crier: Crier) -> None:
    """Who could not be told is told when the release is resumed, and nobody else again.

    https://github.com/semantic-release/github/issues/651
    """
    subjects = await subjects_of(crier.log, 2)
    failing = Fault(kind="status", method="POST", path="/graphql", status=502)
    crier.log.hub.faults.add(failing)
    await crier.say(subjects)
    await crier.wait()
    crier.log.hub.faults.clear()
    await crier.say(subjects, attempt=2)
    assert_told_once(crier.log, subjects)
    await crier.say(subjects, attempt=3)
    assert_told_once(crier.log, subjects)
    assert [told.count for told in crier.told] == [0, 4, 4]


async def test_one_is_gone(crier: Crier) -> None:
    """Who cannot be told keeps nobody else from it, and is counted."""
    subjects = list(await subjects_of(crier.log, 2))
    gone = Subject(number=999, node_id="PR_gone", is_pull=True)
    await crier.say([*subjects, gone])
    await crier.wait()
    assert_told_once(crier.log, subjects)
    assert crier.told == [Told(count=4, failed=(999,))]


async def test_without_a_node_id(crier: Crier) -> None:
    """An issue that a commit closes without a pull request is told by its number; one that is not there is not."""
    issue = crier.log.issue()
    subjects = [Subject(number=number, node_id="", is_pull=False) for number in (issue, 999)]
    await crier.say(subjects)
    assert_told_once(crier.log, subjects[:1])
    assert crier.told == [Told(count=1, failed=(999,))]


async def test_without_a_node_id_after_a_crash(crier: Crier) -> None:
    """Its comment is found again by its marker."""
    subjects = [Subject(number=crier.log.issue(), node_id="", is_pull=False)]
    crier.log.hub.faults.add(
        Fault(kind="status", method="POST", path="/issues/.*/comments", status=502, count=1, after=True)
    )
    await crier.say(subjects)
    await crier.wait(1)
    assert_told_once(crier.log, subjects)


async def test_too_quickly(crier: Crier) -> None:
    """Whom GitHub does not want to be told so soon is told later; who is told already is not told again."""
    subjects = [Subject(number=number, node_id=f"I_{number}", is_pull=False) for number in (1, 2)]
    said = Announcement(repository_id=1, tag="v1.1.0", url=URL, subjects=tuple(subjects))
    hasty = {"message": "was submitted too quickly", "path": ["m1"]}
    wrote = {"clientMutationId": None}
    async with raw_bench() as bench:
        bench.server.answer(
            "POST",
            "/graphql",
            Answer({"data": {"m0": wrote, "m1": None}, "errors": [hasty]}),
            Answer({"data": {"n0": {"id": "I_2", "comments": {"nodes": []}}}}),
            Answer({"data": {"m0": wrote}}),
        )
        repo = bench.github.repository(REPOSITORY)
        crier.engine.flows[RUN] = Flow(
            name=RUN,
            request=Announcement,
            story=lambda run, said: _noted(crier, announce(run, said, repo=repo, effects=crier.effects)),
        )
        await crier.engine.submit([Start(flow=RUN, run_id=RUN, request=said, partition=RUN)])
        await crier.engine.drain()
        await crier.wait(2)
        calls = [call.json["variables"] for call in bench.server.calls()]
    assert [sorted(call) for call in calls] == [["b0", "b1", "s0", "s1"], ["s0"], ["b0", "s0"]]
    assert calls[2]["s0"] == "I_2"
    assert crier.told == [Told(count=2)]


async def _noted(crier: Crier, telling: Awaitable[Told]) -> None:
    crier.told.append(await telling)


async def test_nobody(crier: Crier) -> None:
    """A release without pull requests tells nobody."""
    await crier.say([])
    assert crier.told == [Told(count=0)]
    assert crier.log.calls == []
