"""Looks at the roles that jobs take in AWS: that the right ones can, and nobody else."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.doctor.judging.trusting import TrustFacts, judge_provider, judge_trust
from bot.doctor.judging.valuing import ROLE
from bot.doctor.model import Check, Eyes, Part
from bot.doctor.seeing.cloud import github_provider, trust_of
from bot.doctor.seeing.telling import told
from bot.doctor.wording import unknown

if TYPE_CHECKING:
    from bot.costs.aws.accounts import Account
    from bot.doctor.model import Finding
    from bot.doctor.seeing.subject import Subject


async def examine(subject: Subject) -> tuple[Finding, ...]:
    """This function will say who can take the roles that variables name."""
    infrastructure = await subject.infrastructure()
    if infrastructure is None:
        return ()
    account = await subject.readings.account.get()
    region = infrastructure.region
    known = await github_provider(account, region)
    values = await subject.readings.roles.get()
    named = dict.fromkeys(
        (seen.value.strip(), need.environment) for need, seen in values.items() if seen.value is not None
    )
    found = await asyncio.gather(
        *(told(f"role {arn}", subject.name, _role(subject, account, arn, where)) for arn, where in named)
    )
    provider = judge_provider(is_there=known, account=account.id)
    return (provider, *(finding for findings in found for finding in findings))


async def _role(subject: Subject, account: Account, arn: str, environment: str) -> tuple[Finding, ...]:
    role = ROLE.fullmatch(arn)
    if role is None:
        return ()  # told by the check of variables
    if role["account"] != account.id:
        text = f"it is of account {role['account']}, and the AWS credentials at hand are of {account.id}"
        return (unknown(f"role {arn}", text, "Use credentials of that account.", eyes=Eyes.AWS),)
    facts = TrustFacts(
        arn=arn,
        names=_names(subject),
        environment=environment,
        policy=await trust_of(account, role["name"], account.regions[0]),
    )
    return judge_trust(facts)


def _names(subject: Subject) -> tuple[str, ...]:
    """How this repository's subjects begin, in GitHub's two forms.

    https://github.blog/changelog/2026-04-23-immutable-subject-claims-for-github-actions-oidc-tokens/
    """
    ref, about = subject.repo.ref, subject.about
    return f"repo:{ref.full_name}", f"repo:{ref.owner}@{about.owner.id}/{ref.name}@{about.id}"


CHECK = Check(
    name="roles",
    part=Part.AWS,
    looks_at="whether each role that a variable names can be taken by the jobs that need it, and by no others",
    needs="AWS credentials",
    examine=examine,
)
