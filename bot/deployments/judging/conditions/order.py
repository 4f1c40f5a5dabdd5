"""The condition about the environments that come before: the same commit, healthy there, for long enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.model import Reason
from bot.config.policy import parse_duration
from bot.decisions.model import Condition, Evidence, Standing
from bot.github.models import DeploymentState
from bot.markdown import code

if TYPE_CHECKING:
    from datetime import datetime

    from bot.config.policy import EnvironmentConfig
    from bot.deployments.judging.fact_model import DeployFacts, OrderFact

_UNDER_WAY = {DeploymentState.PENDING, DeploymentState.QUEUED, DeploymentState.IN_PROGRESS}


def order(facts: DeployFacts, policy: EnvironmentConfig) -> Condition:
    """This function will see whether every environment that comes before has had this commit for long enough."""
    if not policy.requires:
        return Condition(name="order", standing=Standing.MET, text="No environment comes before.")
    known = {fact.environment.casefold(): fact for fact in facts.order}
    parts = tuple(_one(facts, policy, name, known.get(name.casefold())) for name in policy.requires)
    unmet = [part for part in parts if part.standing is not Standing.PENDING and part.is_open]
    first = next(iter((*unmet, *(part for part in parts if part.is_open))), None)
    if first is None:
        listed = ", ".join(code(name) for name in policy.requires)
        return Condition(
            name="order", standing=Standing.MET, text=f"It has been in {listed} before.", parts=parts
        )
    return Condition(
        name="order",
        standing=first.standing,
        reason=first.reason,
        text=first.text,
        who=first.who,
        evidence=first.evidence,
        parts=parts,
    )


def _one(facts: DeployFacts, policy: EnvironmentConfig, name: str, fact: OrderFact | None) -> Condition:
    if fact is None or fact.state is None:
        text = f"{code(name)} comes before {code(facts.environment)}, and nothing was deployed there."
        return _part(name, Standing.UNMET, Reason.ORDER_UNMET, text, fact)
    where = f"The newest deployment of {code(name)}"
    if fact.sha != facts.pull.head_sha and (not fact.tree or fact.tree != facts.pull.tree):
        head = code(facts.pull.head_sha[:7])
        text = f"{where} is {code(fact.sha[:7])}, whose files are others than those of {head}."
        return _part(name, Standing.UNMET, Reason.ORDER_UNMET, text, fact)
    if fact.state in _UNDER_WAY:
        return _part(name, Standing.PENDING, Reason.ORDER_UNMET, f"{where} has not ended yet.", fact)
    if fact.state is not DeploymentState.SUCCESS:
        text = f"{where} is no success but {code(fact.state)}."
        return _part(name, Standing.UNMET, Reason.ORDER_UNMET, text, fact)
    return _baked(facts, policy, name, fact)


def _baked(facts: DeployFacts, policy: EnvironmentConfig, name: str, fact: OrderFact) -> Condition:
    if policy.bake is None:
        text = f"The newest deployment of {code(name)} is a success of the same files."
        return _part(name, Standing.MET, "", text, fact)
    if fact.since is None:
        text = f"It is not known since when {code(name)} has had it."
        return _part(name, Standing.UNKNOWN, Reason.BAKING, text, fact)
    ripe = fact.since + parse_duration(policy.bake)
    if facts.now < ripe:
        text = f"{code(name)} must have had it for {policy.bake}, which is so from {_utc(ripe)} on."
        return _part(name, Standing.PENDING, Reason.BAKING, text, fact)
    text = f"{code(name)} has had it since {_utc(fact.since)}, longer than {policy.bake}."
    return _part(name, Standing.MET, "", text, fact)


def _part(name: str, standing: Standing, reason: str, text: str, fact: OrderFact | None) -> Condition:
    who = ""
    if reason == Reason.ORDER_UNMET:
        who = f"Someone with the role write can write {code(f'/deploy {name}')} first."
    elif reason == Reason.BAKING:
        who = "Write the command again then."
    url = fact.url if fact is not None else ""
    evidence = (Evidence(text=f"the deployment of {code(name)}", url=url),) if url else ()
    return Condition(
        name=f"order {name}", standing=standing, reason=reason, text=text, who=who, evidence=evidence
    )


def _utc(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
