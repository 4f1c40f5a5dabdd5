"""What may go wrong with AWS: permissions, throttling, silence, breaks, an answer lost after its effect."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from tests.support.cloud.wire import AwsError, denied

if TYPE_CHECKING:
    from tests.support.cloud.wire import Call


class Way(StrEnum):
    """How it goes wrong."""

    DENY = "deny"
    THROTTLE = "throttle"
    ERROR = "error"  # `code`, `message` and `status` say which
    DOWN = "down"  # 503
    BREAK = "break"  # the connection is closed without an answer
    HANG = "hang"  # no answer, until the test ends
    LOSE = "lose"  # the effect happens, then the connection is closed
    HUSH = "hush"  # the effect happens, and no answer comes until the test ends


@dataclass(kw_only=True)
class Fault:
    """One thing that goes wrong."""

    action: str  # a pattern: ec2:TerminateInstances, ce:*
    way: Way
    account: str = ""  # anywhere, if empty
    region: str = ""
    left: int | None = None  # how often; for ever, if None
    error: AwsError | None = None

    def meets(self, call: Call) -> bool:
        """This function will say whether it happens to this call."""
        return (
            self.left != 0
            and fnmatchcase(call.name, self.action)
            and self.account in {"", call.account}
            and self.region in {"", call.region}
        )

    @property
    def acts(self) -> bool:
        """Whether the request has its effect."""
        return self.way in {Way.LOSE, Way.HUSH}

    @property
    def breaks(self) -> bool:
        """Whether the connection is closed without an answer."""
        return self.way in {Way.LOSE, Way.HUSH, Way.BREAK, Way.HANG}

    def error_for(self, call: Call) -> AwsError:
        """This function will word it as AWS does."""
        match self.way:
            case Way.DENY:
                return denied(call)
            case Way.THROTTLE:
                return _throttled(call)
            case _:
                return self.error or AwsError("ServiceUnavailable", "Service is unavailable", 503)


def _throttled(call: Call) -> AwsError:
    if call.service == "ec2":
        return AwsError("RequestLimitExceeded", "Request limit exceeded.", 503)
    if call.service in {"iam", "sts"}:
        return AwsError("Throttling", "Rate exceeded", 400)
    return AwsError("ThrottlingException", "Rate exceeded", 400)


class Faults:
    """All that goes wrong in one test."""

    def __init__(self) -> None:
        self.active: list[Fault] = []

    def deny(self, action: str, *, account: str = "", region: str = "") -> Fault:
        """This function will take a permission away."""
        return self.add(Fault(action=action, way=Way.DENY, account=account, region=region))

    def add(self, fault: Fault) -> Fault:
        """This function will let something go wrong."""
        self.active.append(fault)
        return fault

    def end(self, fault: Fault) -> None:
        """This function will put it right."""
        self.active.remove(fault)

    def of(self, call: Call) -> Fault | None:
        """This function will find what goes wrong with a call, and count it."""
        found = next((fault for fault in self.active if fault.meets(call)), None)
        if found is not None and found.left is not None:
            found.left -= 1
        return found
