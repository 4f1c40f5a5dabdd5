"""Writes the least-privilege IAM policies: what a role needs for each thing that is asked of it, and nothing more."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_VERSION = "2012-10-17"  # of IAM's language; there is no newer one


class Purpose(StrEnum):
    """What a role is for; each is a file of statements."""

    READ = "read"  # meter what is spent
    ENFORCE = "enforce"  # hold the limit
    CLUSTER = "cluster"  # `/cluster up` and `down` by EC2 itself
    AGENTS = "agents"  # reach the agents' hosts


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What the statements name; a statement whose name is not given is left out."""

    account: str = "ACCOUNT_ID"
    regions: tuple[str, ...] = ("us-east-1",)
    cluster: str = "test"
    agent_role: str = ""
    agent_instances: tuple[str, ...] = ()
    machine_role: str = ""  # of the launch template's instance profile
    protected: tuple[str, ...] = ()  # instance ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A policy, and which of its statements are left out for want of a name."""

    document: Mapping[str, Any]
    left_out: Mapping[str, str]  # the missing name by the statement's id


def policy(purposes: Iterable[Purpose], names: Names) -> Policy:
    """This function will write the policy of the role that an account's costs are read and held with."""
    wanted = tuple(dict.fromkeys(purposes))
    parts = [statement for purpose in wanted for statement in _statements(purpose.value)]
    if set(wanted) - {Purpose.READ}:
        parts += _statements("never")
    return _filled(
        parts,
        {
            "ACCOUNT_ID": (names.account,),
            "REGIONS": names.regions,
            "CLUSTER": (names.cluster,),
            "AGENT_ROLE": _given(names.agent_role),
            "AGENT_INSTANCES": names.agent_instances,
            "MACHINE_ROLE": _given(names.machine_role),
            "PROTECTED_INSTANCES": names.protected,
        },
    )


def trust_policy(principal: str, external_id: str) -> Policy:
    """This function will write who may assume that role: this bot, and only on behalf of the repository."""
    return _filled(_statements("trust"), {"PRINCIPAL": (principal,), "EXTERNAL_ID": (external_id,)})


def process_policy(roles: tuple[str, ...]) -> Policy:
    """This function will write what the bot's own identity needs: to assume those roles."""
    return _filled(_statements("process"), {"ROLES": roles})


def _given(name: str) -> tuple[str, ...]:
    return (name,) if name else ()


def _statements(name: str) -> list[dict[str, Any]]:
    text = files("bot").joinpath("templates", "iam", f"{name}.json").read_text(encoding="utf-8")
    statements: list[dict[str, Any]] = json.loads(text)
    return statements


def _filled(parts: Iterable[dict[str, Any]], names: Mapping[str, tuple[str, ...]]) -> Policy:
    kept, left_out = [], {}
    for part in parts:
        missing = [name for name, values in names.items() if not values and name in json.dumps(part)]
        if missing:
            left_out[part["Sid"]] = missing[0]
        else:
            kept.append(_fill(part, names))
    return Policy(document={"Version": _VERSION, "Statement": kept}, left_out=left_out)


def _fill(value: Any, names: Mapping[str, tuple[str, ...]]) -> Any:
    """The same with every name in its place; a text that several names fit becomes a list."""
    if isinstance(value, dict):
        return {key: _fill(inner, names) for key, inner in value.items()}
    if isinstance(value, list):
        filled = [_fill(inner, names) for inner in value]
        return [one for inner in filled for one in (inner if isinstance(inner, list) else [inner])]
    if not isinstance(value, str):
        return value
    texts = [value]
    for name, values in names.items():
        texts = [text.replace(name, one) for text in texts for one in (values if name in text else ("",))]
    return texts[0] if len(texts) == 1 else texts
