"""A machine of AWS that takes commands by Systems Manager's Run Command."""

from __future__ import annotations

import asyncio
import shlex
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.costs.aws.accounts import AWS_ERRORS, AwsRefused, AwsRequest
from bot.supervision.hosts.model import MOST_OUTPUT, Result, Unknown

if TYPE_CHECKING:
    from bot.costs.aws.accounts import Account
    from bot.supervision.hosts.model import Order

DOCUMENT = "AWS-RunShellScript"
_ON_ITS_WAY = frozenset({"Pending", "InProgress", "Delayed", "Cancelling"})
_ENDED = frozenset({"Success", "Failed"})
# Beyond the program's own time: until the agent on the machine has fetched the command and told how it went.
_DELIVERY = timedelta(seconds=60)
_NOT_YET = "InvocationDoesNotExist"  # right after it was sent
_SHORTEST_TIMEOUT = 30  # seconds, for the command to be delivered
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0  # seconds between two looks


@dataclass(frozen=True, slots=True, kw_only=True)
class SsmHost:
    """One instance."""

    account: Account
    region: str
    instance: str

    async def run(self, order: Order) -> Result | Unknown:
        """This function will send the program and ask until it has ended; what is on its way is never sent again."""
        try:
            sent = await self.account.call(self._sending(order))
        except AWS_ERRORS as error:
            return Unknown(why=f"AWS did not take the command: {error}")
        try:
            async with asyncio.timeout((order.timeout + _DELIVERY).total_seconds()):
                return await self._followed(sent["Command"]["CommandId"])
        except TimeoutError:
            return Unknown(why=f"{self.instance} did not say in time how the command ended")

    def _sending(self, order: Order) -> AwsRequest:
        seconds = max(1, int(order.timeout.total_seconds()))
        arguments = {
            "DocumentName": DOCUMENT,
            "InstanceIds": [self.instance],
            "TimeoutSeconds": max(_SHORTEST_TIMEOUT, seconds),
            "Parameters": {
                "commands": [shlex.join(order.argv)],
                "workingDirectory": [order.cwd],
                "executionTimeout": [str(seconds)],
            },
        }
        return AwsRequest(
            service="ssm", operation="SendCommand", region=self.region, arguments=arguments, repeats=False
        )

    async def _followed(self, command_id: str) -> Result | Unknown:
        pause = _FIRST_PAUSE
        arguments = {"CommandId": command_id, "InstanceId": self.instance}
        request = AwsRequest(
            service="ssm", operation="GetCommandInvocation", region=self.region, arguments=arguments
        )
        while True:
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
            try:
                told = await self.account.call(request)
            except AwsRefused as error:
                if error.code != _NOT_YET:
                    return Unknown(why=f"AWS did not say how the command ended: {error}")
                continue
            except AWS_ERRORS as error:
                return Unknown(why=f"AWS did not say how the command ended: {error}")
            if told["Status"] not in _ON_ITS_WAY:
                return _ended(told)


def _ended(told: dict[str, Any]) -> Result | Unknown:
    """How it ended; undelivered, cancelled and timed out say nothing of what the program did."""
    if told["Status"] not in _ENDED:
        return Unknown(why=f"Run Command says {told.get('StatusDetails') or told['Status']}")
    return Result(
        code=int(told.get("ResponseCode", -1)),
        out=told.get("StandardOutputContent", "")[:MOST_OUTPUT],
        err=told.get("StandardErrorContent", "")[:MOST_OUTPUT],
    )
