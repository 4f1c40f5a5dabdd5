"""Real tools and a scripted agent on small workspaces, on this machine and on an instance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec import structs

from bot.commands.reasons import Reason
from bot.config.supervising import FixerAgentConfig
from bot.diagnosis.model import Cause
from bot.supervision.fixing.guarding import guard, terms_of
from bot.supervision.fixing.model import Patch
from bot.supervision.fixing.patching import read_patch
from bot.supervision.hosts.local import LocalHost
from tests.support.broken_code import (
    CARGO,
    PYTHON,
    UNCOMPILED_PYTHON,
    UNCOMPILED_RUST,
    UNFORMATTED_PYTHON,
    UNFORMATTED_RUST,
    UNUSED_IMPORT,
)
from tests.support.driving_hosts import reached
from tests.support.fixing import broken, need, trier

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

pytestmark = pytest.mark.no_cover

FORMATTED = {
    "rustfmt": (CARGO, UNFORMATTED_RUST),
    "ruff format": (PYTHON, UNFORMATTED_PYTHON),
    "ruff": (PYTHON, UNUSED_IMPORT),
}
MENDED = {
    "rustc": (CARGO, UNCOMPILED_RUST, "s/sped/speed/ nozzle/src/lib.rs"),
    "traceback": (PYTHON, UNCOMPILED_PYTHON, "'s/flow [*]$/flow * speed/' rocket/nozzle.py"),
}


@pytest.mark.parametrize("tool", FORMATTED)
async def test_tools(tmp_path: Path, tool: str) -> None:
    """The tool that complained mends what it complained of, and only that."""
    need("cargo", "ruff")
    files, changed = FORMATTED[tool]
    one = broken(tmp_path, files, changed)
    one.lend("ruff")
    tried = await trier(one, LocalHost(), tool).run()
    patch = await read_patch(one.bench(LocalHost()))
    assert tried.fixer == tool, tried.text
    assert isinstance(patch, Patch)
    assert [file.path for file in patch.files] == list(changed)
    assert all(one.standing == "met" for one in guard(patch, terms_of(one.config)))


@pytest.mark.parametrize(("way", "tool"), [("local", "rustc"), ("ssm", "traceback")])
async def test_an_agent(tmp_path: Path, way: str, tool: str) -> None:
    """What no tool can mend the agent may, which finds its task in a file and nothing of the bot in its environment."""
    need("cargo", "python3")
    files, changed, mending = MENDED[tool]
    one = broken(tmp_path, files, changed)
    (tmp_path / "keys").write_text("MODEL_KEY=given\nHOME=/nowhere\n# a note\nno name=x\n", encoding="utf-8")
    one.tool(
        "mender", f'#!/bin/sh\ncp "$FIXER_TASK" {tmp_path}/task; env > {tmp_path}/seen; sed -i {mending}\n'
    )
    agent = FixerAgentConfig(command=("mender",), model="x/y", environment=str(tmp_path / "keys"))
    async with reached(way) as at:
        trying = trier(one, at.host, tool, structs.replace(one.config, agent=agent), cause=Cause.COMPILE)
        tried = await trying.run()
        patch = await read_patch(one.bench(at.host))
    assert (tried.fixer, tried.price) == ("agent", None), tried.text
    assert isinstance(patch, Patch)
    assert {file.path: file.content for file in patch.files} == {
        path: files[path].encode() for path in changed
    }
    assert tried.command in (tmp_path / "task").read_text()
    held = environment(tmp_path / "seen")
    assert held["MODEL_KEY"] == "given"
    assert held["HOME"] == str(one.place / "home")
    assert not [
        name for name in held if name.startswith(("PILOTHOUSE", "AWS", "GITHUB")) and name != "PILOTHOUSE_JOB"
    ]


def environment(path: Path) -> Mapping[str, str]:
    """This function will read what a program saw in its environment."""
    return dict(line.partition("=")[::2] for line in path.read_text().splitlines())


NPM = """#!/bin/sh
echo "npm $*" >> {log}
[ -e {log}.works ] || {{ echo "npm error network"; exit 1; }}
mkdir -p node_modules/.bin
cat > node_modules/.bin/prettier <<'END'
#!/bin/sh
case $1 in
  --check) grep -q good a.js ;;
  --write) sed -i s/bad/good/ a.js ;;
esac
END
chmod +x node_modules/.bin/prettier
"""


@pytest.mark.parametrize("works", [True, False])
async def test_what_a_project_locks(tmp_path: Path, works: bool) -> None:  # noqa: FBT001 - a column of a table
    """A tool of Node.js is the one that the project locks, installed once and without any script of a package."""
    files = {"package-lock.json": "{}\n", ".gitignore": "node_modules\n", "a.js": "bad\n"}
    one = broken(tmp_path, files)
    log = tmp_path / "npm"
    one.tool("npm", NPM.format(log=log))
    if works:
        (tmp_path / "npm.works").touch()
    tried = await trier(one, LocalHost(), "prettier").run()
    assert log.read_text() == "npm ci --ignore-scripts --no-audit\n"
    if works:
        assert tried.fixer == "prettier", tried.text
        return
    assert tried.reason == Reason.FIX_BROKEN
    assert tried.text.startswith("What `prettier` needs could not be installed into the work tree.")
    assert "npm error network" in tried.text
