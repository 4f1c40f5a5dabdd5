"""A try to fix a failure: the failed command before and after, and fixers of every kind in between."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from msgspec import structs

from bot.commands.reasons import Reason
from bot.config.supervising import FixerAgentConfig
from bot.supervision.fixing.guarding import guard, terms_of
from bot.supervision.fixing.patching import read_patch
from bot.supervision.hosts.local import LocalHost
from bot.supervision.hosts.model import Unknown
from tests.support.fixing import MENDING, linted, trier

if TYPE_CHECKING:
    from tests.support.fixing import Broken


async def changed(one: Broken) -> dict[str, bytes | None]:
    """This function will return what the fixer changed, by path."""
    patch = await read_patch(one.bench(LocalHost()))
    assert not isinstance(patch, Unknown), patch
    return {file.path: file.content for file in patch.files}


def running(word: str) -> list[Path]:
    """This function will find the processes whose command has a word."""
    found = []
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it ended just now
            found += [line] if word.encode() in line.read_bytes() else []
    return found


async def test_a_fix(tmp_path: Path) -> None:
    """A fixer counts for what the failed command says after it, and its change can be read."""
    one = linted(tmp_path, MENDING)
    tried = await trier(one, LocalHost(), "ruff").run()
    assert (tried.fixer, tried.reason, tried.command) == ("ruff", "", "ruff check .")
    assert tried.text == (
        "**`ruff`** applies the changes that ruff calls safe. It ran `ruff check --fix .`; `ruff check .` failed on "
        "the host before it and succeeds after it."
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


async def test_a_fixer_that_lays_ready_what_the_check_will_say(tmp_path: Path) -> None:
    """The command that is to prove the fix is begun by a key that its fixer did not know."""
    lay = (
        "mkdir -p ../jobs/check-after-ruff && cd ../jobs/check-after-ruff && "
        "printf '%s\\n' 'check after ruff' >key && printf 'ended 0 1 no -\\n' >state && : >out && echo 1 >pid; "
        "cd ../../tree && echo mended >> other.txt"
    )
    tried = await trier(linted(tmp_path, lay), LocalHost(), "ruff").run()
    assert (tried.fixer, tried.reason) == ("", Reason.HOST_UNREACHABLE)
    assert "another" in tried.text, tried.text


async def test_a_fixer_that_hangs(tmp_path: Path) -> None:
    """At the time limit all that a fixer started is ended, also what has left its group and its session."""
    away = "setsid sh -c 'exec sleep 6543.21' > /dev/null 2>&1 &"
    one = linted(tmp_path, f"{away} sleep 1000")
    tried = await trier(one, LocalHost(), "ruff", structs.replace(one.config, time="5s")).run()
    assert tried.reason == Reason.FIX_TIME
    assert "`ruff check --fix .` did not end within 1 min" in tried.text
    assert not running("6543.21")


async def test_a_fixer_that_writes_too_much(tmp_path: Path) -> None:
    """A flood of output is no result, and only its end is kept, without the secrets in it."""
    one = linted(
        tmp_path, "yes Bearer | head -c 4500000; echo token=ghp_0123456789abcdefghijABCDEFGHIJ012345"
    )
    tried = await trier(one, LocalHost(), "ruff").run()
    assert tried.reason == Reason.FIX_OUTPUT
    assert "`ruff check --fix .` wrote more than a try may" in tried.text
    assert len(tried.text) < 4_000


async def test_a_fixer_that_fills_the_disk(tmp_path: Path) -> None:
    """A fixer that leaves too little of the disk is ended before others feel it."""
    one = linted(tmp_path, f"touch {tmp_path}/filled; sleep 1000")
    one.tool(
        "df",
        f"#!/bin/sh\n[ -e {tmp_path}/filled ] && left=99 || left=99999999\necho; echo / 1 1 $left 1% /\n",
    )
    tried = await trier(one, LocalHost(), "ruff").run()
    assert tried.reason == Reason.FIX_OUTPUT
    assert "`ruff check --fix .` left too little of the disk" in tried.text
    assert "only 99 KiB of the disk are free" in tried.text


async def test_a_fixer_that_prints_a_secret(tmp_path: Path) -> None:
    """What a fixer writes is told without secrets and places of the host, and cannot break out of its quotation."""
    one = linted(
        tmp_path,
        "echo $PWD/x $HOME; printf '```\\n</details>@octocat ghp_0123456789abcdefghijABCDEFGHIJ012345'; exit 126",
    )
    tried = await trier(one, LocalHost(), "ruff").run()
    assert tried.reason == Reason.FIX_BROKEN
    assert "ghp_0123" not in tried.text
    assert "````\nx …/home\n```\n</details>@octocat ***\n````" in tried.text


PRICED = """#!/bin/sh
cat <<EOF
{"type":"step_finish","timestamp":1700000000000,"part":{"cost":%s,"tokens":{"input":1,"output":1}}}
EOF
"""


@pytest.mark.parametrize(
    ("then", "cost", "fixer", "reason", "price"),
    [
        ("sleep 1000", "2.5", "", Reason.FIX_PRICE, "2.500000"),
        (MENDING, "0.25", "agent", "", "0.250000"),
    ],
)
async def test_what_an_agent_costs(  # noqa: PLR0913 - the columns of a table
    tmp_path: Path, then: str, cost: str, fixer: str, reason: str, price: str
) -> None:
    """An agent that costs more than it may is ended in the middle; what it cost is told however it ended."""
    one = linted(tmp_path, "false")
    one.tool("mender", PRICED % cost + then)
    agent = FixerAgentConfig(command=("mender",))
    trying = trier(one, LocalHost(), "ruff", structs.replace(one.config, agent=agent, tools=False))
    trying.is_hurried = True
    tried = await trying.run()
    assert (tried.fixer, tried.reason, str(tried.price)) == (fixer, reason, price)


async def test_an_agent_that_never_stops_asking(tmp_path: Path) -> None:
    """Where nobody knows the price, an agent that asks its model again and again is ended all the same."""
    one = linted(tmp_path, "false")
    one.tool(
        "mender",
        "#!/bin/sh\nfor n in $(seq 41); do sh -c '"
        + PRICED.replace("#!/bin/sh\n", "") % 0
        + "'\ndone\nsleep 1000\n",
    )
    config = structs.replace(one.config, agent=FixerAgentConfig(command=("mender",)), tools=False)
    trying = trier(one, LocalHost(), "ruff", config)
    trying.is_hurried = True
    tried = await trying.run()
    assert (tried.fixer, tried.reason, tried.price) == ("", Reason.FIX_PRICE, None)
    assert "`mender` asked its model more often than a try may" in tried.text


async def test_one_fixer_after_the_other(tmp_path: Path) -> None:
    """Where the tool does not help, the agent begins with what the build had, and is told what came of the tool."""
    one = linted(tmp_path, "echo tool >> other.txt; echo tool > by-tool")
    one.tool("mender", f"#!/bin/sh\ncp $FIXER_TASK {tmp_path}/task; ls > {tmp_path}/listed; {MENDING}\n")
    config = structs.replace(one.config, agent=FixerAgentConfig(command=("mender",)))
    tried = await trier(one, LocalHost(), "ruff", config).run()
    assert (tried.fixer, tried.reason, tried.price) == ("agent", "", None)
    assert await changed(one) == {"code.txt": b"good\n"}
    assert (tmp_path / "listed").read_text() == "README.md\ncode.txt\nother.txt\n"
    assert "After it `ruff check .` still fails" in (tmp_path / "task").read_text()


async def test_a_change_that_is_not_allowed(tmp_path: Path) -> None:
    """A change that breaks a rule is refused with its reason, though the failed command succeeds after it."""
    one = linted(
        tmp_path, "mkdir -p .github/workflows; echo > .github/workflows/ci.yml; sed -i s/bad/good/ code.txt"
    )
    trying = trier(one, LocalHost(), "ruff")
    trying.terms = replace(trying.terms, guard=partial(guard, terms=terms_of(one.config)))
    tried = await trying.run()
    assert (tried.fixer, tried.reason) == ("", Reason.FIX_KEEP_OUT)
    assert "`.github/workflows/ci.yml`" in tried.text


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ("grep -q other other.txt", Reason.FIX_BREAKS),
        ("grep -q neither other.txt", ""),  # it failed before, too
        ("! grep -q own other.txt", Reason.FIX_BREAKS),
        ("exit 127", ""),
    ],
)
async def test_a_change_that_breaks_something_else(tmp_path: Path, other: str, reason: str) -> None:
    """A change after which another configured check fails is no fix, unless that failed without it, too."""
    one = linted(tmp_path, f"{MENDING}; echo own > other.txt")
    config = structs.replace(one.config, checks={"pytest": other})
    tried = await trier(one, LocalHost(), "ruff", config).run()
    assert (tried.fixer, tried.reason) == ("" if reason else "ruff", reason), tried.text
    assert ("breaks what `pytest` checks" in tried.text) is bool(reason)
    if not reason:
        assert (one.tree / "other.txt").read_text() == "own\n"


@pytest.mark.parametrize(
    ("check", "said"),
    [
        ("true", "`true` succeeds on the host without any change"),
        (
            "echo 'error: cannot format a.py: Cannot parse: 1:1: x'; exit 1",
            "with something else (told by `",
        ),
    ],
)
async def test_a_failure_that_is_not_shown(tmp_path: Path, check: str, said: str) -> None:
    """Without the failure on the host no fixer is asked: nothing could prove that it mended anything."""
    one = linted(tmp_path, "touch asked")
    tried = await trier(one, LocalHost(), "ruff", structs.replace(one.config, checks={"ruff": check})).run()
    assert (tried.fixer, tried.reason) == ("", Reason.FIX_NOT_SHOWN)
    assert said in tried.text
    assert not (one.tree / "asked").exists()


@pytest.mark.parametrize(
    ("tool", "said"),
    [
        ("fortune", "No command is known that shows on the host what `fortune` complains of"),
        ("pytest", "Nothing is left that could mend what `pytest` complains of"),
    ],
)
async def test_nobody_to_ask(tmp_path: Path, tool: str, said: str) -> None:
    """Where no fixer is known nothing is begun, and the configuration that would help is named."""
    one = linted(tmp_path, "true")
    tried = await trier(one, LocalHost(), tool).run()
    assert (tried.fixer, tried.reason) == ("", Reason.NO_FIXER)
    assert said in tried.text
    assert not one.place.exists()


async def test_a_tool_that_is_missing(tmp_path: Path) -> None:
    """A tool that the host lacks is named, with who can install it."""
    one = linted(tmp_path, "true")
    tried = await trier(one, LocalHost(), "codespell").run()
    assert (tried.fixer, tried.reason) == ("", Reason.FIX_BROKEN)
    assert "What `codespell` needs is not on the host, for the user that fixers run as" in tried.text
