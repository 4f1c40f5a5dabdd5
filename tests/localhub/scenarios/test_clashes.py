"""Two of the demo's changes are green alone and red together, however often CI runs."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from bot.localhub.scenarios.clashes import TIDES, clash
from bot.localhub.scenarios.harbour import seed
from bot.localhub.scenarios.player import Outcome, Player
from bot.localhub.state import git
from bot.localhub.state.store import Store

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
DEFINED, RENAMED, CALLED = (
    b"pub fn height(hour: u32)",
    b"pub fn level(hour: u32)",
    b"crate::tides::height(hour)",
)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({TIDES: DEFINED}, False),
        ({TIDES: DEFINED, "quay.rs": CALLED}, False),
        ({TIDES: RENAMED, "quay.rs": b"level"}, False),
        ({TIDES: RENAMED, "quay.rs": CALLED}, True),
        ({"quay.rs": CALLED}, False),
    ],
)
def test_a_call_of_what_was_renamed_clashes(files: dict[str, bytes], *, expected: bool) -> None:
    assert clash(files) == expected


async def test_a_clash_is_red_again_when_it_is_run_again() -> None:
    store = Store(clock=lambda: AT)
    player = Player(store, pace=0, sleep=lambda _: asyncio.sleep(0))
    app = store.app("pilothouse", name="Pilothouse", owner=store.user("acme"))
    repository = seed(store, player, app).repository
    made = git.push(
        store,
        repository,
        "pilothouse/train/main/1",
        files={TIDES: RENAMED, "quay.rs": CALLED},
        message="Both",
        author=app.bot,
    )
    await player.played()
    (run,) = [one for one in repository.runs.values() if one.head_sha == made.sha]
    assert (run.event, run.latest.conclusion) == ("push", "failure")

    player.rerun(run, actor=app.bot, again=lambda _: True, outcome=Outcome.PASS)
    await player.played()

    assert [one.conclusion for one in run.attempts] == ["failure", "failure"]
    await player.close()
