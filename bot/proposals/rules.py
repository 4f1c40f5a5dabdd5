"""Decides again, from the facts of then, under the present and the proposed policy, and says what would flip."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from bot.config.policy import EnvironmentConfig
from bot.deployments.judging.fact_model import DeployFacts
from bot.deployments.judging.rules import decide_deploy
from bot.forms import decode
from bot.gates.fact_model import GateFacts
from bot.gates.rules import decide_gate
from bot.merging.judging.fact_model import MergeFacts
from bot.merging.model import KIND as MERGE
from bot.proposals.flips import Untold, flip_between, without
from bot.proposals.merge_rules import flip_of_merge

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.config.repository import RepositoryConfig
    from bot.decisions.model import RecordedDecision
    from bot.proposals.flips import Policies
    from bot.proposals.model import Flip

_DEPLOYING = {"deploy", "rollback", "teardown"}
# Of what a deployment is held to before its environment's policy is looked at.
_ASKING = {"role", "pull request", "head", "configuration", "environment"}


def flip_of(row: RecordedDecision, policies: Policies) -> Flip | Untold | None:
    """This function will say how the decision would flip, None where it would be the same."""
    try:
        if row.kind == "gate":
            (gate,) = decode(row.facts, tuple[GateFacts])
            return _flip_of_gate(row, gate, policies)
        if row.kind in _DEPLOYING:
            (deploy,) = decode(row.facts, tuple[DeployFacts])
            return _flip_of_deploy(row, deploy, policies)
        if row.kind == MERGE:
            (merge,) = decode(row.facts, tuple[MergeFacts])
            return flip_of_merge(row, merge, policies)
    except msgspec.MsgspecError as error:
        return Untold(why=str(error))
    return Untold(why=f"nothing is known of the kind {row.kind}")


def grouped(flips: Iterable[Flip]) -> tuple[Flip, ...]:
    """This function will put flips together that say the same of one pull request and environment, the newest first."""
    found: dict[tuple[object, ...], Flip] = {}
    for flip in flips:
        key = (flip.kind, flip.environment, flip.number, flip.was, flip.would_be, flip.reason)
        before = found.get(key)
        found[key] = flip if before is None else replace(before, times=before.times + 1)
    return tuple(found.values())


def _flip_of_gate(row: RecordedDecision, facts: GateFacts, policies: Policies) -> Flip | None:
    name = facts.subject.environment
    # A gate that was closed by the policy of then is judged by what its facts have.
    now = facts if policies.now is None else _gate_under(facts, environment_in(policies.now, name))
    then = _gate_under(facts, environment_in(policies.proposed, name))
    teams = set(then.approvals.approvers.teams) if then.approvals else set()
    asked = set(facts.approvals.approvers.teams) if facts.approvals else set()
    return flip_between(row, decide_gate(now), decide_gate(then), tuple(sorted(teams - asked)))


def _gate_under(facts: GateFacts, policy: EnvironmentConfig | None) -> GateFacts:
    approvals = policy.approvals if policy is not None else None
    return replace(facts, is_configured=policy is not None, approvals=approvals, mistakes=())


def _flip_of_deploy(row: RecordedDecision, facts: DeployFacts, policies: Policies) -> Flip | Untold | None:
    name = facts.asked.environment
    now = facts.policy if policies.now is None else environment_in(policies.now, name, facts.environments)
    then = environment_in(policies.proposed, name, facts.environments)
    if facts.policy is None and (now is not None or then is not None):
        return Untold(why="its facts end before the environment's policy")
    untold = _untold(facts, now) | _untold(facts, then)
    if then is not None:
        then = _without_new_patterns(then, facts.policy)
    was = decide_deploy(_deploy_under(facts, now, policies.now))
    would_be = decide_deploy(_deploy_under(facts, then, policies.proposed))
    left_out = untold - _ASKING
    return flip_between(row, without(was, left_out), without(would_be, left_out), tuple(sorted(untold)))


def _deploy_under(
    facts: DeployFacts, policy: EnvironmentConfig | None, config: RepositoryConfig | None
) -> DeployFacts:
    return replace(
        facts,
        policy=policy,
        environment=facts.environment if policy is not None else "",
        environments=tuple(config.environments) if config and config.environments else facts.environments,
        configuration_mistakes=(),
    )


def environment_in(
    config: RepositoryConfig, name: str, known: Iterable[str] = ()
) -> EnvironmentConfig | None:
    """This function will find an environment's policy; where the file names none, GitHub's have the default one."""
    for written, policy in config.environments.items():
        if written.casefold() == name.casefold():
            return policy
    is_known = not config.environments and name.casefold() in {other.casefold() for other in known}
    return EnvironmentConfig() if is_known else None


def _untold(facts: DeployFacts, policy: EnvironmentConfig | None) -> set[str]:
    """The conditions for which the policy wants facts that nobody read then, because nobody wanted them."""
    then = facts.policy
    if then is None or policy is None:
        return set()
    wants = {
        "workflow": policy.workflow != then.workflow or _planner(policy) != _planner(then),
        "order": not {name.casefold() for name in policy.requires}
        <= {fact.environment.casefold() for fact in facts.order},
        "up_to_date": policy.up_to_date and facts.pull.behind is None,
        "reviews": bool(policy.reviews and not then.reviews),
        "protection_rule": policy.plan is not None and _planner(policy) is None and then.plan is None,
        "freeze": _excepted_teams(policy) != _excepted_teams(then),
        "parameters": _has_new_pattern(policy, then) and bool(facts.asked.parameters),
    }
    return {name for name, is_wanted in wants.items() if is_wanted}


def _planner(policy: EnvironmentConfig) -> str | None:
    return policy.plan.workflow if policy.plan is not None else None


def _excepted_teams(policy: EnvironmentConfig) -> tuple[str, ...]:
    allow = policy.freeze.allow if policy.freeze is not None else None
    return allow.teams if allow is not None else ()


def _has_new_pattern(policy: EnvironmentConfig, then: EnvironmentConfig) -> bool:
    return any(
        said.pattern and said.pattern != _pattern(then, name)
        for name, said in policy.typed_parameters.items()
    )


def _pattern(policy: EnvironmentConfig, name: str) -> str:
    said = policy.typed_parameters.get(name)
    return said.pattern if said is not None else ""


def _without_new_patterns(policy: EnvironmentConfig, then: EnvironmentConfig | None) -> EnvironmentConfig:
    """The policy without patterns that only the proposal has: a stranger's pattern may never come to an end."""
    known = then if then is not None else EnvironmentConfig()
    parameters = {
        name: said if said.pattern == _pattern(known, name) else msgspec.structs.replace(said, pattern="")
        for name, said in policy.typed_parameters.items()
    }
    return msgspec.structs.replace(policy, parameters=parameters)
