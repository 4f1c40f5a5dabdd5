"""How a command of a try is looked at, by a host that answers as it likes."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest
from msgspec import structs

from bot.commands.reasons import Reason
from bot.config.supervising import FixerAgentConfig
from bot.supervision.hosts.local import LocalHost
from bot.supervision.hosts.model import Result
from tests.support.fixing import linted, trier

if TYPE_CHECKING:
    from pathlib import Path

    from bot.supervision.hosts.model import Order, Unknown


class Telling:
    """A host that says something of its own when a program is run that has a sentence."""

    def __init__(self, answers: dict[str, str]) -> None:
        self.answers = answers

    async def run(self, order: Order) -> Result | Unknown:
        """This function will run an order, or answer as told."""
        for sentence, out in self.answers.items():
            if any(sentence in part for part in order.argv):
                return Result(code=0, out=out, err="")
        return await LocalHost().run(order)


LINKS, WRITE = "# Tell the symbolic links", "# Write"
LOOK, READ = "# Say how a job stands", "# Tell a part of a file"


@pytest.mark.parametrize(
    ("answers", "reason", "said"),
    [
        ({LOOK: "gone - 0 no 0\n"}, Reason.HOST_UNREACHABLE, "it does not know the command any more"),
        (
            {LOOK: f"ended 1 3 no 9000000\n{base64.b64encode(b'x').decode()}", READ: "missing\n"},
            Reason.HOST_UNREACHABLE,
            "it does not tell what the command wrote",
        ),
        ({LOOK: "running - 3 no 0\n"}, Reason.FIX_BROKEN, "did not end in time"),
    ],
)
async def test_what_a_host_tells(tmp_path: Path, answers: dict[str, str], reason: Reason, said: str) -> None:
    """A command whose end nobody knows has shown nothing, and one that never ends is not waited for."""
    trying = trier(linted(tmp_path, "true"), Telling(answers), "ruff")
    trying.is_hurried = True
    tried = await trying.run()
    assert (tried.fixer, tried.reason) == ("", reason)
    assert said in tried.text


@pytest.mark.parametrize(
    ("answers", "reason", "said"),
    [
        ({LINKS: base64.b64encode(b"x" * 13_500).decode()}, Reason.FIX_BROKEN, "so many symbolic links"),
        ({WRITE: "unwritable\nit is full\n"}, Reason.HOST_UNREACHABLE, "cannot be written: it is full"),
    ],
)
async def test_an_agent_that_cannot_be_sent(
    tmp_path: Path, answers: dict[str, str], reason: Reason, said: str
) -> None:
    """An agent is not begun without its task, or where it could be led out of the work tree."""
    one = linted(tmp_path, "true")
    config = structs.replace(one.config, agent=FixerAgentConfig(command=("touch", "asked")), tools=False)
    tried = await trier(one, Telling(answers), "ruff", config).run()
    assert (tried.fixer, tried.reason) == ("", reason)
    assert said in tried.text
    assert not (one.tree / "asked").exists()
