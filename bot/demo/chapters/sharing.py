"""The part of the demo's story about environments that many share: canary steps, locks, a preview for a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.demo.chapters.production import (
    admin,
    green,
    kofi,
    newest_deployment,
    presses,
    waits_at_gate,
    writer,
)
from bot.demo.telling import Sighting, Step, answered, link_to, receipt_of, refused, says, visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.demo.world import World
    from bot.localhub.state.actions import WorkflowRun


BASIN = "pilothouse / basin"


def _runs_to(world: World, environment: str) -> list[WorkflowRun]:
    every = world.harbour.repository.runs.values()
    return [run for run in every if run.inputs.get("environment") == environment]


def _waits_for_promotion(world: World, comment_id: int) -> Sighting | None:
    receipt = receipt_of(world, green(world), comment_id)
    if receipt is None or "/promote fleet" not in receipt.body:
        return None
    return Sighting(
        words="a tenth of the fleet has it and is well",
        url=link_to(world, green(world), receipt),
        text=visible(receipt),
    )


def _promotes(world: World) -> int:
    says(green, kofi, "/promote fleet")(world)
    asked = [one.id for one in green(world).issue.comments if one.body == "/deploy fleet"]
    return asked[-1]


def _reached_all(world: World, comment_id: int) -> Sighting | None:
    percents = [run.inputs["canary"] for run in _runs_to(world, "fleet")]
    if percents != ["10", "100"]:
        return None
    return answered(green, "succeeded", words="all of it has it: 10 %, then 100 %")(world, comment_id)


def _kept(world: World, comment_id: int) -> Sighting | None:
    made = newest_deployment(world, "preview", green(world))
    if made is None or world.player.services.running("preview") is None:
        return None
    return answered(green, "succeeded", words="the preview stands")(world, comment_id)


def _torn_down(world: World, _comment: int) -> Sighting | None:
    down = [run for run in _runs_to(world, "preview") if run.workflow.path.endswith("teardown.yml")]
    if not down or world.player.services.running("preview") is not None:
        return None
    url = f"{world.hub.url}/{world.harbour.repository.full_name}/actions/runs/{down[-1].id}"
    return Sighting(words="its workflow took it down", url=url)


def _applied_the_plan(world: World, _comment: int) -> Sighting | None:
    runs = {run.workflow.name: run for run in _runs_to(world, "basin")}
    planned, applied = runs.get("Plan"), runs.get("Apply")
    if planned is None or applied is None or applied.latest.conclusion != "success":
        return None
    if applied.inputs["plan_run_id"] != str(planned.id):
        return None
    words = f"the second workflow was given the plan {applied.inputs['plan_digest'][:12]}"
    url = f"{world.hub.url}/{world.harbour.repository.full_name}/actions/runs/{applied.id}"
    return Sighting(words=words, url=url)


def _by_kofi(command: str) -> Callable[[World], int]:
    return says(green, kofi, command)


SHARING: tuple[Step, ...] = (
    Step(
        title="/deploy basin plans with a workflow of its own, and waits",
        act=_by_kofi("/deploy basin"),
        seen=waits_at_gate(green, BASIN),
        seconds=60,
    ),
    Step(
        title="Exactly that plan is applied once it is approved",
        act=presses(green, writer, "Approve", BASIN),
        seen=_applied_the_plan,
        seconds=60,
    ),
    Step(
        title="/deploy fleet goes to a tenth first",
        act=_by_kofi("/deploy fleet"),
        seen=_waits_for_promotion,
        seconds=60,
    ),
    Step(title="/promote fleet lets all of it have the commit", act=_promotes, seen=_reached_all, seconds=60),
    Step(
        title="The admin locks staging",
        act=says(green, admin, "/lock staging load test"),
        seen=answered(green, "succeeded", words="staging is the admin's"),
    ),
    Step(
        title="Nobody else deploys to staging now",
        act=_by_kofi("/deploy staging"),
        seen=refused(green, "locked", words="refused, with who holds it and why"),
    ),
    Step(
        title="The admin unlocks staging",
        act=says(green, admin, "/unlock staging"),
        seen=answered(green, "succeeded", words="staging is everyone's again"),
    ),
    Step(
        title="/deploy preview --for 2h keeps a preview",
        act=_by_kofi("/deploy preview --for 2h"),
        seen=_kept,
        seconds=60,
    ),
    Step(
        title="/unlock preview ends it early",
        act=_by_kofi("/unlock preview"),
        seen=_torn_down,
        seconds=60,
    ),
    Step(
        title="The admin reads the journal",
        act=says(green, admin, "/audit"),
        seen=answered(green, "succeeded", words="who did what, when and on which decision"),
    ),
)
"""The steps after those of production."""
