"""What the image and the unit confine the bot to is enough for it: no root, nothing writable but one folder.

No container engine is needed: the command, environment and health check are read from deploy/Containerfile and run by
bubblewrap with the same user, a read-only root and an empty /tmp. What an engine adds (layers, networks) is not tested.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from bot.demo.process import BotProcess
from tests.support.debian import debian_program
from tests.support.waiting import until

if TYPE_CHECKING:
    from bot.localhub.server import LocalHub

pytestmark = pytest.mark.no_cover

ROOT = Path(__file__).resolve().parent.parent.parent
CONTAINERFILE = ROOT / "deploy" / "Containerfile"
USER = 10001
STATE = "/var/lib/pilothouse"


def confinement(state: Path) -> list[str]:
    """The call that confines what follows it as the image and compose.yml do."""
    command = [
        *(debian_program("bwrap"), "--unshare-user", "--uid", str(USER), "--gid", str(USER)),
        *("--unshare-pid", "--unshare-ipc", "--unshare-uts", "--cap-drop", "ALL", "--die-with-parent"),
        *(
            "--ro-bind",
            "/",
            "/",
            "--proc",
            "/proc",
            "--dev",
            "/dev",
            "--tmpfs",
            "/tmp",  # noqa: S108 - an empty one of its own
            "--tmpfs",
            "/var/lib",
        ),
        *("--ro-bind", str(ROOT), str(ROOT)),  # which may lie below what is empty now
        *("--bind", str(state), STATE, "--chdir", STATE),
    ]
    if subprocess.run([*command, "true"], check=False, capture_output=True).returncode:
        pytest.skip("this machine gives no space of users")
    return command


def said(instruction: str) -> str:
    """What the final stage of the Containerfile says."""
    stage = CONTAINERFILE.read_text(encoding="utf-8").replace("\\\n", " ").rpartition("\nFROM ")[2]
    found = re.search(rf"^{instruction} (.*)$", stage, re.MULTILINE)
    assert found is not None, instruction
    return found[1]


def environment_of_image() -> dict[str, str]:
    pairs = (part.partition("=") for part in said("ENV").split())
    return {name: value for name, _, value in pairs if name != "PATH"}


def rights_of(process: int) -> str:
    """The capabilities that a process has, as the kernel writes them."""
    (line,) = [
        line
        for line in Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
        if line.startswith("CapEff:")
    ]
    return line.split()[1]


@pytest.mark.timeout(120)
async def test_the_bot_runs_without_rights_on_a_read_only_system(hub: LocalHub, tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir(mode=0o777)
    confined = confinement(state)
    begin = [*json.loads(said("ENTRYPOINT")), *json.loads(said("CMD"))]
    assert begin == ["pilothouse", "serve"]
    bot = BotProcess(
        hub,
        tmp_path,
        # As in the image, nobody says where the database is.
        command=[
            *confined,
            "env",
            "--unset=PILOTHOUSE_DATABASE_URL",
            sys.executable,
            "-m",
            "bot",
            *begin[1:],
        ],
        settings={name: value for name, value in environment_of_image().items() if name != "PORT"},
    )
    try:
        await bot.start(seconds=60)
        assert bot.process is not None
        (check,) = re.findall(r"CMD (\[.*\])", said("HEALTHCHECK"))
        asked = [sys.executable, "-m", "bot", *json.loads(check)[1:]]

        def is_healthy() -> bool:
            answer = subprocess.run(asked, env=bot.environment(), capture_output=True, text=True, check=False)
            return answer.returncode == 0 and answer.stdout.startswith("ok: 1 worker(s)")

        await until(is_healthy, within=30)
        assert {"pilothouse.db", "pilothouse-engine.db", "pilothouse-inbox.db"} <= {
            one.name for one in state.iterdir()
        }
        family = psutil.Process(bot.process.pid).children(recursive=True)
        (web,) = [one for one in family if one.cmdline()[1:] == ["-m", "bot", *begin[1:]]]
        assert rights_of(web.pid) == "0000000000000000"
        began = time.monotonic()
        web.send_signal(getattr(signal, said("STOPSIGNAL")))
        await bot.ended()
        assert time.monotonic() - began < 20
    finally:
        await bot.stop()


def test_a_health_check_of_nobody_says_so() -> None:
    """A container whose web process hangs or is gone is unhealthy, in words."""
    answer = subprocess.run(
        [sys.executable, "-m", "bot", "healthy", "--port", "1"],
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 1
    assert answer.stderr.startswith("Nobody answers at port 1")
