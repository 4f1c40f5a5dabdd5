"""Reads off the pack's own workflows what they need of a repository: roles, secrets, actions that may run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bot.pack.model import PackFile

_ROLE = "role-to-assume"
_VARIABLE = re.compile(r"vars\.([A-Za-z_][A-Za-z0-9_]*)")
_SECRET = re.compile(r"secrets\.([A-Za-z_][A-Za-z0-9_]*)")
_OWN_TOKEN = "GITHUB_TOKEN"  # noqa: S105 - the name of what each job is given
_OF_RUN = "${{"  # an environment that is chosen when the workflow runs
_FOLDERS = (".github/workflows/", ".github/actions/")
# What the repository has itself is no action that a policy could forbid.
_OWN_ACTIONS = ("./", "$/")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class RoleNeed:
    """A variable that holds the role which a job takes in AWS."""

    environment: str  # whose job takes it; empty for a job without one
    variable: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What the workflows of the pack need of a repository."""

    roles: tuple[RoleNeed, ...] = ()
    secrets: frozenset[str] = frozenset()
    actions: frozenset[str] = frozenset()  # owner/name@ref
    opens_pulls: bool = False  # whether one opens pull requests with its own token


def needs_of(files: Iterable[PackFile], environments: tuple[str, ...]) -> Needs:
    """This function will read what the workflows need, by the text in which they are written."""
    roles: set[RoleNeed] = set()
    secrets: set[str] = set()
    actions: set[str] = set()
    opens_pulls = False
    for file in files:
        if not file.path.startswith(_FOLDERS) or not file.path.endswith(".yml"):
            continue
        text = file.content.decode()
        document = YAML(typ="safe", pure=True).load(text) or {}
        roles |= set(_roles(document, environments))
        actions |= set(_actions(document))
        secrets |= set(_SECRET.findall(text)) - {_OWN_TOKEN}
        opens_pulls = opens_pulls or "gh pr create" in text
    return Needs(
        roles=tuple(sorted(roles)),
        secrets=frozenset(secrets),
        actions=frozenset(actions),
        opens_pulls=opens_pulls,
    )


def _jobs(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The jobs of a workflow; the steps of a composite action count as one."""
    yield from (document.get("jobs") or {}).values()
    if "runs" in document:
        yield document["runs"]


def _roles(document: Mapping[str, Any], environments: tuple[str, ...]) -> Iterator[RoleNeed]:
    for job in _jobs(document):
        named = job.get("environment") or ""
        name = str(named.get("name", "") if isinstance(named, dict) else named)
        among = environments if _OF_RUN in name else (name,)
        for step in job.get("steps") or ():
            role = str((step.get("with") or {}).get(_ROLE, ""))
            for variable in _VARIABLE.findall(role):
                yield from (RoleNeed(environment=one, variable=variable) for one in among)


def _actions(document: Mapping[str, Any]) -> Iterator[str]:
    for job in _jobs(document):
        for used in (job.get("uses"), *(step.get("uses") for step in job.get("steps") or ())):
            if used and not str(used).startswith(_OWN_ACTIONS):
                yield str(used)
