"""Finds what a step uses: a composite action of the repository, or what stands in for a published one."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML

from tests.support.actions.expressions import check_file
from tests.support.actions.stand_in import ActionFailed
from tests.support.actions.stand_ins import STAND_INS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.support.actions.expressions import Scope
    from tests.support.actions.job import Job
    from tests.support.actions.stand_in import StandIn

_DECLARED = Path(__file__).parents[2] / "data/actions/declared.yml"
_LEVELS = {"none": 0, "read": 1, "write": 2}


def read_yaml(path: Path) -> dict[str, Any]:
    """This function will read a file as YAML 1.2, where `on` is a word."""
    found: dict[str, Any] = YAML(typ="safe", pure=True).load(path.read_text())
    return found


def composite_of(uses: str, job: Job) -> tuple[dict[str, Any], Path]:
    """This function will find an action of the repository: in the workspace, or (`$/`) at the workflow's commit."""
    root = job.places.workspace if uses.startswith("./") else job.begun.source
    folder = root / uses[2:]
    file = folder / "action.yml"
    if not file.is_file():
        raise ActionFailed(
            f"Can't find 'action.yml', 'action.yaml' or 'Dockerfile' under '{folder}'. "
            "Did you forget to run actions/checkout before running your local action?"
        )
    check_file(file, f"{uses[2:]}/action.yml")
    return read_yaml(file), folder


def stand_in_of(uses: str, job: Job) -> tuple[StandIn, dict[str, Any]]:
    """This function will find what stands in for a published action, and what the action itself declares."""
    name = uses.partition("@")[0]
    stand_in = {**STAND_INS, **job.begun.workspace.actions}.get(name)
    assert stand_in is not None, f"nothing stands in for {uses}"
    _check_token(name, stand_in, job)
    return stand_in, {"inputs": declared_inputs(name)}


def declared_inputs(name: str) -> dict[str, Any]:
    """This function will return the inputs that a published action declares, as its `action.yml` does."""
    return _declared()[name]


@cache
def _declared() -> dict[str, dict[str, Any]]:
    return {
        name: {
            key.removesuffix("!"): {"required": key.endswith("!"), "default": default}
            for key, default in inputs.items()
        }
        for name, inputs in read_yaml(_DECLARED).items()
    }


def _check_token(name: str, stand_in: StandIn, job: Job) -> None:
    for scope, level in stand_in.permissions.items():
        if _LEVELS[job.begun.permissions.get(scope, "none")] < _LEVELS[level]:
            raise ActionFailed(f"{name}: Resource not accessible by integration ({scope}: {level})")


def known_inputs(uses: str, action: dict[str, Any], given: Mapping[str, str], scope: Scope) -> dict[str, str]:
    """This function will return an action's inputs with their defaults; one that it does not declare is an error.

    GitHub only warns of those, and the action goes without: a mistake that a test must not overlook.
    """
    declared = action.get("inputs") or {}
    names = {name.lower(): name for name in declared}
    if unknown := [name for name in given if name.lower() not in names]:
        raise ActionFailed(f"Unexpected input(s) {unknown} of {uses}, valid inputs are {sorted(declared)}")
    told = {names[name.lower()]: value for name, value in given.items()}
    for name, about in declared.items():
        about = about or {}  # noqa: PLW2901 - an input may be declared by its name alone
        if about.get("required") and about.get("default") is None and not told.get(name):
            raise ActionFailed(f"Input required and not supplied: {name}")
        told.setdefault(name, scope.text(about.get("default")))
    return told
