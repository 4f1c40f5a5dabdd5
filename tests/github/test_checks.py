"""Check runs against the local GitHub."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.github.checks import create_check, find_check, list_checks, update_check
from bot.github.errors import Uncertain
from bot.github.models import (
    Annotation,
    CheckAction,
    CheckReport,
    Conclusion,
)
from bot.localhub.faults import Fault

if TYPE_CHECKING:
    from tests.support.github_world import World


def numbered(count: int) -> tuple[Annotation, ...]:
    return tuple(
        Annotation(path="src/lib.rs", start_line=n, end_line=n, level="failure", message=f"no {n}")
        for n in range(1, count + 1)
    )


def report(world: World, count: int = 0) -> CheckReport:
    return CheckReport(
        name="pilothouse / diagnosis",
        head_sha=world.head,
        external_id="diagnose-1-1",
        title="1 failure",
        summary="It broke.",
        conclusion=Conclusion.FAILURE,
        annotations=numbered(count),
        actions=(CheckAction(label="Why", identifier="why", description="Explain"),),
    )


async def test_check_runs(world: World) -> None:
    repo, wanted = world.repo, report(world)
    assert await find_check(repo, world.head, name=wanted.name, external_id="diagnose-1-1") is None
    made = await create_check(repo, wanted)
    assert (made.status, made.conclusion, made.external_id) == (
        "completed",
        Conclusion.FAILURE,
        "diagnose-1-1",
    )
    assert await find_check(repo, world.head, name=wanted.name, external_id="diagnose-1-1") == made
    assert await find_check(repo, world.head, name=wanted.name, external_id="other") is None
    better = await update_check(repo, made.id, replace(wanted, conclusion=Conclusion.SUCCESS))
    assert (better.id, better.conclusion) == (made.id, Conclusion.SUCCESS)
    assert made.id in {check.id for check in await list_checks(repo, world.head)}
    assert [check.id for check in await list_checks(repo, world.head, name=wanted.name)] == [made.id]
    waiting = await create_check(repo, replace(wanted, conclusion=None, external_id="x", actions=()))
    assert (waiting.status, waiting.conclusion) == ("in_progress", None)


async def test_more_annotations_than_a_request_takes(world: World) -> None:
    made = await create_check(world.repo, report(world, 120))
    assert made.conclusion is Conclusion.FAILURE
    assert len(world.repository.check_runs[made.id].annotations) == 120


async def test_annotations_are_not_doubled_when_an_answer_was_lost(world: World) -> None:
    """GitHub appends annotations, so after a lost answer only those that did not arrive are sent again."""
    fault = Fault(kind="status", method="PATCH", path="check-runs", after=True, count=1)
    world.hub.faults.add(fault)
    made = await create_check(world.repo, report(world, 120))
    assert (fault.hits, len(world.repository.check_runs[made.id].annotations)) == (1, 120)
    await update_check(world.repo, made.id, report(world, 130))
    assert len(world.repository.check_runs[made.id].annotations) == 130


async def test_an_update_that_keeps_being_lost_is_said(world: World) -> None:
    made = await create_check(world.repo, report(world))
    world.hub.faults.add(Fault(kind="status", method="PATCH", path="check-runs"))
    with pytest.raises(Uncertain):
        await update_check(world.repo, made.id, report(world))


async def test_texts_are_cut_to_what_a_check_run_takes(world: World) -> None:
    long = replace(report(world), summary="ü" * 70_000, text="x" * 70_000)
    assert (await create_check(world.repo, long)).conclusion is Conclusion.FAILURE
