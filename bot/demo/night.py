"""What the demo's night needs on this machine: an agent with a terminal, and a place where builds are mended."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

AGENT = "A1"
HAS_TERMINALS = shutil.which("tmux") is not None
# Works for ever: a line every second is its sign of life.
_WORK = """\
cd "$(dirname "$0")" && echo $$ >pid
while :; do
  date | tee -a log
  sleep 1
done
"""
_CONFIG = """\
{agents}supervision:
  watch: {{push: observe, files: observe}}
  fix:
    conduct: act
    folder: {folder}/fixes
    remote: {remote}
    checks: {{pytest: python3 tests/test_number.py}}
    agent: {{command: [python3, {mender}]}}
"""
_AGENTS = """\
agents:
  {agent}:
    socket: {folder}/tmux
    work_tree: {folder}/tree
    command: sh {folder}/work.sh
    heartbeat: {{log: {folder}/log}}
"""


@dataclass(frozen=True, slots=True)
class Night:
    """A folder with all of it."""

    folder: Path

    def make(self, bare: Path) -> None:
        """This function will give the agent a clone of the repository and its work, and fixers a place."""
        (self.folder / "fixes").mkdir(parents=True, exist_ok=True)
        (self.folder / "work.sh").write_text(_WORK, encoding="utf-8")
        _git("clone", "--quiet", str(bare), str(self.folder / "tree"))
        _git("-C", str(self.folder / "tree"), "switch", "--quiet", "--create", "agent/a1")

    def configuration(self, remote: str) -> str:
        """This function will write the part of the policy that names them."""
        agents = _AGENTS.format(agent=AGENT, folder=self.folder) if HAS_TERMINALS else ""
        mender = resources.files("bot.demo").joinpath("mender.py")
        return _CONFIG.format(agents=agents, folder=self.folder, remote=remote, mender=mender)

    @property
    def process(self) -> int | None:
        """The agent's process, where it runs."""
        try:
            number = int((self.folder / "pid").read_text(encoding="utf-8"))
            os.kill(number, 0)
        except (OSError, ValueError):
            return None
        return number

    def end(self) -> None:
        """This function will end whatever still runs."""
        if HAS_TERMINALS and (self.folder / "tmux").exists():
            command = ("tmux", "-S", str(self.folder / "tmux"), "kill-server")
            subprocess.run(command, check=False, capture_output=True)  # noqa: S603 - our own command


def _git(*arguments: str) -> None:
    subprocess.run(("git", *arguments), check=True, capture_output=True)  # noqa: S603, S607 - as above
