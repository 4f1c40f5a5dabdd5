"""Systems Manager of a test: its Run Command really executes, on this machine."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import tempfile
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.support.cloud.documents import known_documents, script_of
from tests.support.cloud.wire import AwsError

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import Callable
    from datetime import datetime

    from tests.support.cloud.documents import Script
    from tests.support.cloud.wire import Call

_MOST_OUTPUT, _MOST_ERROR = 24_000, 8_000  # characters; what is longer is cut, as GetCommandInvocation does
_TRUNCATED = "\n---Output truncated---"
# What the agent makes of exit codes: https://github.com/aws/amazon-ssm-agent/tree/mainline/agent/appconfig
_STOPPED = 137


@dataclass
class Invocation:
    """One command on one instance."""

    id: str
    instance: str
    document: str
    account: str
    status: str = "Pending"
    details: str = "Pending"
    code: int = -1
    out: str = ""
    err: str = ""
    asked: int = 0  # how often it was asked after
    task: asyncio.Task[None] | None = None

    def ends(self, status: str, details: str = "", code: int = -1) -> None:
        """This function will say how it ended."""
        self.status, self.details, self.code = status, details or status, code


@dataclass
class Remote:
    """The managed instances of one test's world; all of them are this machine."""

    now: Callable[[], datetime]
    managed: dict[str, Path] = field(default_factory=dict)  # instance → where its commands begin
    documents: dict[str, dict[str, Any]] = field(default_factory=known_documents)
    invocations: list[Invocation] = field(default_factory=list)
    restarted: list[str] = field(default_factory=list)  # instances whose agent took an exit code for a wish
    blind_asks: int = 1  # how often a new command is not known yet
    online: bool = True  # otherwise no agent fetches what is sent, and it is given up after some looks
    patience: int = 3  # looks
    stuck: bool = False  # commands are taken and never begin
    environment: dict[str, str] = field(default_factory=lambda: {"PATH": "/usr/bin:/bin"})

    def manage(self, instance: str, home: Path) -> None:
        """This function will make an instance one that takes commands."""
        self.managed[instance] = home

    async def send_command(self, call: Call) -> dict[str, Any]:
        """This function will begin a command and not wait for it."""
        asked = call.arguments
        document = self.documents.get(asked["DocumentName"].rpartition("/")[2])
        if document is None:
            raise AwsError("InvalidDocument", f"Document with name {asked['DocumentName']} does not exist.")
        unknown = [one for one in asked.get("InstanceIds", []) if one not in self.managed]
        if unknown or not asked.get("InstanceIds"):
            raise AwsError("InvalidInstanceId", f"Instances {unknown} not in a valid state for account")
        script = script_of(document, asked.get("Parameters", {}))
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

    def _begin(self, invocation: Invocation, script: Script) -> None:
        self.invocations.append(invocation)
        if self.online and not self.stuck:
            invocation.task = asyncio.create_task(self._run(invocation, script))

    async def _run(self, invocation: Invocation, script: Script) -> None:
        """As the agent does: the script is a file, its processes are one group, which is killed at the time limit."""
        invocation.status = invocation.details = "InProgress"
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "_script.sh"
            file.write_text(script.text, encoding="utf-8")
            file.chmod(0o700)
            process = await asyncio.create_subprocess_exec(
                "sh",
                "-c",
                str(file),
                cwd=self.managed[invocation.instance],
                env=self.environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                process_group=0,
            )
            await self._followed(invocation, process, script.seconds)

    async def _followed(self, invocation: Invocation, process: Process, seconds: int) -> None:
        try:
            async with asyncio.timeout(seconds):
                out, err = await process.communicate()
        except (TimeoutError, asyncio.CancelledError) as why:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
            if isinstance(why, asyncio.CancelledError):
                raise
            invocation.ends("TimedOut", "ExecutionTimedOut", _STOPPED)
            return
        invocation.out, invocation.err = _cut(out, _MOST_OUTPUT), _cut(err, _MOST_ERROR)
        code = process.returncode or 0
        match code:
            case 0:
                invocation.ends("Success", code=0)
            case 137:  # it takes it for its own doing
                invocation.ends("TimedOut", "ExecutionTimedOut", _STOPPED)
            case 194:  # and this for a wish that the machine be restarted
                self.restarted.append(invocation.instance)
            case _:
                invocation.ends("Failed", code=max(code, -1))

    async def get_command_invocation(self, call: Call) -> dict[str, Any]:
        """This function will say how a command stands; just after it was sent, that there is none of this id."""
        wanted = (call.arguments["CommandId"], call.arguments["InstanceId"], call.account)
        found = next((one for one in self.invocations if (one.id, one.instance, one.account) == wanted), None)
        if found is not None:
            found.asked += 1
        if found is None or found.asked <= self.blind_asks:
            raise AwsError("InvocationDoesNotExist", "")
        if not self.online and found.status == "Pending" and found.asked > self.patience:
            found.ends("TimedOut", "DeliveryTimedOut")
        return {
            "CommandId": found.id,
            "InstanceId": found.instance,
            "DocumentName": found.document,
            "PluginName": "aws:runShellScript",
            "ResponseCode": found.code,
            "Status": found.status,
            "StatusDetails": found.details,
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


def _cut(output: bytes, most: int) -> str:
    text = output.decode(errors="replace")
    return text if len(text) <= most else text[: most - len(_TRUNCATED)] + _TRUNCATED
