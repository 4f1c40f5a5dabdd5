"""Both drivers tell the same of a program: how it ended, or that this is not known."""

from __future__ import annotations

import asyncio
import os
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.supervision.hosts import ssm
from bot.supervision.hosts.document import DOCUMENT
from bot.supervision.hosts.local import LocalHost
from bot.supervision.hosts.model import MOST_OUTPUT, Order, Result, Unknown
from tests.support.cloud.faults import Fault, Way
from tests.support.driving_hosts import WAYS, reached
from tests.support.waiting import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.support.driving_hosts import Reached


@pytest.fixture(params=WAYS)
async def place(request: pytest.FixtureRequest) -> AsyncIterator[Reached]:
    """This machine, reached in each of the two ways."""
    async with reached(request.param) as made:
        yield made


def shell(script: str, *arguments: str, seconds: float = 20) -> Order:
    """This function will order a line of shell."""
    return Order(argv=("sh", "-c", script, "test", *arguments), timeout=timedelta(seconds=seconds))


async def test_what_a_program_says_and_how_it_ends_is_told(place: Reached) -> None:
    answer = await place.host.run(shell("echo out; echo err >&2; exit 3"))
    assert answer == Result(code=3, out="out\n", err="err\n")
    assert await place.host.run(shell("true")) == Result(code=0, out="", err="")


async def test_arguments_arrive_as_they_are(place: Reached) -> None:
    strange = "a b; echo $HOME '\"` \\ ü\n{{ x }}"
    answer = await place.host.run(shell('printf "%s" "$1"', strange))
    assert isinstance(answer, Result)
    assert answer.out == strange


async def test_output_without_end_is_cut(place: Reached) -> None:
    answer = await place.host.run(shell("head -c 3000000 /dev/zero | tr '\\0' x"))
    assert isinstance(answer, Result)
    assert answer.code == 0
    assert len(answer.out) <= MOST_OUTPUT


async def test_the_environment_of_the_bot_is_not_passed_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PILOTHOUSE_WEBHOOK_SECRET", "hush")
    answer = await LocalHost().run(shell("env"))
    assert isinstance(answer, Result)
    assert "hush" not in answer.out
    assert "PATH=" in answer.out


async def test_a_program_that_hangs_is_killed_with_its_children(place: Reached, tmp_path: Path) -> None:
    children = tmp_path / "children"
    script = f"sleep 600 & echo $! > {children}; wait"
    answer = await place.host.run(shell(script, seconds=1))
    assert answer == Unknown(why="it did not end within 1 seconds and was killed")
    await until(lambda: not _runs(int(children.read_text())))


async def test_a_program_that_is_killed_says_by_which_signal(place: Reached) -> None:
    answer = await place.host.run(shell("kill -KILL $$"))
    assert isinstance(answer, Result)
    assert answer.code == 128 + 9


async def test_a_program_that_is_not_there_is_told_as_a_shell_tells_it(place: Reached) -> None:
    answer = await place.host.run(Order(argv=("/no/such/program",)))
    assert isinstance(answer, Result)
    assert answer.code == 127


@pytest.mark.parametrize("word", ["x" * 200_000, "a\0b"])
async def test_words_that_no_program_can_be_given_are_told(word: str) -> None:
    answer = await LocalHost().run(Order(argv=("echo", word)))
    assert isinstance(answer, Unknown)
    assert answer.why.startswith("the program could not be started: ")


async def test_a_folder_that_is_not_there_is_told(place: Reached) -> None:
    answer = await place.host.run(Order(argv=("true",), cwd="/no/such/folder"))
    assert isinstance(answer, Result)
    assert answer.code == 126


async def test_an_instance_that_takes_no_command_is_unknown() -> None:
    async with reached("ssm") as place:
        assert place.world is not None
        place.world.remote.managed.clear()
        answer = await place.host.run(shell("true"))
        assert isinstance(answer, Unknown)
        assert "AWS did not take the command" in answer.why


async def test_a_command_that_is_on_its_way_is_not_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssm, "_DELIVERY", timedelta(seconds=0.5))
    async with reached("ssm") as place:
        assert place.world is not None
        place.world.remote.stuck = True
        answer = await place.host.run(shell("true", seconds=0.5))
        assert isinstance(answer, Unknown)
        assert "did not say in time" in answer.why
        assert place.world.count("ssm:SendCommand").total() == 1
        assert place.world.count("ssm:GetCommandInvocation").total() > 1


async def test_a_lost_answer_to_the_sending_is_unknown_and_not_repeated(tmp_path: Path) -> None:
    """The command runs though nobody heard of it: once, not twice."""
    async with reached("ssm") as place:
        assert place.world is not None
        place.world.faults.add(Fault(action="ssm:SendCommand", way=Way.LOSE))
        answer = await place.host.run(shell(f"echo ran >> {tmp_path}/ran"))
        assert isinstance(answer, Unknown)
        await until((tmp_path / "ran").exists)
        assert place.world.count("ssm:SendCommand").total() == 1


@pytest.mark.parametrize(
    ("status", "details", "why"),
    [
        (
            "TimedOut",
            "Delivery Timed Out",
            "the instance's agent did not fetch the command (Delivery Timed Out)",
        ),
        ("TimedOut", "ExecutionTimedOut", "it did not end within 20 seconds and was killed"),
        ("Cancelled", "Cancelled", "Run Command says Cancelled"),
        ("Failed", "Undeliverable", "the instance's agent did not fetch the command (Undeliverable)"),
        ("Failed", "Terminated", "Run Command says Terminated"),
        ("Failed", "Failed", "Run Command says Failed"),  # without an exit code: the shell itself was ended
    ],
)
async def test_a_command_that_did_not_end_by_itself_is_unknown(status: str, details: str, why: str) -> None:
    """A status of failure alone does not tell that the program ran.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html
    """
    async with reached("ssm") as place:
        assert place.world is not None
        place.world.remote.stuck = True
        running = asyncio.create_task(place.host.run(shell("true")))
        invocations = place.world.remote.invocations
        await until(lambda: bool(invocations))
        invocations[0].ends(status, details)
        assert await running == Unknown(why=why)


@pytest.mark.parametrize("code", [137, 194, 252])
async def test_no_exit_code_is_taken_for_a_wish(place: Reached, code: int) -> None:
    """The agent restarts the machine where a script ends with 194, and takes 137 for its own doing.

    https://github.com/aws/amazon-ssm-agent/issues/289
    """
    answer = await place.host.run(shell(f"exit {code}"))
    assert isinstance(answer, Result)
    assert answer.code == (code if code != 252 or place.world is None else 137)
    assert place.world is None or place.world.remote.restarted == []


async def test_an_instance_whose_agent_is_away_is_unknown() -> None:
    async with reached("ssm") as place:
        assert place.world is not None
        place.world.remote.online = False
        answer = await place.host.run(shell("true"))
        assert answer == Unknown(why="the instance's agent did not fetch the command (DeliveryTimedOut)")


async def test_a_document_that_is_missing_or_old_says_what_to_do() -> None:
    async with reached("ssm") as place:
        assert place.world is not None
        documents = place.world.remote.documents
        documents[DOCUMENT]["parameters"]["revision"]["allowedPattern"] = "^0$"
        answer = await place.host.run(shell("true"))
        assert isinstance(answer, Unknown)
        assert "; pilothouse-run has to be updated there" in answer.why
        del documents[DOCUMENT]
        answer = await place.host.run(shell("true"))
        assert isinstance(answer, Unknown)
        assert "; pilothouse-run has to be created there" in answer.why


async def test_an_answer_that_fails_to_come_is_asked_for_again(tmp_path: Path) -> None:
    """The program is under way; only whether it is to be heard of is at stake."""
    async with reached("ssm") as place:
        assert place.world is not None
        asking = "ssm:GetCommandInvocation"
        place.world.faults.add(
            Fault(action=asking, way=Way.THROTTLE, left=9)
        )  # the library asks 3 times itself
        answer = await place.host.run(shell(f"echo ran >> {tmp_path}/ran"))
        assert answer == Result(code=0, out="", err="")
        assert (tmp_path / "ran").read_text() == "ran\n"
        place.world.faults.deny(asking)
        answer = await place.host.run(shell("true"))
        assert isinstance(answer, Unknown)
        assert "AWS did not say how the command ended" in answer.why


async def test_what_is_throttled_is_sent_again_and_runs_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(ssm, "_THROTTLED_PAUSES", (0.0, 0.0))
    async with reached("ssm") as place:
        assert place.world is not None
        place.world.faults.add(Fault(action="ssm:SendCommand", way=Way.THROTTLE, left=2))
        answer = await place.host.run(shell(f"echo ran >> {tmp_path}/ran"))
        assert answer == Result(code=0, out="", err="")
        assert (tmp_path / "ran").read_text() == "ran\n"
        place.world.faults.add(Fault(action="ssm:SendCommand", way=Way.THROTTLE))
        assert isinstance(await place.host.run(shell("true")), Unknown)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
