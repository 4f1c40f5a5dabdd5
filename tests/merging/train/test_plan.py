"""What a train tests next."""

from __future__ import annotations

import pytest

from bot.merging.train.plan import (
    Again,
    Blame,
    Limits,
    Line,
    Red,
    Rest,
    Try,
    after_merge,
    after_red,
    best_size,
    known_from,
    line_up,
    next_step,
    on_other_base,
    proven,
    without,
)

LIMITS = Limits(batch=8, retries=1, culprits=0.03)
EIGHT = tuple(range(1, 9))


def test_where_nobody_waits_the_train_rests() -> None:
    assert next_step(Line(), LIMITS) == Rest()


def test_as_many_as_the_policy_allows_are_tested_together() -> None:
    assert next_step(Line(waiting=tuple(range(1, 20))), LIMITS) == Try(EIGHT)


def test_of_what_was_red_the_first_half_is_tested() -> None:
    line = after_red(Line(waiting=EIGHT), Red(batch_id="a", cars=EIGHT))
    assert next_step(line, LIMITS) == Try((1, 2, 3, 4))


def test_what_is_known_to_fail_without_a_cause_runs_again_before_it_is_split() -> None:
    """One flaky job evicted pull requests that had nothing to do with it from the queue, again and again.

    https://github.com/kamp-us/phoenix/issues/2915
    """
    red = Red(batch_id="a", cars=EIGHT, is_known_flaky=True)
    line = after_red(Line(waiting=EIGHT), red)
    assert next_step(line, LIMITS) == Again(red)
    tired = after_red(line, Red(batch_id="a", cars=EIGHT, attempts=2, is_known_flaky=True))
    assert next_step(tired, LIMITS) == Try((1, 2, 3, 4))


def test_a_green_half_is_merged_and_leaves_the_culprit_in_the_other() -> None:
    line = after_merge(after_red(Line(waiting=EIGHT), Red(batch_id="a", cars=EIGHT)), (1, 2, 3, 4))
    assert line.waiting == (5, 6, 7, 8)
    assert next_step(line, LIMITS) == Try((5, 6))


def test_of_two_reds_the_shorter_is_searched() -> None:
    line = after_red(Line(waiting=EIGHT), Red(batch_id="b", cars=(1, 2, 3, 4)))
    line = after_red(line, Red(batch_id="a", cars=EIGHT))
    assert next_step(line, LIMITS) == Try((1, 2))


def test_the_last_one_left_runs_again_before_it_is_blamed() -> None:
    red = Red(batch_id="a", cars=(3,))
    line = after_red(Line(waiting=(3, 4), is_base_proven=True), red)
    assert next_step(line, LIMITS) == Again(red)
    twice = Red(batch_id="a", cars=(3,), attempts=2)
    assert next_step(after_red(line, twice), LIMITS) == Blame(3, twice)


def test_nobody_is_blamed_before_the_base_is_seen_green_without_him() -> None:
    line = after_red(Line(waiting=(3,)), Red(batch_id="a", cars=(3,), attempts=2))
    assert next_step(line, LIMITS) == Try(())
    assert isinstance(next_step(proven(line), LIMITS), Blame)


def test_where_the_policy_allows_no_retries_one_red_is_enough() -> None:
    line = after_red(Line(waiting=(3,), is_base_proven=True), Red(batch_id="a", cars=(3,)))
    assert isinstance(next_step(line, Limits(batch=8, retries=0, culprits=0.03)), Blame)


def test_who_leaves_takes_along_what_was_red_with_him() -> None:
    line = after_red(Line(waiting=EIGHT), Red(batch_id="a", cars=EIGHT))
    line = after_red(line, Red(batch_id="b", cars=(1, 2)))
    left = without(line, (5,))
    assert left.waiting == (1, 2, 3, 4, 6, 7, 8)
    assert [red.batch_id for red in left.reds] == ["b"]


def test_those_who_come_wait_behind_those_who_are_searched_even_when_they_are_urgent() -> None:
    line = after_red(Line(waiting=(1, 2, 3)), Red(batch_id="a", cars=(1, 2)))
    assert line_up(line, (9, 3, 2, 1)).waiting == (1, 2, 9, 3)


def test_without_a_search_those_who_come_stand_where_their_priority_puts_them() -> None:
    assert line_up(Line(waiting=(1, 2)), (9, 1, 2)).waiting == (9, 1, 2)


def test_what_was_red_with_one_who_is_not_ready_any_more_is_forgotten() -> None:
    line = line_up(after_red(Line(waiting=(1, 2)), Red(batch_id="a", cars=(1, 2))), (2,))
    assert line == Line(waiting=(2,))


def test_what_a_batch_showed_is_forgotten_with_it() -> None:
    line = after_red(Line(waiting=(1, 2)), Red(batch_id="a", cars=(1, 2)))
    assert known_from(line, {"a"}) == line
    assert known_from(line, ()).reds == ()


def test_on_another_base_nothing_that_was_known_counts() -> None:
    line = after_red(Line(waiting=(1, 2), is_base_proven=True), Red(batch_id="a", cars=(1, 2)))
    assert on_other_base(line) == Line(waiting=(1, 2))


@pytest.mark.parametrize(
    ("culprits", "most", "size"),
    [(0.0, 8, 8), (0.03, 8, 8), (0.2, 8, 3), (0.5, 8, 1), (1.0, 8, 1), (0.03, 1, 1)],
)
def test_the_more_culprits_there_were_the_fewer_are_tested_together(
    culprits: float, most: int, size: int
) -> None:
    assert best_size(culprits, most) == size
