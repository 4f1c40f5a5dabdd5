"""Decides which deployment an environment goes back to: the last one known to have been good, never a guess."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from bot.commands.model import Reason, Refused
from bot.deployments.judging.inputs import ARTIFACT
from bot.deployments.judging.rules import decide_rollback, rollout_back
from bot.deployments.model import DeploymentRow, Stage, Task
from bot.deployments.rollback.render import render_none_good, render_unknown
from bot.gates.model import Parameter
from bot.markdown import code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.decisions.model import Condition
    from bot.deployments.judging.fact_model import DeployFacts
    from bot.deployments.model import Rollout
    from bot.github.models import Sha

_SHA = re.compile(r"[0-9a-f]{7,40}", re.IGNORECASE)
_ROLE = "role"
_CHANGING = {
    Stage.APPLYING,
    Stage.VERIFYING,
    Stage.PROMOTING,
    Stage.SUCCEEDED,
    Stage.FAILED,
    Stage.ERRORED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The deployment to go back to, or why there is none; exactly one of the two."""

    row: DeploymentRow | None = None
    refused: Refused | None = None

    @property
    def found(self) -> DeploymentRow | Refused:
        """Whichever of the two it is."""
        if self.row is not None:
            return self.row
        return self.refused or Refused(reason=Reason.NO_GOOD_DEPLOYMENT, text="")


def choose_target(rows: Sequence[DeploymentRow], environment: str, *, wanted: str = "") -> Chosen:
    """This function will choose the deployment to go back to: the named one, else the last known good one.

    Args:
        rows: The deployments of the environment, newest first.
        environment: Its name, for the answer.
        wanted: The id of a GitHub Deployment or the beginning of its SHA, as it was written.
    """
    if wanted:
        return _named(rows, environment, wanted)
    good = known_good(rows)
    if good:
        return Chosen(row=good[0])
    text = render_none_good(environment, _others(rows))
    return Chosen(refused=Refused(reason=Reason.NO_GOOD_DEPLOYMENT, text=text))


def wanted_from(written: str) -> str | Refused:
    """This function will read `to DEPLOYMENT`, where the word may be left out, or refuse what is neither."""
    words = written.split()
    if words[:1] == ["to"] and len(words) == 1:
        text = f"{code('to')} needs a deployment: its id, or the beginning of its commit's SHA."
        return Refused(reason=Reason.MISSING_ARGUMENT, text=text)
    names = words[1:] if words[:1] == ["to"] else words
    if len(names) > 1:
        text = f"{code(written)} is more than one deployment; write {code('to')} and one id or SHA."
        return Refused(reason=Reason.TOO_MANY_ARGUMENTS, text=text)
    return names[0] if names else ""


def known_good(rows: Sequence[DeploymentRow]) -> tuple[DeploymentRow, ...]:
    """This function will return what the environment may go back to, the nearest first.

    Always further back than what is there now: neither what is there, nor what was rolled back from, nor what an
    earlier rollback has passed over.
    """
    changes = [row for row in reversed(rows) if has_reached(row)]
    if not changes:
        return ()
    left, present = _left(changes), changes[-1]
    further_back = reversed(changes[: _places(changes)[-1]])
    return tuple(
        row
        for row in further_back
        if row.is_good
        and row.deployment_id not in left
        and not (present.is_good and _content(row) == _content(present))
    )


def has_reached(row: DeploymentRow) -> bool:
    """This function will say whether the deployment has changed its environment, or may have."""
    return row.stage in _CHANGING and row.percent > 0


def obstacle(facts: DeployFacts) -> Condition | None:
    """This function will return what stands against putting a deployment back by ourselves, which asks for no role."""
    open_ones = (each for each in decide_rollback(facts).conditions if each.is_open)
    return next((each for each in open_ones if each.name != _ROLE), None)


def back_to(facts: DeployFacts, row: DeploymentRow) -> Rollout:
    """This function will say what puts a deployment back: its commit, parameters, inputs and artifact.

    Raises:
        ValueError: the facts know no environment or no workflow; then nothing may be put back.
    """
    rollout = replace(rollout_back(facts, row), tree=row.tree)
    if not row.artifact_digest or ARTIFACT not in rollout.declared:
        return rollout
    artifact = Parameter(name=ARTIFACT, value=row.artifact_digest)
    others = tuple(given for given in rollout.inputs if given.name != ARTIFACT)
    return replace(rollout, inputs=(*others, artifact))


def _named(rows: Sequence[DeploymentRow], environment: str, wanted: str) -> Chosen:
    name = wanted.removeprefix("#")
    found = [row for row in rows if str(row.deployment_id) == name]
    if not found and _SHA.fullmatch(name):
        found = [row for row in _complete(rows) if row.sha.startswith(name.lower())]
    complete = _complete(rows)
    if found and found[0] in complete:
        return Chosen(row=found[0])
    text = render_unknown(environment, wanted, found[0] if found else None, _others(rows))
    return Chosen(refused=Refused(reason=Reason.UNKNOWN_DEPLOYMENT, text=text))


def _complete(rows: Sequence[DeploymentRow]) -> list[DeploymentRow]:
    """What a person may go back to by name: it was the whole environment once."""
    return [
        row
        for row in rows
        if row.stage is Stage.SUCCEEDED and has_reached(row) and row.task is not Task.TEARDOWN
    ]


def _others(rows: Sequence[DeploymentRow]) -> list[DeploymentRow]:
    """What could be named, without what is there already."""
    complete = _complete(rows)
    present = next((row for row in rows if has_reached(row)), None)
    if present is None or present not in complete:
        return complete
    return [row for row in complete if _content(row) != _content(present)]


def _places(changes: Sequence[DeploymentRow]) -> list[int]:
    """Where in its history the environment was after each change, both from the oldest on.

    A deployment is where it stands. A rollback that held is where its target is; one that did not has left the
    environment where it was, so that it can be tried again.
    """
    places: list[int] = []
    for number, row in enumerate(changes):
        before = places[-1] if places else number
        place = before if row.task is Task.ROLLBACK else number
        if row.task is Task.ROLLBACK and row.is_good:
            target = _newest(changes[:before], row)
            target = _newest(changes[:number], row) if target is None else target
            place = number if target is None else places[target]
        places.append(place)
    return places


def _newest(changes: Sequence[DeploymentRow], wanted: DeploymentRow) -> int | None:
    """Where the newest good deployment of the same content is."""
    same = [number for number, row in enumerate(changes) if row.is_good and _content(row) == _content(wanted)]
    return same[-1] if same else None


def _left(changes: Sequence[DeploymentRow]) -> set[int]:
    """The deployments that a rollback came right after: someone, or their health, has found them bad."""
    return {
        before.deployment_id
        for before, after in pairwise(changes)
        if after.task is Task.ROLLBACK and _content(before) != _content(after)
    }


def _content(row: DeploymentRow) -> tuple[Sha, tuple[Parameter, ...]]:
    return row.sha, row.parameters
