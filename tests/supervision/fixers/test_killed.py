"""A bot that dies in the middle of a try goes on with it, and a host that is away is not taken for a fixer in vain."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.commands.reasons import Reason
from bot.supervision.fixing.bench import close_bench
from bot.supervision.hosts.local import LocalHost
from bot.supervision.hosts.model import Unknown
from tests.support.fixing import linted, trier

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bot.supervision.fixing.bench import Bench
    from bot.supervision.fixing.model import Tried
    from bot.supervision.hosts.model import Order, Result
    from tests.support.fixing import Broken

pytestmark = pytest.mark.no_cover

STEPS = (
    "make bench",
    "begin fetch",
    "look at fetch",
    "begin check before",
    "look at check before",
    "keep before",
    "begin fix ruff 1",
    "look at fix ruff 1",
    "keep after",
    "judge ruff",
    "begin check after ruff",
    "look at check after ruff",
)


async def test_killed_after_each_step(tmp_path: Path) -> None:
    """Whatever step the bot dies in, the fixer runs once and the try ends as if nothing had been."""
    one = linted(tmp_path, f"echo ran >> {tmp_path}/runs; sed -i s/bad/good/ code.txt")
    trying = trier(one, LocalHost(), "ruff")
    for step in STEPS:
        trying.engine.crash_in(step)
    tried = await trying.run()
    assert tried.fixer == "ruff", tried.text
    assert trying.engine.crashes_due == ()
    assert (tmp_path / "runs").read_text() == "ran\n"


async def test_each_step_twice(tmp_path: Path) -> None:
    """Each step may be done twice: the fixer runs once all the same."""
    one = linted(tmp_path, f"echo ran >> {tmp_path}/runs; sed -i s/bad/good/ code.txt")
    trying = trier(one, LocalHost(), "ruff")
    trying.engine.repeat_every_step = True
    tried = await trying.run()
    assert tried.fixer == "ruff", tried.text
    assert (tmp_path / "runs").read_text() == "ran\n"


async def test_killed_while_a_fixer_runs(tmp_path: Path) -> None:
    """A fixer that runs while the bot is killed is looked at again, and not begun a second time."""
    go = tmp_path / "go"
    wait = f"echo ran >> {tmp_path}/runs; until [ -e {go} ]; do sleep 0.05; done"
    one = linted(tmp_path, f"{wait}; sed -i s/bad/good/ code.txt")
    trying = trier(one, LocalHost(), "ruff")
    trying.is_hurried = True
    await trying.begin()
    await trying.go_on(stop=(tmp_path / "runs").exists)
    await trying.engine.restart()
    go.touch()
    trying.is_hurried = False
    await trying.go_on()
    (tried,) = trying.came_to
    assert tried.fixer == "ruff", tried.text
    assert (tmp_path / "runs").read_text() == "ran\n"


class Away:
    """A host that does not answer some orders."""

    def __init__(self, *scripts: str, times: int) -> None:
        self.scripts, self.left = scripts, times

    async def run(self, order: Order) -> Result | Unknown:
        """This function will run an order, unless the host is away."""
        if self.left and any(script in part for part in order.argv for script in self.scripts):
            self.left -= 1
            return Unknown(why="it is away")
        return await LocalHost().run(order)


@pytest.mark.parametrize(
    ("scripts", "times"),
    [
        (("# Make the place of a try",), 1),
        (("# Begin a job",), 3),
        (("# Say how a job stands",), 10_000),
        (("# Keep what a try's work tree holds",), 1),
        (("# Write down what a fixer changed",), 1),
    ],
)
async def test_a_host_that_is_away(tmp_path: Path, scripts: tuple[str, ...], times: int) -> None:
    """A host that does not say how it went gives no result, neither good nor bad."""
    one = linted(tmp_path, "sed -i s/bad/good/ code.txt")
    trying = trier(one, Away(*scripts, times=times), "ruff")
    tried = await trying.run()
    assert (tried.fixer, tried.reason) == ("", Reason.HOST_UNREACHABLE)
    assert "it is away" in tried.text


async def test_a_host_that_is_away_for_a_while(tmp_path: Path) -> None:
    """A host that answers again tells how the commands ended meanwhile."""
    one = linted(tmp_path, "sed -i s/bad/good/ code.txt")
    away = Away("# Begin a job", "# Say how a job stands", times=2)
    tried = await trier(one, away, "ruff").run()
    assert tried.fixer == "ruff", tried.text


async def test_the_place_of_a_try_is_cleared(tmp_path: Path) -> None:
    """When a try is over nothing of it is left but the clone and what tools keep."""
    one = linted(tmp_path, "mkdir -p deep/er; chmod 0 deep")
    await trier(one, LocalHost(), "ruff").run()
    await close_bench(one.bench(LocalHost()))
    assert sorted(path.name for path in (one.folder / "7").iterdir()) == ["cache", "clone.git", "tries"]
    assert not one.place.exists()


async def _not_opened(tmp_path: Path, spoil: Callable[[Broken, Bench], Bench]) -> Tried:
    one = linted(tmp_path, "true")
    trying = trier(one, LocalHost(), "ruff")
    trying.terms = replace(trying.terms, bench=spoil(one, trying.terms.bench))
    return await trying.run()


def _without_folder(one: Broken, bench: Bench) -> Bench:
    one.folder.rename(one.folder.with_name("away"))
    return bench


def _with_file(one: Broken, bench: Bench) -> Bench:
    (one.folder / "7").touch()
    return bench


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_without_folder, "The host has no folder"),
        (_with_file, "cannot write into it"),
        (lambda _, bench: replace(bench, remote="/nothing/here"), "could not fetch from `/nothing/here`"),
        (lambda _, bench: replace(bench, base_sha="0123" * 10), "does not have the commit any more"),
    ],
)
async def test_a_bench_that_cannot_be_made(
    tmp_path: Path, spoil: Callable[[Broken, Bench], Bench], said: str
) -> None:
    """What keeps a work tree from being made is told with who can change it."""
    tried = await _not_opened(tmp_path, spoil)
    assert (tried.fixer, tried.reason) == ("", Reason.FIX_BROKEN)
    assert said in tried.text
