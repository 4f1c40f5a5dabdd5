"""Who may assume which role in a test's world, and whose credentials a key is of."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.support.cloud.wire import AwsError

if TYPE_CHECKING:
    from tests.support.cloud.wire import Call

_KEY = re.compile(r"<AccessKeyId>([^<]+)</AccessKeyId>")


@dataclass
class Trust:
    """The roles that trust the bot, each with the external id that it wants."""

    roles: dict[str, str] = field(default_factory=dict)  # ARN → external id
    keys: dict[str, str] = field(default_factory=dict)  # access key → account

    def allow(self, role: str, external_id: str) -> None:
        """This function will let a role be assumed with an external id."""
        self.roles[role] = external_id

    def account_of(self, access_key: str, home: str) -> str:
        """This function will say whose credentials they are."""
        return self.keys.get(access_key, home)

    def check(self, call: Call) -> None:
        """This function will refuse what the role's trust policy does not allow."""
        role = call.arguments["RoleArn"]
        if role not in self.roles or call.arguments.get("ExternalId") != self.roles[role]:
            raise AwsError(
                "AccessDenied",
                f"User: {call.caller} is not authorized to perform: sts:AssumeRole on resource: {role}",
                403,
            )

    def remember(self, call: Call, answer: str) -> None:
        """This function will keep whose the new credentials are."""
        key = _KEY.search(answer)
        assert key is not None, answer
        self.keys[key[1]] = call.arguments["RoleArn"].split(":")[4]
