"""Judges variables and the names of secrets: roles that jobs take, and keys that nobody should keep."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.doctor.wording import bad, command, good, notice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.doctor.judging.needing import RoleNeed
    from bot.doctor.model import Finding

ROLE = re.compile(
    r"arn:aws[a-z-]*:iam::(?P<account>\d{12}):role/(?:[!-~]{1,512}/)?(?P<name>[A-Za-z0-9+=,.@_-]{1,64})"
)
# Keys of AWS that hold until somebody revokes them, in the names that its tools read them by.
LONG_LIVED = frozenset({"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY", "AWS_SECRET_KEY"})


def judge_role(repository: str, need: RoleNeed, value: str | None) -> Finding:
    """This function will say whether a variable names a role."""
    where = f" of environment {need.environment}" if need.environment else ""
    subject = f"variable {need.variable}{where}"
    target = ("--env", need.environment) if need.environment else ()
    words = ("gh", "variable", "set", need.variable, *target, "--repo", repository, "--body", "ARN")
    remedy = f"Take the ARN from the output of `terraform apply` in bootstrap/, and set it: {command(*words)}"
    if value is None:
        return bad(subject, "it is not set, so its jobs cannot take their role in AWS", remedy)
    if ROLE.fullmatch(value.strip()) is None:
        return bad(subject, f"it is {value!r}, which is no ARN of a role", remedy)
    if value != value.strip():
        return bad(subject, "it has blanks around the ARN", remedy)
    return good(subject, f"it names {value}")


def judge_secrets(
    repository: str, wanted: frozenset[str], held: Mapping[str, frozenset[str]]
) -> tuple[Finding, ...]:
    """This function will hold the names of secrets, by the environment they are of, to what is needed."""
    found = [_kept(repository, name, place) for place in held for name in sorted(held[place] & LONG_LIVED)]
    every = frozenset().union(*held.values())
    found += [
        bad(
            f"secret {name}",
            "the workflows use it, and it is not there",
            f"Set it: {command('gh', 'secret', 'set', name, '--repo', repository)}",
        )
        for name in sorted(wanted - every)
    ]
    return tuple(found) or (
        good("secrets", "no long-lived key of AWS is kept, and none that is used is missing"),
    )


def _kept(repository: str, name: str, environment: str) -> Finding:
    where = f" of environment {environment}" if environment else ""
    target = ("--env", environment) if environment else ()
    delete = command("gh", "secret", "delete", name, *target, "--repo", repository)
    return notice(
        f"secret {name}{where}",
        "a key of AWS that does not expire is kept where each job's code may read it; the pack's workflows take "
        "roles by OIDC and need none",
        f"Revoke the key in AWS, then delete it: {delete}",
    )
