"""The condition about the workflows: they are there, can be started, and take what they must be given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.model import Reason
from bot.config.parameter_values import RESERVED
from bot.decisions.model import Condition, Evidence, Standing
from bot.deployments.model import Task
from bot.markdown import code, escape

if TYPE_CHECKING:
    from bot.config.policy import EnvironmentConfig
    from bot.deployments.judging.fact_model import DeployFacts, WorkflowFacts

_MOST_INPUTS = 25  # https://docs.github.com/en/rest/actions/workflows#create-a-workflow-dispatch-event


def workflow(facts: DeployFacts, policy: EnvironmentConfig) -> Condition:
    """This function will see whether what deploys can be started with what it must be given."""
    for found, needed in _wanted(facts, policy):
        if found is None:
            return _unmet(facts, Reason.WORKFLOW_MISSING, "No workflow is named for this.", "")
        problem = _absent(facts, found) or _undeclared(facts, found, needed)
        if problem is not None:
            return problem
    files = [found.file for found, _ in _wanted(facts, policy) if found is not None]
    named = " and ".join(code(name) for name in files)
    evidence = tuple(Evidence(text=code(name), url=_url(facts, name)) for name in files)
    text = f"{named} can be started."
    return Condition(name="workflow", standing=Standing.MET, text=text, evidence=evidence)


def _wanted(
    facts: DeployFacts, policy: EnvironmentConfig
) -> list[tuple[WorkflowFacts | None, tuple[str, ...]]]:
    """Each workflow that will be started, with the inputs that it must declare."""
    if facts.asked.task in {Task.ROLLBACK, Task.TEARDOWN}:
        needed = ("sha",) if facts.asked.task is Task.ROLLBACK else ()
        return [(facts.workflow, needed)]
    given = (*policy.inputs, *policy.typed_parameters)
    in_steps = policy.canary is not None and (policy.canary.always or facts.asked.canary)
    canary = ("canary",) if in_steps or facts.asked.canary else ()
    if policy.plan is None or policy.plan.workflow is None:
        return [(facts.workflow, (*given, "sha", *canary))]
    # One workflow that both plans and applies has to be told which of the two it is started for.
    stage = ("stage",) if policy.plan.workflow == policy.workflow else ()
    bound = ("plan_digest", "plan_run_id")
    return [
        (facts.plan_workflow, (*given, "sha", *stage)),
        (facts.workflow, (*given, "sha", *bound, *stage, *canary)),
    ]


def _absent(facts: DeployFacts, found: WorkflowFacts) -> Condition | None:
    path = code(f".github/workflows/{found.file}")
    if not found.is_active:
        return _unmet(
            facts,
            Reason.WORKFLOW_MISSING,
            f"{code(facts.environment)} is deployed by {path}, which is missing on the default branch or disabled.",
            f"Someone with the role write can add it, or name another one in {code('.github/pilothouse.yml')}.",
        )
    if found.problem:
        text = f"{code(facts.environment)} is deployed by {path}, which {escape(found.problem)}."
        return _unmet(facts, Reason.WORKFLOW_MISSING, text, "Someone with the role write can correct it.")
    return None


def _undeclared(facts: DeployFacts, found: WorkflowFacts, needed: tuple[str, ...]) -> Condition | None:
    path = code(f".github/workflows/{found.file}")
    missing = [name for name in dict.fromkeys(needed) if name not in found.names]
    if missing:
        return _unmet(
            facts,
            Reason.INPUT_UNDECLARED,
            f"{path} does not declare {_named(missing)}, which it has to be given.",
            f"Someone with the role write can declare it under {code('on.workflow_dispatch.inputs')}.",
        )
    unknown = [
        one.name
        for one in found.inputs
        if one.required and not one.has_default and one.name not in (*needed, *RESERVED)
    ]
    if unknown:
        return _unmet(
            facts,
            Reason.PARAMETER_MISSING,
            f"{path} requires {_named(unknown)}, which the environment does not give.",
            f"Someone with the role write can name it under {code('inputs')} or {code('parameters')} of "
            f"{code(facts.environment)} in {code('.github/pilothouse.yml')}.",
        )
    if len(set(needed) | (set(RESERVED) & set(found.names))) > _MOST_INPUTS:
        text = f"{path} would be given more than the {_MOST_INPUTS} inputs that GitHub takes."
        who = f"Someone with the role write can name fewer in {code('.github/pilothouse.yml')}."
        return _unmet(facts, Reason.INPUT_UNDECLARED, text, who)
    return None


def _named(names: list[str]) -> str:
    return f"the input{'s' * (len(names) > 1)} " + ", ".join(code(name) for name in names)


def _unmet(facts: DeployFacts, reason: Reason, text: str, who: str) -> Condition:
    evidence = tuple(
        Evidence(text=code(one.file), url=_url(facts, one.file))
        for one in (facts.workflow, facts.plan_workflow)
        if one is not None
    )
    return Condition(
        name="workflow", standing=Standing.UNMET, reason=reason, text=text, who=who, evidence=evidence
    )


def _url(facts: DeployFacts, file: str) -> str:
    ref = facts.pull.head_sha if facts.runs_at_head else facts.asked.default_branch
    return f"{facts.web_url}/blob/{ref}/.github/workflows/{file}"
