"""What people read about trains; nothing that strangers wrote renders."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bot.config.merging import MergeMethod
from bot.github.models import Sha
from bot.merging.model import Batch, BatchState, Car
from bot.merging.train.model import FailedCheck, LeftOut
from bot.merging.train.render import (
    batch_message,
    part_message,
    render_base_red,
    render_batch,
    render_blamed,
    render_broken,
    render_left_out,
    render_no_train,
    render_numbers,
    render_searching,
    render_silent,
    render_testing,
    render_unreached,
)

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

NOW = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
EVIL = "<img src=x> @everyone `x` [a](b) #7 ```"
FAILED = (
    FailedCheck(name="test (3.12)", url="https://github.com/octo/harbour/runs/7", detail="boom"),
    FailedCheck(name=EVIL, detail=EVIL),
)


def batch(*numbers: int, base_ref: str = "main") -> Batch:
    cars = tuple(Car(number=number, head_sha=Sha("a" * 40), method=MergeMethod.SQUASH) for number in numbers)
    return Batch(
        id="t-1",
        repository_id=1,
        base_ref=base_ref,
        base_sha=Sha("b" * 40),
        head_sha="c" * 40,
        branch=f"pilothouse/train/{base_ref}/t-1",
        cars=cars,
        state=BatchState.TESTING,
        attempts=1,
        text="",
        run_id="train-1",
        began_at=NOW,
        ended_at=None,
        updated_at=NOW,
    )


def test_what_each_state_of_a_batch_reads_like(snapshot: SnapshotAssertion) -> None:
    states = [render_batch(replace(batch(1, 2), state=state), FAILED[:1]) for state in BatchState]
    again = render_batch(replace(batch(1, 2), attempts=2))
    assert [*states, again, render_batch(batch())] == snapshot


def test_what_people_aboard_read(snapshot: SnapshotAssertion) -> None:
    here = batch(12, 15, 20)
    texts = [
        render_testing(here, 15),
        render_testing(batch(15), 15),
        render_searching((12, 20), FAILED[:1]),
        render_searching((12, 20), FAILED),
        render_blamed(here, 15, FAILED[:1]),
        render_blamed(replace(batch(15), attempts=2), 15, (FailedCheck(name="test"),)),
        render_left_out(LeftOut(number=15, after=(), text="Merge conflict"), "main"),
        render_left_out(LeftOut(number=15, after=(12,), text="Merge conflict"), "main"),
        render_silent("pilothouse/train/", ("test", "lint")),
        render_silent("pilothouse/train/", ()),
        render_base_red("main", FAILED[:1]),
        render_base_red("main", ()),
        render_no_train("main"),
        render_unreached("main", "GitHub refused"),
        render_broken("main", "KeyError"),
    ]
    assert texts == snapshot


def test_nothing_that_strangers_wrote_renders(snapshot: SnapshotAssertion) -> None:
    here = batch(12, 15, base_ref="fix-#7-@everyone")
    texts = [
        render_testing(here, 15),
        render_blamed(here, 15, FAILED[1:]),
        render_left_out(LeftOut(number=15, after=(12,), text=EVIL), here.base_ref),
        render_silent("pilothouse/train/", (EVIL,)),
        render_unreached(here.base_ref, EVIL),
    ]
    assert texts == snapshot


@pytest.mark.parametrize(
    ("numbers", "words"),
    [((), ""), ((1,), "#1"), ((1, 2), "#1 and #2"), ((1, 2, 3), "#1, #2 and #3")],
)
def test_numbers_are_named_as_people_do(numbers: tuple[int, ...], words: str) -> None:
    assert render_numbers(numbers) == words


def test_of_many_the_first_are_named() -> None:
    assert render_numbers(range(1, 14)).endswith("#10 and 3 more")


def test_many_red_checks_are_not_all_named() -> None:
    failed = [FailedCheck(name=f"job {n}") for n in range(13)]
    assert "and 3 more are red" in render_base_red("main", failed)


def test_the_commits_of_a_train_mention_nobody_and_close_nothing() -> None:
    """GitHub notes on a pull request every commit that names it by `#`."""
    messages = [batch_message(batch(1, 2, base_ref="fixes-#3")), batch_message(batch()), part_message(1)]
    assert all("#" not in message and "@" not in message for message in messages)
    assert "[skip ci]" not in "".join(messages[:2])
    assert "[skip ci]" in part_message(None)
