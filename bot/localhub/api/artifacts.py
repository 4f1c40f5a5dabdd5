"""Operations on the artifacts of workflow runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.api.workflows import run_of
from bot.localhub.bodies import ci
from bot.localhub.exchange import Answer, Listing, Refused, not_found

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.localhub.exchange import Call, Handlers
    from bot.localhub.state.actions import Artifact


def _listing(call: Call, found: Iterable[Artifact]) -> Listing:
    name = call.query.get("name")
    shown = sorted((one for one in found if name in {None, one.name}), key=lambda one: one.id, reverse=True)
    return Listing(items=shown, render=lambda one: ci.artifact(call.store, one), key="artifacts")


def list_artifacts(call: Call) -> Listing:
    """This function will list the artifacts of a repository, newest first."""
    return _listing(call, call.repository.artifacts.values())


def list_run_artifacts(call: Call) -> Listing:
    """This function will list the artifacts of a workflow run, of all its attempts."""
    run = run_of(call)
    return _listing(call, [one for one in call.repository.artifacts.values() if one.run is run])


def _artifact(call: Call) -> Artifact:
    found = call.repository.artifacts.get(call.number("artifact_id"))
    if found is None:
        raise not_found()
    return found


def get_artifact(call: Call) -> Answer:
    """This function will show an artifact."""
    return Answer(body=ci.artifact(call.store, _artifact(call)))


def download(call: Call) -> Answer:
    """This function will point to an artifact's zip file on another host, for a minute."""
    artifact = _artifact(call)
    if call.path["archive_format"] != "zip":
        raise not_found()
    if artifact.expired:
        raise Refused(410, "Artifact has expired")
    return Answer(status=302, headers={"location": call.world.log_links.link(artifact)})


HANDLERS: Handlers = {
    "actions/download-artifact": download,
    "actions/get-artifact": get_artifact,
    "actions/list-artifacts-for-repo": list_artifacts,
    "actions/list-workflow-run-artifacts": list_run_artifacts,
}
