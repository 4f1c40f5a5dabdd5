"""Looks at the files that `pilothouse init` wrote."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.doctor.judging.packing import PackFacts, judge_pack
from bot.doctor.model import Check, Part
from bot.doctor.wording import unknown
from bot.github.contents import get_file
from bot.pack.installing.recording import blob_id, record_from
from bot.pack.model import RECORD

if TYPE_CHECKING:
    from bot.doctor.model import Finding
    from bot.doctor.seeing.subject import Subject


async def examine(subject: Subject) -> tuple[Finding, ...]:
    """This function will say whether the files of the pack are there, and of today's configuration."""
    if (await subject.policy()).pipeline is None:
        return ()
    offered, files, text = await asyncio.gather(
        subject.readings.pack.get(), subject.readings.files.get(), get_file(subject.repo, RECORD)
    )
    if files is None:
        remedy = f"Run `pilothouse init --repo {subject.name} --dry-run`, which reads them one by one."
        return (unknown("the pack's files", "the repository has too many files to be listed", remedy),)
    record = record_from(text)
    facts = PackFacts(
        repository=subject.name,
        offered={file.path: blob_id(file.content) for file in offered},
        written={path: one.blob for path, one in record.files.items()},
        current=files,
        trouble=record.trouble,
    )
    return judge_pack(facts)


CHECK = Check(
    name="pack",
    part=Part.PIPELINE,
    looks_at="whether the files of `pilothouse init` are there, of today's version, or edited",
    examine=examine,
)
