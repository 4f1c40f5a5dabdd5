"""Keeps a machine at the release of its environment, and tells in the artifact bucket how it is; see README.md."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

from cloud import (  # type: ignore[import-not-found]  # it lies beside this file on a machine
    SLOW,
    Bucket,
    Machine,
    ProblemError,
    ask,
    now,
)

ROOT = Path(os.environ.get("PILOTHOUSE_ROOT", "/"))
SETTINGS = ROOT / "etc/pilothouse/node.json"
STATE = ROOT / "var/lib/pilothouse-node"
PROGRAMS = ROOT / "opt/pilothouse"
UNITS = ROOT / "etc/systemd/system"
WHOLE = 100  # percent: no canary
AGAIN = timedelta(minutes=5)  # how often it says that nothing has changed
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")
SHA, DIGEST = re.compile(r"[0-9a-f]{40}"), re.compile(r"sha256:[0-9a-f]{64}")


def written(moment: datetime) -> str:
    """This function will write a time as the workflows read it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class Release:
    """What a machine should run: the programs of a commit, whose checksums have a digest."""

    sha: str
    digest: str
    prefix: str  # where they lie in the bucket


def release_of(told: object) -> Release:
    """This function will read a release, or refuse what is not one."""
    sha, digest = (told.get("sha"), told.get("digest")) if isinstance(told, dict) else (None, None)
    if not (
        isinstance(sha, str) and SHA.fullmatch(sha) and isinstance(digest, str) and DIGEST.fullmatch(digest)
    ):
        raise ProblemError("release.json names no commit and digest")
    # Where the programs of a commit lie follows from what they are: what else stands there is not looked at.
    return Release(sha, digest, f"builds/{sha}/{digest.removeprefix('sha256:')}")


class Node:
    """This machine, and what it runs."""

    def __init__(self) -> None:
        settings = json.loads(SETTINGS.read_text())
        self.machine = Machine(settings.get("metadata", "http://169.254.169.254"))
        self.id = self.machine.tells("instance-id") or "unknown"
        if "groups" in settings:  # of a launch template: which group it is of stands in its tags
            group = self.machine.tells("tags/instance/pilothouse:group") or ""
            some = next(iter(settings["groups"].values()))
            settings = settings["groups"].get(group, {**some, "group": group, "programs": {}})
        self.settings = settings
        self.programs: dict[str, dict[str, Any]] = settings["programs"]
        self.bucket = Bucket(settings, self.machine.credentials())
        self.folder = f"environments/{settings['environment']}"
        state = STATE / "state.json"
        self.state: dict[str, Any] = json.loads(state.read_text()) if state.exists() else {}

    def converge(self) -> None:
        """This function will have the machine run what it should, and tell how it is."""
        problem, wanted = "", None
        try:
            wanted = self._wanted()
            if wanted and not self.is_draining and self._runs() != wanted:
                self._install(wanted)
                self._start(wanted)
        except ProblemError as error:
            problem = str(error)
        self._tell(wanted, problem or self._trouble())

    def watch(self) -> None:
        """This function will drain the machine when EC2 says that it will end it: two minutes are left then."""
        if self.is_draining or self.machine.tells("spot/instance-action") is None:
            return
        (STATE / "draining").touch()
        for name, program in self.programs.items():
            if program["drain"]:
                command(["bash", "-c", program["drain"]])
            command(["systemctl", "stop", unit(name)])
        self._tell(None, "EC2 takes this spot instance back")

    @property
    def is_draining(self) -> bool:
        """Whether nothing is begun on it any more."""
        return (STATE / "draining").exists()

    def _runs(self) -> Release | None:
        return release_of(self.state) if self.state.get("sha") else None

    def _wanted(self) -> Release | None:
        """A canary names its machines: the others run what all ran before, or stay as they are."""
        told = self.bucket.get(f"{self.folder}/release.json")
        if told is None:
            return None
        try:
            release = json.loads(told)
            if release["canary"] == WHOLE or self.id in release["nodes"]:
                return release_of(release)
            previous = release["previous"]
        except (ValueError, KeyError, TypeError) as error:
            raise ProblemError(f"release.json cannot be read: {error!r}") from error
        return self._runs() if previous is None else release_of(previous)

    def _install(self, wanted: Release) -> None:
        """Fetch the programs, each held against its checksum, and only then put them in the place of the others."""
        told = self.bucket.get(f"{wanted.prefix}/SHA256SUMS")
        if told is None or f"sha256:{hashlib.sha256(told).hexdigest()}" != wanted.digest:
            raise ProblemError("SHA256SUMS is missing, or not what was released")
        sums = {line[66:].lstrip("*"): line[:64] for line in told.decode().splitlines()}
        folder = PROGRAMS / wanted.digest.removeprefix("sha256:")
        folder.mkdir(parents=True, exist_ok=True)
        for name in self.programs:
            part = folder / f".{name}"
            if not NAME.fullmatch(name) or name not in sums:
                raise ProblemError(f"the release has no program {name}")
            if self.bucket.get(f"{wanted.prefix}/{name}", part) is None:
                raise ProblemError(f"the program {name} was not pushed")
            with part.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != sums[name]:
                    part.unlink()
                    raise ProblemError(f"the program {name} is not what was released")
            part.chmod(0o755)
            part.rename(folder / name)
        before = (PROGRAMS / "current").resolve().name
        link = PROGRAMS / ".current"
        link.unlink(missing_ok=True)
        link.symlink_to(folder.name)
        link.rename(PROGRAMS / "current")
        for old in PROGRAMS.iterdir():  # a disk is not for every release there ever was
            if DIGEST.fullmatch(f"sha256:{old.name}") and old.name not in {folder.name, before}:
                shutil.rmtree(old)

    def _start(self, wanted: Release) -> None:
        for name, program in self.programs.items():
            (UNITS / unit(name)).write_text(unit_text(name, program))
        command(["systemctl", "daemon-reload"])
        self._keep(sha=wanted.sha, digest=wanted.digest, since=written(now()))
        for name in self.programs:
            if not self.is_draining and command(["systemctl", "restart", unit(name)]) != 0:
                raise ProblemError(f"{name} cannot be started")
            command(["systemctl", "enable", unit(name)])

    def _trouble(self) -> str:
        """What is not well about what runs; empty where all is."""
        if self.is_draining:
            return "it is drained"
        for name, program in self.programs.items() if self._runs() else ():
            is_well = command(["systemctl", "is-active", "--quiet", unit(name)]) == 0 and answers(
                program["health"]
            )
            if not is_well:
                begun = datetime.fromisoformat(self.state["since"])
                is_new = now() - begun < timedelta(seconds=program["settle"])
                return f"{name} is starting" if is_new else f"{name} does not run, or is not healthy"
        return "" if self._runs() else "nothing is released to it yet"

    def _tell(self, wanted: Release | None, problem: str) -> None:
        runs = self._runs()
        told = {
            "version": 1,
            "instance": self.id,
            "group": self.settings["group"],
            "sha": runs.sha if runs else "",
            "digest": runs.digest if runs else "",
            "release": wanted.sha if wanted else "",
            "healthy": not problem,
            "draining": self.is_draining,
            "problem": problem,
        }
        last = self.state.get("told", {})
        is_same = told.items() <= last.items() and written(now() - AGAIN) < last["at"]
        if not is_same:
            told["at"] = written(now())
            self.bucket.put(f"{self.folder}/nodes/{self.id}.json", json.dumps(told).encode())
            self._keep(told=told)

    def _keep(self, **changes: object) -> None:
        self.state |= changes
        part = STATE / f".state-{os.getpid()}"
        part.write_text(json.dumps(self.state))
        part.rename(STATE / "state.json")


def unit(name: str) -> str:
    """This function will name the service of a program."""
    return f"pilothouse-{name}.service"


def unit_text(name: str, program: dict[str, Any]) -> str:
    """This function will write the service of a program.

    https://www.freedesktop.org/software/systemd/man/systemd.service.html
    """
    words = [f"{PROGRAMS}/current/{name}", *program["arguments"]]
    lines = [
        "[Unit]",
        f"Description={name}",
        "After=network-online.target",
        "Wants=network-online.target",
        "",
    ]
    lines += ["[Service]", f"ExecStart={' '.join(map(quoted, words))}", f"User={program['user']}"]
    lines += [f"Environment={quoted(f'{key}={value}', '%')}" for key, value in program["environment"].items()]
    capabilities = " ".join(program["capabilities"])
    if capabilities:
        lines += [f"AmbientCapabilities={capabilities}", f"CapabilityBoundingSet={capabilities}"]
    else:
        lines += ["NoNewPrivileges=yes"]
    lines += ["Restart=on-failure", "RestartSec=2", "LimitNOFILE=1048576", ""]
    return "\n".join([*lines, "[Install]", "WantedBy=multi-user.target", ""])


def quoted(word: str, doubled: str = "%$") -> str:
    """This function will quote a word for systemd, with nothing in it filled in."""
    text = word.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    for sign in doubled:
        text = text.replace(sign, sign * 2)
    return f'"{text}"'


def answers(address: str) -> bool:
    """This function will say whether a program says of itself that it is well; without an address it is."""
    try:
        return not address or ask(urllib.request.Request(address)).status == HTTPStatus.OK
    except ProblemError:
        return False


def command(words: list[str]) -> int:
    """This function will run a command, and return its exit code."""
    try:
        return subprocess.run(words, timeout=SLOW, check=False).returncode
    except subprocess.TimeoutExpired:
        return 124


def main() -> None:
    """This function will do what a timer asks: `converge` or `watch`."""
    what = sys.argv[1]
    STATE.mkdir(parents=True, exist_ok=True)
    with (STATE / f"{what}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        node = Node()
        node.watch() if what == "watch" else node.converge()


if __name__ == "__main__":
    main()
