"""Stands in for the actions that take a role of AWS by OpenID Connect."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.support.actions.stand_in import ActionFailed, Call, StandIn

if TYPE_CHECKING:
    from collections.abc import Mapping

_ROLE = re.compile(r"arn:aws:iam::(\d{12}):role/[\w+=,.@/-]+")


def _take_role(call: Call) -> Mapping[str, str]:
    role, region = call.inputs["role-to-assume"], call.inputs["aws-region"]
    found = _ROLE.fullmatch(role)
    if found is None:
        raise ActionFailed(
            "Credentials could not be loaded, please check your action inputs: "
            "Could not load credentials from any providers"
        )
    call.job.env |= {
        "AWS_ACCESS_KEY_ID": "ASIATESTOFTHISRUN000",
        "AWS_SECRET_ACCESS_KEY": "secretOfThisRunWhichNobodySees0000000000",
        "AWS_SESSION_TOKEN": "sessionOfThisRunWhichNobodySees",
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
    }
    for name in ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        call.job.log.mask(call.job.env[name])
    call.say(f"Assuming role with OIDC: {role}")
    return {"aws-account-id": found[1]}


def _log_in(call: Call) -> Mapping[str, str]:
    if "AWS_SESSION_TOKEN" not in call.env:
        raise ActionFailed("Could not load credentials from any providers")
    return {"registry": f"123456789012.dkr.ecr.{call.env['AWS_REGION']}.amazonaws.com"}


CONFIGURE_AWS = StandIn(run=_take_role, permissions={"id-token": "write"})
ECR_LOGIN = StandIn(run=_log_in)
