"""Which deployment an environment goes back to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.commands.model import Reason, Refused
from bot.deployments.judging.fact_model import asked_of
from bot.deployments.model import DeploymentRow, Stage, Task
from bot.deployments.rollback.rules import (
    Chosen,
    back_to,
    choose_target,
    known_good,
    obstacle,
    wanted_from,
)
from bot.gates.model import Parameter
from bot.github.models import Actor, DeploymentState, Permission, Sha
from tests.support.commands import deploy_facts, deploy_request, workflow_facts

AT = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
ONE, TWO, THREE = (Sha(digit * 40) for digit in "abc")


def row(number: int, sha: Sha, **more: Any) -> DeploymentRow:
    """A deployment that was whole and healthy, unless more is said."""
    made = DeploymentRow(
        repository_id=22,
        deployment_id=number,
        number=5,
        environment="production",
        sha=sha,
        workflow_run_id=number + 1000,
        run_id=f"deploy-22-{number}-0",
        state=DeploymentState.SUCCESS,
        updated_at=AT + timedelta(hours=number),
        stage=Stage.SUCCEEDED,
        author=Actor(id=7, login="ada"),
        is_good=True,
    )
    return replace(made, **more)


def bad(number: int, sha: Sha, **more: Any) -> DeploymentRow:
    """A deployment that changed the environment and was not healthy."""
    return replace(row(number, sha, stage=Stage.FAILED, is_good=False), **more)


def back(number: int, sha: Sha, **more: Any) -> DeploymentRow:
    """A rollback that held, unless more is said."""
    return replace(row(number, sha, task=Task.ROLLBACK), **more)


def goes_back_to(*oldest_first: DeploymentRow) -> int | None:
    good = known_good(tuple(reversed(oldest_first)))
    return good[0].deployment_id if good else None


@pytest.mark.parametrize(
    ("rows", "target"),
    [
        pytest.param([], None, id="nothing was deployed"),
        pytest.param([row(1, ONE)], None, id="what is there is no way back"),
        pytest.param([row(1, ONE), row(2, TWO)], 1, id="the one before the present one"),
        pytest.param([row(1, ONE), bad(2, TWO)], 1, id="the one before a bad one"),
        pytest.param([row(1, ONE), bad(2, TWO), bad(3, THREE)], 1, id="past several bad ones"),
        pytest.param([row(1, ONE), bad(2, ONE)], 1, id="the same commit, put there again badly"),
        pytest.param([bad(1, ONE), bad(2, TWO)], None, id="none was ever good"),
        pytest.param([row(1, ONE), row(2, TWO), row(3, TWO)], 1, id="the present commit was deployed twice"),
        pytest.param(
            [row(1, ONE), row(2, ONE, parameters=(Parameter(name="region", value="eu"),))],
            1,
            id="the same commit with other parameters is another one",
        ),
        pytest.param(
            [row(1, ONE), row(2, TWO), back(3, ONE)], None, id="never forward again after a rollback"
        ),
        pytest.param(
            [row(1, ONE), row(2, TWO), row(3, THREE), back(4, TWO)], 1, id="a second rollback goes further"
        ),
        pytest.param(
            [row(1, ONE), row(2, TWO), back(3, ONE), bad(4, THREE)],
            3,
            id="what was rolled back from is not good any more",
        ),
        pytest.param(
            [row(1, ONE), row(2, TWO), back(3, ONE, is_good=False, stage=Stage.FAILED)],
            1,
            id="a rollback that failed is tried again",
        ),
        pytest.param(
            [
                row(1, ONE),
                row(2, TWO),
                back(3, ONE, is_good=False, stage=Stage.FAILED),
                back(4, ONE),
                bad(5, THREE),
            ],
            4,
            id="the second try of a rollback does not condemn its target",
        ),
        pytest.param(
            [row(1, ONE), row(2, TWO), back(3, ONE), row(4, TWO), bad(5, THREE)],
            4,
            id="what was deployed again and held is good again",
        ),
        pytest.param(
            [row(1, ONE), row(2, TWO), bad(3, ONE), back(4, TWO), back(5, ONE)],
            None,
            id="a rollback stands where its target was good, not where it failed",
        ),
        pytest.param([back(1, ONE)], None, id="a rollback whose target is forgotten"),
        pytest.param(
            [row(1, ONE), row(2, TWO, stage=Stage.GATED, is_good=False, percent=0)],
            None,
            id="what still waits has changed nothing",
        ),
        pytest.param(
            [row(1, ONE), row(2, TWO), bad(3, THREE, stage=Stage.ERRORED, percent=0)],
            1,
            id="what failed before it was applied has changed nothing",
        ),
        pytest.param(
            [row(1, ONE), bad(2, TWO, stage=Stage.APPLYING, percent=10)], 1, id="a step that is being applied"
        ),
        pytest.param(
            [row(1, ONE), row(2, ONE, task=Task.TEARDOWN, is_good=False)],
            1,
            id="what was taken down comes back",
        ),
    ],
)
def test_where_it_goes_back_to(rows: list[DeploymentRow], target: int | None) -> None:
    assert goes_back_to(*rows) == target


HISTORY = (bad(4, THREE), row(3, TWO), bad(2, Sha("0123456" + "f" * 33)), row(1, ONE))


@pytest.mark.parametrize(
    ("wanted", "target"), [("", 3), ("1", 1), ("#1", 1), ("aaaaaaa", 1), ("AAAAAAAA", 1), ("3", 3)]
)
def test_a_person_may_name_it(wanted: str, target: int) -> None:
    chosen = choose_target(HISTORY, "production", wanted=wanted)
    assert isinstance(chosen.found, DeploymentRow)
    assert chosen.found.deployment_id == target


def test_digits_may_begin_a_commit() -> None:
    rows = (row(3, TWO), row(2, Sha("0123456" + "f" * 33)))
    found = choose_target(rows, "production", wanted="0123456").found
    assert isinstance(found, DeploymentRow)
    assert found.deployment_id == 2


def test_the_newest_of_a_commit_is_meant() -> None:
    rows = (bad(3, ONE), row(2, ONE), row(1, ONE))
    found = choose_target(rows, "production", wanted="aaaaaaa").found
    assert isinstance(found, DeploymentRow)
    assert found.deployment_id == 2


@pytest.mark.parametrize(
    ("wanted", "part"),
    [
        ("99", "is no deployment to `production` that Pilothouse has made"),
        ("abc", "is no deployment to `production`"),
        ("2", "Deployment `2` to `production` ended `failed`; it was never whole."),
        ("0123456", "is no deployment to `production`"),
    ],
)
def test_what_cannot_be_gone_back_to_is_refused_with_what_can(wanted: str, part: str) -> None:
    refused = choose_target(HISTORY, "production", wanted=wanted).found
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.UNKNOWN_DEPLOYMENT
    assert part in refused.text
    assert "| `3` | `bbbbbbb` |" in refused.text
    assert "| `1` | `aaaaaaa` |" in refused.text


def test_none_good_is_never_guessed_but_what_was_whole_can_be_named() -> None:
    """Deployments from before health was looked at are no known good ones, and still were deployed."""
    refused = choose_target((bad(2, TWO), row(1, ONE, is_good=False)), "production", wanted="").found
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.NO_GOOD_DEPLOYMENT
    assert "`/rollback production to DEPLOYMENT`" in refused.text
    assert "| `1` |" in refused.text
    found = choose_target((bad(2, TWO), row(1, ONE, is_good=False)), "production", wanted="1").found
    assert isinstance(found, DeploymentRow)


def test_what_is_there_is_not_named_as_a_way_back() -> None:
    rows = (back(3, ONE), row(2, TWO), row(1, ONE))
    refused = choose_target(rows, "production").found
    assert isinstance(refused, Refused)
    assert "| `2` |" in refused.text
    assert "| `1` |" not in refused.text
    assert "| `3` |" not in refused.text
    nothing = choose_target((), "production").found
    assert isinstance(nothing, Refused)
    assert "deploy a commit that works" in nothing.text


@pytest.mark.parametrize("declares", [False, True])
def test_what_puts_it_back(*, declares: bool) -> None:
    """The same commit, parameters and artifact, by the default branch's workflow: the branch may be gone."""
    names = ("region", "task", "artifact_digest") if declares else ("region",)
    facts = replace(
        deploy_facts(),
        asked=replace(asked_of(deploy_request()), task=Task.ROLLBACK),
        workflow=workflow_facts(*names),
    )
    region = Parameter(name="region", value="eu")
    given = (region, Parameter(name="lease_token", value="7"), Parameter(name="artifact_digest", value="old"))
    rollout = back_to(
        facts, row(1, ONE, parameters=(region,), inputs=given, tree="t" * 40, artifact_digest="sha256:1")
    )
    own = {"task": "rollback", "artifact_digest": "sha256:1"} if declares else {}
    assert {each.name: each.value for each in rollout.inputs} == {
        "environment": "staging",
        "sha": ONE,
        "region": "eu",
        **own,
    }
    assert (rollout.sha, rollout.ref, rollout.tree) == (ONE, "main", "t" * 40)
    assert rollout.parameters == (region,)
    assert not rollout.runs_at_sha


def test_an_unknown_artifact_is_not_made_up() -> None:
    facts = replace(deploy_facts(), workflow=workflow_facts("artifact_digest"))
    assert all(each.name != "artifact_digest" for each in back_to(facts, row(1, ONE)).inputs)


def test_going_back_to_a_rollback_takes_the_artifact_that_it_was_given() -> None:
    """A rollback pushes nothing anew, so its row has no artifact of its own."""
    facts = replace(deploy_facts(), workflow=workflow_facts("artifact_digest"))
    given = Parameter(name="artifact_digest", value="sha256:1")
    assert given in back_to(facts, back(3, ONE, inputs=(given,))).inputs


def test_nobody_s_role_stands_against_going_back_by_itself_but_a_missing_workflow_does() -> None:
    """Whoever deployed may have lost the role since: their environment is put back all the same."""
    facts = replace(
        deploy_facts(),
        asked=replace(asked_of(deploy_request()), task=Task.ROLLBACK),
        permission=Permission.NONE,
    )
    assert obstacle(facts) is None
    missing = obstacle(replace(facts, workflow=replace(workflow_facts(), is_active=False)))
    assert missing is not None
    assert missing.reason == Reason.WORKFLOW_MISSING


def test_a_choice_is_one_of_two() -> None:
    assert isinstance(Chosen().found, Refused)


@pytest.mark.parametrize(
    ("written", "wanted"), [("", ""), ("to 4711", "4711"), ("4711", "4711"), ("to  1a2b3c4 ", "1a2b3c4")]
)
def test_how_it_is_written(written: str, wanted: str) -> None:
    assert wanted_from(written) == wanted


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("to", Reason.MISSING_ARGUMENT),
        ("to 1 2", Reason.TOO_MANY_ARGUMENTS),
        ("1 2", Reason.TOO_MANY_ARGUMENTS),
    ],
)
def test_how_it_must_not_be_written(written: str, reason: Reason) -> None:
    refused = wanted_from(written)
    assert isinstance(refused, Refused)
    assert refused.reason is reason
