"""A machine of AWS that takes commands by Systems Manager's Run Command."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.costs.aws.accounts import (
    AWS_ERRORS,
    AwsDenied,
    AwsRefused,
    AwsRequest,
    AwsThrottled,
)
from bot.supervision.hosts.document import DOCUMENT, code_of, parameters_of
from bot.supervision.hosts.model import MOST_ERROR, MOST_OUTPUT, Result, Unknown, too_long

if TYPE_CHECKING:
    from bot.costs.aws.accounts import Account, AwsError
    from bot.supervision.hosts.model import Order

_ON_ITS_WAY = frozenset({"Pending", "InProgress", "Delayed", "Cancelling"})
_ENDED = frozenset({"success", "failed"})
_UNDELIVERED = frozenset({"deliverytimedout", "undeliverable"})
_KILLED = "executiontimedout"
_MOST_FAILURES = 3  # in a row; asking again does no harm
_NOT_YET = "InvocationDoesNotExist"  # right after it was sent
_ADVICE = {
    "InvalidDocument": f"; {DOCUMENT} has to be created there, as `pilothouse supervision document` prints it",
    "InvalidParameters": f"; {DOCUMENT} has to be updated there, as `pilothouse supervision document` prints it",
}
# The least that Run Command takes; what the agent has not fetched so long, and the program's own time besides, is not
# run at all: https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html
_DELIVERY_SECONDS = 30
# Beyond the program's own time: until the agent on the machine has fetched the command and told how it went.
_DELIVERY = timedelta(seconds=2 * _DELIVERY_SECONDS)
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0  # seconds between two looks
_THROTTLED_PAUSES = (1.0, 2.0, 4.0)  # seconds before what was not taken is sent again


@dataclass(frozen=True, slots=True, kw_only=True)
class SsmHost:
    """One instance."""

    account: Account
    region: str
    instance: str
    user: str | None = None  # None for the owner of the order's folder

    async def run(self, order: Order) -> Result | Unknown:
        """This function will send the program and ask until it has ended; what is on its way is never sent again."""
        try:
            sent = await self._sent(order)
        except AwsRefused as error:
            return Unknown(why=f"AWS did not take the command: {error}{_ADVICE.get(error.code, '')}")
        except AWS_ERRORS as error:
            return Unknown(why=f"AWS did not take the command: {error}")
        try:
            async with asyncio.timeout((order.timeout + _DELIVERY).total_seconds()):
                return await self._followed(sent["Command"]["CommandId"], order)
        except TimeoutError:
            return Unknown(why=f"{self.instance} did not say in time how the command ended")

    async def _sent(self, order: Order) -> dict[str, Any]:
        """What was throttled was not taken, and may be sent again; what got no answer may have been."""
        request = self._sending(order)
        for pause in _THROTTLED_PAUSES:
            try:
                return await self.account.call(request)
            except AwsThrottled:
                await asyncio.sleep(pause)
        return await self.account.call(request)

    def _sending(self, order: Order) -> AwsRequest:
        arguments = {
            "DocumentName": DOCUMENT,
            "InstanceIds": [self.instance],
            "TimeoutSeconds": _DELIVERY_SECONDS,
            "Parameters": parameters_of(order, self.user),
        }
        return AwsRequest(
            service="ssm", operation="SendCommand", region=self.region, arguments=arguments, repeats=False
        )

    async def _followed(self, command_id: str, order: Order) -> Result | Unknown:
        pause, failures = _FIRST_PAUSE, 0
        arguments = {"CommandId": command_id, "InstanceId": self.instance}
        request = AwsRequest(
            service="ssm", operation="GetCommandInvocation", region=self.region, arguments=arguments
        )
        while True:
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
            try:
                told = await self.account.call(request)
            except AWS_ERRORS as error:
                failures += not _is_early(error)
                if failures > _MOST_FAILURES or isinstance(error, AwsDenied):
                    return Unknown(why=f"AWS did not say how the command ended: {error}")
                continue
            failures = 0
            if told["Status"] not in _ON_ITS_WAY:
                return _ended(told, order)


def _is_early(error: AwsError) -> bool:
    """Whether it was sent so recently that it is not known yet."""
    return isinstance(error, AwsRefused) and error.code == _NOT_YET


def _ended(told: dict[str, Any], order: Order) -> Result | Unknown:
    """How it ended; only the details tell a program that failed from one that never began."""
    details = told.get("StatusDetails") or told["Status"]
    plain, code = details.replace(" ", "").lower(), int(told.get("ResponseCode", -1))
    if plain in _UNDELIVERED:
        return Unknown(why=f"the instance's agent did not fetch the command ({details})")
    if plain == _KILLED:
        return too_long(order)
    if plain not in _ENDED or code < 0:
        return Unknown(why=f"Run Command says {details}")
    return Result(
        code=code_of(code),
        out=told.get("StandardOutputContent", "")[:MOST_OUTPUT],
        err=told.get("StandardErrorContent", "")[:MOST_ERROR],
    )
