"""A try to fix a failure: the failed command before and after, and fixers of every kind in between."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec import structs

from bot.commands.reasons import Reason
from bot.supervision.fixing.patching import read_patch
from bot.supervision.hosts.local import LocalHost
from bot.supervision.hosts.model import Unknown
from tests.support.fixing import MENDING, linted, trier

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.fixing import Broken


async def changed(one: Broken) -> dict[str, bytes | None]:
    """This function will return what the fixer changed, by path."""
    patch = await read_patch(one.bench(LocalHost()))
    assert not isinstance(patch, Unknown), patch
    return {file.path: file.content for file in patch.files}


async def test_a_fix(tmp_path: Path) -> None:
    """A fixer counts for what the failed command says after it, and its change can be read."""
    one = linted(tmp_path, MENDING)
    tried = await trier(one, LocalHost(), "ruff").run()
    assert (tried.fixer, tried.reason, tried.command) == ("ruff", "", "ruff check .")
    assert tried.text == (
        "**`ruff`** ran `ruff check --fix .`; before it `ruff check .` failed on the host, after it it succeeds."
    )
    assert await changed(one) == {"code.txt": b"good\n"}


@pytest.mark.parametrize(
    ("fix", "reason", "said"),
    [
        ("echo I fixed it", Reason.FIX_WITHOUT_EFFECT, "It changed nothing."),
        ("echo mended >> other.txt", Reason.FIX_WITHOUT_EFFECT, "`ruff check .` still fails (exit 1)"),
        ("git commit --quiet --allow-empty -m Fixed", Reason.FIX_WITHOUT_EFFECT, "It changed nothing."),
        ("exit 126", Reason.FIX_BROKEN, "could not be run there"),
        ("no-such-program; exit 127", Reason.FIX_BROKEN, "is not on the host"),
        ("dd if=/dev/zero of=large bs=1M count=65 status=none", Reason.FIX_TOO_LARGE, "1 files of 66560 KiB"),
    ],
)
async def test_fixers_in_vain(tmp_path: Path, fix: str, reason: Reason, said: str) -> None:
    """Whatever a fixer says of itself, a command that still fails is no fix."""
    one = linted(tmp_path, fix)
    tried = await trier(one, LocalHost(), "ruff").run()
    assert (tried.fixer, tried.reason) == ("", reason)
    assert said in tried.text


async def test_a_fixer_that_hangs(tmp_path: Path) -> None:
    """At the time limit all that a fixer started is ended, also what has left its group and its session."""
    mark = tmp_path / "alive"
    away = f"setsid sh -c 'while true; do date > {mark}; sleep 0.1; done' > /dev/null 2>&1 &"
    one = linted(tmp_path, f"{away} sleep 1000")
    trying = trier(one, LocalHost(), "ruff", structs.replace(one.config, time="3s"))
    tried = await trying.run()
    assert tried.reason == Reason.FIX_TIME
    assert "`ruff check --fix .` did not end within" in tried.text
    mark.unlink()
    one = linted(tmp_path / "again", MENDING)
    await trier(one, LocalHost(), "ruff").run()
    assert not mark.exists()
