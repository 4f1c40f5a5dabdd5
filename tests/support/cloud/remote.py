"""Systems Manager of a test: its Run Command really executes, on this machine."""

from __future__ import annotations

import asyncio
import re
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.support.cloud.wire import AwsError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from tests.support.cloud.wire import Call

SHELL_DOCUMENT = "AWS-RunShellScript"
_MOST_OUTPUT = 24_000  # characters; what is longer is cut, as GetCommandInvocation does
_TRUNCATED = "\n---Output truncated---"
_PARAMETER = re.compile(r"{{\s*([A-Za-z0-9_.:-]+)\s*}}")


@dataclass
class Invocation:
    """One command on one instance."""

    id: str
    instance: str
    document: str
    account: str
    status: str = "Pending"
    code: int = -1
    out: str = ""
    err: str = ""
    asked: int = 0  # how often it was asked after
    task: asyncio.Task[None] | None = None


@dataclass
class Remote:
    """The managed instances of one test's world; all of them are this machine."""

    now: Callable[[], datetime]
    managed: dict[str, Path] = field(default_factory=dict)  # instance → where its commands begin
    documents: dict[str, list[str]] = field(default_factory=lambda: {SHELL_DOCUMENT: ["{{ commands }}"]})
    invocations: list[Invocation] = field(default_factory=list)
    blind_asks: int = 1  # how often a new command is not known yet
    online: bool = True
    stuck: bool = False  # commands are taken and never begin
    environment: dict[str, str] = field(default_factory=lambda: {"PATH": "/usr/bin:/bin"})

    def manage(self, instance: str, home: Path) -> None:
        """This function will make an instance one that takes commands."""
        self.managed[instance] = home

    def define(self, name: str, lines: list[str]) -> None:
        """This function will add a document: lines of a shell script with {{ parameters }}."""
        self.documents[name] = lines

    async def send_command(self, call: Call) -> dict[str, Any]:
        """This function will begin a command and not wait for it."""
        asked = call.arguments
        lines = self.documents.get(asked["DocumentName"].rpartition("/")[2])
        if lines is None:
            raise AwsError("InvalidDocument", f"Document with name {asked['DocumentName']} does not exist.")
        unknown = [one for one in asked.get("InstanceIds", []) if one not in self.managed]
        if unknown or not asked.get("InstanceIds"):
            raise AwsError("InvalidInstanceId", f"Instances {unknown} not in a valid state for account")
        script = _script(lines, asked.get("Parameters", {}))
        command = str(uuid.uuid4())
        for instance in asked["InstanceIds"]:
            self._begin(Invocation(command, instance, asked["DocumentName"], call.account), script)
        return {"Command": self._described(command, asked)}

    def _described(self, command: str, asked: dict[str, Any]) -> dict[str, Any]:
        return {
            "CommandId": command,
            "DocumentName": asked["DocumentName"],
            "InstanceIds": asked["InstanceIds"],
            "Parameters": asked.get("Parameters", {}),
            "RequestedDateTime": self.now(),
            "Status": "Pending",
            "StatusDetails": "Pending",
            "TargetCount": len(asked["InstanceIds"]),
        }

    def _begin(self, invocation: Invocation, script: str) -> None:
        self.invocations.append(invocation)
        if self.online and not self.stuck:
            invocation.task = asyncio.create_task(self._run(invocation, script))

    async def _run(self, invocation: Invocation, script: str) -> None:
        invocation.status = "InProgress"
        process = await asyncio.create_subprocess_exec(
            "/bin/bash",
            "-c",
            script,
            cwd=self.managed[invocation.instance],
            env=self.environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
        invocation.out, invocation.err = _cut(out), _cut(err)
        invocation.code = process.returncode or 0
        invocation.status = "Success" if invocation.code == 0 else "Failed"

    async def get_command_invocation(self, call: Call) -> dict[str, Any]:
        """This function will say how a command stands; just after it was sent, that there is none of this id."""
        wanted = (call.arguments["CommandId"], call.arguments["InstanceId"], call.account)
        found = next((one for one in self.invocations if (one.id, one.instance, one.account) == wanted), None)
        if found is not None:
            found.asked += 1
        if found is None or found.asked <= self.blind_asks:
            raise AwsError("InvocationDoesNotExist", "")
        return {
            "CommandId": found.id,
            "InstanceId": found.instance,
            "DocumentName": found.document,
            "PluginName": "aws:runShellScript",
            "ResponseCode": found.code,
            "Status": found.status,
            "StatusDetails": found.status,
            "StandardOutputContent": found.out,
            "StandardErrorContent": found.err,
        }

    async def describe_instance_information(self, call: Call) -> dict[str, Any]:
        """This function will list the managed instances."""
        del call
        rows = [
            {"InstanceId": one, "PingStatus": "Online" if self.online else "ConnectionLost"}
            for one in sorted(self.managed)
        ]
        return {"InstanceInformationList": rows}

    async def close(self) -> None:
        """This function will end what still runs."""
        tasks = [one.task for one in self.invocations if one.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _cut(output: bytes) -> str:
    text = output.decode(errors="replace")
    return text if len(text) <= _MOST_OUTPUT else text[: _MOST_OUTPUT - len(_TRUNCATED)] + _TRUNCATED


def _script(lines: list[str], parameters: dict[str, list[str]]) -> str:
    """As the agent does it: parameters are put into the text of the script, unquoted."""

    def put(match: re.Match[str]) -> str:
        return "\n".join(parameters.get(match[1], []))

    return "\n".join(_PARAMETER.sub(put, line) for line in lines)
