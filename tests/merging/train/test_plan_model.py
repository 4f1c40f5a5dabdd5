"""Whatever the culprits, the flaky jobs and the people do: the train ends, and its base was never red."""

from __future__ import annotations

from dataclasses import replace
from math import ceil, log2

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.merging.train.plan import Limits, Line, line_up, on_other_base, without
from tests.support.train_yard import Driver, Yard

CARS = st.integers(1, 24).map(lambda n: tuple(range(1, n + 1)))
LIMITS = st.builds(Limits, batch=st.integers(1, 12), retries=st.integers(0, 2), culprits=st.floats(0.01, 0.3))

# The machine may be busy with other tests.
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def yards(draw: st.DrawFn) -> tuple[Yard, tuple[int, ...]]:
    """This strategy will make a yard with culprits and clashes, and who waits there."""
    cars = draw(CARS)
    culprits = draw(st.frozensets(st.sampled_from(cars), max_size=4))
    pairs = st.frozensets(st.sampled_from(cars), min_size=min(2, len(cars)), max_size=3)
    clashes = draw(st.lists(pairs, max_size=2)) if len(cars) > 1 else []
    return Yard(culprits=culprits, clashes=tuple(clashes)), cars


@CALM
@given(place=yards(), limits=LIMITS, is_known=st.booleans())
def test_all_good_ones_are_merged_and_every_culprit_is_named(
    place: tuple[Yard, tuple[int, ...]], limits: Limits, *, is_known: bool
) -> None:
    yard, cars = place
    driver = Driver(yard, limits, Line(waiting=cars))
    yard.is_flaky_known = is_known
    driver.drive()
    assert sorted((*yard.merged, *driver.blamed)) == sorted(cars)
    assert yard.culprits <= set(driver.blamed)
    for car in set(driver.blamed) - yard.culprits:
        assert any(car in clash and clash <= {car, *yard.merged} for clash in yard.clashes)


@CALM
@given(place=yards(), limits=LIMITS.filter(lambda limits: limits.retries > 0), is_known=st.booleans())
def test_a_failure_that_goes_away_by_itself_blames_nobody(
    place: tuple[Yard, tuple[int, ...]], limits: Limits, *, is_known: bool
) -> None:
    """Pull requests of another project had to be put into the queue again and again for one flaky job.

    https://github.com/kamp-us/phoenix/issues/3409
    """
    yard, cars = place
    yard.clashes, yard.fails, yard.is_flaky_known = (), lambda attempt: attempt == 1, is_known
    driver = Driver(yard, limits, Line(waiting=cars, is_base_proven=True))
    driver.drive()
    assert set(driver.blamed) == yard.culprits


@CALM
@given(yards(), LIMITS.map(lambda limits: replace(limits, culprits=0.0)))
def test_the_number_of_tests_is_bounded(place: tuple[Yard, tuple[int, ...]], limits: Limits) -> None:
    yard, cars = place
    driver = Driver(yard, limits, Line(waiting=cars, is_base_proven=True))
    driver.drive()
    assert driver.yard.runs <= _bound(driver, len(cars))


@CALM
@given(yards(), LIMITS, st.data())
def test_people_and_other_pushes_in_between_harm_nothing(
    place: tuple[Yard, tuple[int, ...]], limits: Limits, data: st.DataObject
) -> None:
    yard, cars = place
    later = data.draw(st.sets(st.sampled_from(cars)))
    driver = Driver(yard, limits, Line(waiting=tuple(car for car in cars if car not in later)))
    gone: set[int] = set()
    for _ in range(data.draw(st.integers(0, 12))):
        driver.go()
        match data.draw(st.sampled_from(["comes", "goes", "base", "nothing"])):
            case "comes" if later:
                driver.line = line_up(driver.line, (later.pop(), *driver.line.waiting))
            case "goes" if driver.line.waiting:
                car = data.draw(st.sampled_from(driver.line.waiting))
                gone.add(car)
                driver.line = without(driver.line, (car,))
            case "base":
                driver.line = on_other_base(driver.line)
            case _:
                pass
        assert _is_sound(driver.line)
    driver.drive()
    assert sorted((*yard.merged, *driver.blamed, *gone, *later)) == sorted(cars)
    assert not set(yard.merged) & yard.culprits


@CALM
@given(yards(), LIMITS)
def test_a_red_base_blames_nobody(place: tuple[Yard, tuple[int, ...]], limits: Limits) -> None:
    """One broken commit on the base must not empty the whole queue.

    https://github.com/bootc-dev/bootc/issues/2177
    """
    yard, cars = place
    yard.is_base_red = True
    driver = Driver(yard, limits, Line(waiting=cars))
    driver.drive()
    assert not driver.blamed
    assert not yard.merged


def _bound(driver: Driver, cars: int) -> int:
    """A test for each full batch; for each one blamed a search, his own retries, and the rest of his batch again."""
    size, blamed = driver.limits.batch, len(driver.blamed)
    return ceil(cars / size) + blamed * (ceil(log2(size)) + driver.limits.retries + 1)


def _is_sound(line: Line) -> bool:
    lengths = [len(red.cars) for red in line.reds]
    begins = all(line.waiting[: len(red.cars)] == red.cars for red in line.reds)
    return begins and lengths == sorted(lengths, reverse=True) and all(lengths)
