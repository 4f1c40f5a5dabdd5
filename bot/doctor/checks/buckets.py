"""Looks at the buckets of state and of programs."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.doctor.judging.buckets import judge_bucket, judge_locks
from bot.doctor.model import Check, Part
from bot.doctor.seeing.cloud import bucket_facts, locks_in
from bot.doctor.seeing.telling import told

if TYPE_CHECKING:
    from bot.config.pipeline import InfrastructureConfig
    from bot.doctor.model import Finding
    from bot.doctor.seeing.subject import Subject


async def examine(subject: Subject) -> tuple[Finding, ...]:
    """This function will say whether state and programs lie safely."""
    infrastructure = await subject.infrastructure()
    if infrastructure is None:
        return ()
    await subject.readings.account.get()  # told once where there are no credentials
    found = await asyncio.gather(
        _bucket(subject, infrastructure, "state", infrastructure.state),
        _bucket(subject, infrastructure, "artifact", infrastructure.artifacts),
        told("locks of states", subject.name, _locks(subject, infrastructure)),
    )
    return tuple(finding for findings in found for finding in findings)


async def _bucket(
    subject: Subject, infrastructure: InfrastructureConfig, what: str, name: str
) -> tuple[Finding, ...]:
    async def look() -> tuple[Finding, ...]:
        account = await subject.readings.account.get()
        return judge_bucket(what, name, await bucket_facts(account, name, infrastructure.region))

    return await told(f"{what} bucket {name}", subject.name, look())


async def _locks(subject: Subject, infrastructure: InfrastructureConfig) -> tuple[Finding, ...]:
    account = await subject.readings.account.get()
    if await bucket_facts(account, infrastructure.state, infrastructure.region) is None:
        return ()  # told already
    locks = await locks_in(account, infrastructure.state, infrastructure.region)
    return judge_locks(infrastructure.state, locks, subject.now)


CHECK = Check(
    name="buckets",
    part=Part.AWS,
    looks_at="whether the buckets of state and of programs are there, in the right region, private, encrypted, "
    "versioned and by TLS only, and no state was left locked",
    needs="AWS credentials",
    examine=examine,
)
