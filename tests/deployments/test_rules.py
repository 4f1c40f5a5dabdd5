"""What stands against a deployment."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.commands.model import Reason, Refused
from bot.deployments.rules import Proceed, decide_deploy, parameters_from_flags, refuse_sha
from bot.gates.model import Parameter
from bot.github.models import Conclusion, Permission, Sha
from tests.support.commands import (
    HEAD,
    OTHER,
    WEB,
    WRITTEN_AT,
    check,
    deploy_facts,
    deploy_request,
    environment,
)

if TYPE_CHECKING:
    from bot.deployments.model import DeployFacts, EnvironmentFacts
    from bot.github.models import CheckRun

FACTS = deploy_facts()
STAGING = environment("staging")
FORK = replace(FACTS, is_fork=True)
FORKS_ALLOWED = replace(STAGING, allow_forks=True)
NO_CHECKS_WANTED = replace(STAGING, checks=())


def configured(facts: DeployFacts, *environments: EnvironmentFacts) -> DeployFacts:
    """This function will put the environments into the facts."""
    return replace(facts, environments=environments)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (replace(FACTS, permission=Permission.READ), Reason.NOT_PERMITTED),
        (replace(FACTS, permission=Permission.NONE), Reason.NOT_PERMITTED),
        (replace(FACTS, is_open=False), Reason.PULL_REQUEST_CLOSED),
        (replace(FACTS, head_sha=OTHER), Reason.HEAD_MOVED),
        (replace(FACTS, pushed_at=WRITTEN_AT + timedelta(seconds=1)), Reason.HEAD_MOVED),
        (replace(FACTS, configuration_mistakes=("line 3: no",)), Reason.CONFIGURATION_INVALID),
        (replace(FACTS, environments=()), Reason.UNKNOWN_ENVIRONMENT),
        (configured(FACTS, environment("production")), Reason.UNKNOWN_ENVIRONMENT),
        (FORK, Reason.FORK_REFUSED),
        (configured(FORK, FORKS_ALLOWED), Reason.FORK_REFUSED),
        (replace(FACTS, workflows=("ci.yml",)), Reason.WORKFLOW_MISSING),
        (replace(FACTS, checks=()), Reason.CHECKS_MISSING),
        (replace(FACTS, checks=(check(conclusion=None, status="in_progress"),)), Reason.CHECKS_RUNNING),
        (
            replace(FACTS, checks=(check(conclusion=None, status="queued"), check("lint"))),
            Reason.CHECKS_RUNNING,
        ),
    ],
)
def test_refused(facts: DeployFacts, reason: Reason) -> None:
    decision = decide_deploy(deploy_request(), facts)
    assert isinstance(decision, Refused)
    assert decision.reason is reason


@pytest.mark.parametrize(
    "facts",
    [
        FACTS,
        replace(FACTS, permission=Permission.ADMIN),
        replace(FACTS, pushed_at=None),
        replace(FACTS, pushed_at=WRITTEN_AT),
        configured(replace(FACTS, checks=()), NO_CHECKS_WANTED),
        configured(replace(FORK, permission=Permission.MAINTAIN), FORKS_ALLOWED),
    ],
)
def test_nothing_stands_against_it(facts: DeployFacts) -> None:
    assert isinstance(decide_deploy(deploy_request(), facts), Proceed)


@pytest.mark.parametrize(
    ("conclusion", "unnamed", "named"),
    [
        (Conclusion.SUCCESS, None, None),
        (Conclusion.NEUTRAL, None, Reason.CHECKS_FAILED),
        (Conclusion.SKIPPED, None, Reason.CHECKS_FAILED),
        (Conclusion.FAILURE, Reason.CHECKS_FAILED, Reason.CHECKS_FAILED),
        (Conclusion.TIMED_OUT, Reason.CHECKS_FAILED, Reason.CHECKS_FAILED),
        (Conclusion.CANCELLED, Reason.CHECKS_FAILED, Reason.CHECKS_FAILED),
        (Conclusion.ACTION_REQUIRED, Reason.CHECKS_FAILED, Reason.CHECKS_FAILED),
        (Conclusion.STARTUP_FAILURE, Reason.CHECKS_FAILED, Reason.CHECKS_FAILED),
        (Conclusion.STALE, Reason.CHECKS_FAILED, Reason.CHECKS_FAILED),
        (None, Reason.CHECKS_FAILED, Reason.CHECKS_FAILED),
    ],
)
def test_checks_fail_closed(
    conclusion: Conclusion | None, unnamed: Reason | None, named: Reason | None
) -> None:
    """Where the configuration names a check, only green is green."""
    facts = replace(FACTS, checks=(check("test", conclusion), check("lint")))
    for wanted, expected in ((None, unnamed), (("test",), named)):
        decision = decide_deploy(deploy_request(), configured(facts, replace(STAGING, checks=wanted)))
        assert (decision.reason if isinstance(decision, Refused) else None) is expected


def test_a_named_check_that_did_not_run_blocks() -> None:
    decision = decide_deploy(deploy_request(), configured(FACTS, replace(STAGING, checks=("test", "e2e"))))
    assert isinstance(decision, Refused)
    assert decision.reason is Reason.CHECKS_MISSING
    assert "`e2e` did not run" in decision.text


def test_a_check_that_is_not_named_does_not_block() -> None:
    facts = replace(FACTS, checks=(check("test"), check("flaky", Conclusion.FAILURE)))
    assert isinstance(
        decide_deploy(deploy_request(), configured(facts, replace(STAGING, checks=("test",)))), Proceed
    )


def test_a_red_check_is_said_before_a_running_one() -> None:
    checks: tuple[CheckRun, ...] = (
        check("slow", None, status="in_progress"),
        check("lint", Conclusion.FAILURE),
    )
    decision = decide_deploy(deploy_request(), replace(FACTS, checks=checks))
    assert isinstance(decision, Refused)
    assert decision.reason is Reason.CHECKS_FAILED


def test_a_long_list_of_checks_is_cut() -> None:
    checks = tuple(check(f"check {number}", Conclusion.FAILURE) for number in range(13))
    decision = decide_deploy(deploy_request(), replace(FACTS, checks=checks))
    assert isinstance(decision, Refused)
    assert decision.text.count("\n- ") == 11
    assert decision.text.endswith("- and 3 more")


def test_head_moved_shows_what_came_in_between() -> None:
    decision = decide_deploy(deploy_request(), replace(FACTS, head_sha=OTHER))
    assert isinstance(decision, Refused)
    assert f"{WEB}/compare/{HEAD}...{OTHER}" in decision.text


@pytest.mark.parametrize(("name", "hint"), [("stagign", "Did you mean `staging`?"), ("mars", "There are: ")])
def test_an_unknown_environment_is_answered_with_those_there_are(name: str, hint: str) -> None:
    decision = decide_deploy(deploy_request(name), FACTS)
    assert isinstance(decision, Refused)
    assert hint in decision.text
    assert "`production`, `staging`" in decision.text


def test_an_environment_is_found_in_any_case_and_keeps_its_own() -> None:
    decision = decide_deploy(deploy_request("STAGING"), FACTS)
    assert isinstance(decision, Proceed)
    assert decision.rollout.environment == "staging"
    assert deploy_request("STAGING").start().partition == deploy_request().start().partition


def test_parameters_must_be_known_to_the_environment() -> None:
    request = replace(deploy_request(), parameters=(Parameter(name="region", value="eu"),))
    refused = decide_deploy(request, FACTS)
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.UNKNOWN_PARAMETER
    allowed = decide_deploy(request, configured(FACTS, replace(STAGING, parameters=("region",))))
    assert isinstance(allowed, Proceed)


def test_inputs_are_the_configured_ones_then_parameters_then_our_own() -> None:
    """Nobody can point a deployment at another SHA or environment by a parameter."""
    region, sha = Parameter(name="region", value="eu"), Parameter(name="sha", value=OTHER)
    staging = replace(
        STAGING,
        inputs=(Parameter(name="region", value="us"), Parameter(name="tier", value="small")),
        parameters=("region", "sha"),
    )
    decision = decide_deploy(replace(deploy_request(), parameters=(region, sha)), configured(FACTS, staging))
    assert isinstance(decision, Proceed)
    inputs = {given.name: given.value for given in decision.rollout.inputs}
    assert inputs == {"region": "eu", "tier": "small", "environment": "staging", "sha": HEAD}


def test_a_fork_is_deployed_by_the_default_branchs_workflow() -> None:
    facts = configured(replace(FORK, permission=Permission.MAINTAIN), FORKS_ALLOWED)
    decision = decide_deploy(deploy_request(), facts)
    assert isinstance(decision, Proceed)
    assert (decision.rollout.ref, decision.rollout.runs_at_sha, decision.rollout.sha) == ("main", False, HEAD)


@pytest.mark.parametrize("prefix", ["", HEAD, HEAD[:7], HEAD[:7].upper(), HEAD[:39]])
def test_a_sha_that_begins_the_head(prefix: str) -> None:
    assert refuse_sha(prefix, HEAD) is None


@pytest.mark.parametrize(
    "prefix", [HEAD[:6], OTHER, OTHER[:7], HEAD[1:9], "main", "HEAD~1", HEAD + "0", "1a2b3cg"]
)
def test_a_sha_that_does_not(prefix: str) -> None:
    refused = refuse_sha(prefix, Sha(HEAD))
    assert refused is not None
    assert refused.reason is Reason.SHA_NOT_HEAD


def test_parameters_are_read() -> None:
    expected = (
        Parameter(name="a", value="1"),
        Parameter(name="b", value="x=y"),
        Parameter(name="c", value=""),
    )
    assert parameters_from_flags(("a=1", "b=x=y", "c=")) == expected


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (("a",), Reason.BAD_FLAG_VALUE),
        (("=1",), Reason.BAD_FLAG_VALUE),
        (("a=1", "a=2"), Reason.DUPLICATE_FLAG),
    ],
)
def test_parameters_that_cannot_be_read(values: tuple[str, ...], reason: Reason) -> None:
    refused = parameters_from_flags(values)
    assert isinstance(refused, Refused)
    assert refused.reason is reason
