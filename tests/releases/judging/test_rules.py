"""Whether a version may be released, condition by condition."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.commands.reasons import Reason
from bot.config.approving import ApproversConfig, FreezeConfig, FreezeWindow
from bot.config.merging import Bump
from bot.config.releasing import AssetConfig, ComponentConfig, ProvenanceConfig, ReleaseConfig
from bot.decisions.model import Outcome, Standing
from bot.github.models import Permission
from bot.releases.judging.fact_model import EnvironmentFacts, ExistingRelease, ReleaseFacts, WorkflowFacts
from bot.releases.judging.rules import decide_release
from tests.support.commands import HEAD, OTHER, WEB, WRITTEN_AT
from tests.support.release_facts import ASSETS, SCOPE, VERSIONS, green, release_facts

CLOSED = FreezeWindow(start="2026-11-01", end="2026-11-05", reason="the fair")
FACTS = release_facts()
OURS = ExistingRelease(id=1, is_draft=True, is_ours=True, url=f"{WEB}/releases/1")


def frozen(allow: ApproversConfig | None = None, *, teams: tuple[str, ...] = ()) -> EnvironmentFacts:
    """This function will make an environment that is closed."""
    freeze = FreezeConfig(windows=(CLOSED,), allow=allow)
    return EnvironmentFacts(name="production", is_known=True, freeze=freeze, teams=teams)


def test_nothing_stands_against_it() -> None:
    decision = decide_release(FACTS)
    assert decision.outcome is Outcome.PROCEED
    assert [condition.name for condition in decision.conditions] == [
        "configuration",
        "role",
        "component",
        "branch",
        "alone",
        "tag",
        "release",
        "environment",
        "freeze",
        "workflow",
        "provenance",
        "checks",
        "line",
        "newer",
        "changes",
        "size",
    ]


REFUSED: dict[str, tuple[ReleaseFacts, Reason]] = {
    "a weak role": (replace(FACTS, permission=Permission.WRITE), Reason.NOT_PERMITTED),
    "a branch that is not released from": (
        replace(FACTS, asked=replace(FACTS.asked, branch="topic")),
        Reason.BRANCH_REFUSED,
    ),
    "an unknown component": (
        replace(FACTS, asked=replace(FACTS.asked, component="oars"), scope=None),
        Reason.UNKNOWN_COMPONENT,
    ),
    "another release on its way": (replace(FACTS, other="v1.0.9"), Reason.RELEASE_RUNNING),
    "a tag elsewhere": (replace(FACTS, tag_sha=OTHER), Reason.TAG_EXISTS),
    "somebody's draft": (
        replace(FACTS, existing=replace(OURS, is_ours=False)),
        Reason.RELEASE_EXISTS,
    ),
    "somebody's release": (
        replace(FACTS, existing=replace(OURS, is_ours=False, is_draft=False)),
        Reason.RELEASE_EXISTS,
    ),
    "a release that is out": (
        replace(FACTS, existing=replace(OURS, is_draft=False)),
        Reason.RELEASE_PUBLISHED,
    ),
    "an environment that nobody configured": (
        replace(FACTS, environment=EnvironmentFacts(name="harbour", is_known=False)),
        Reason.UNKNOWN_ENVIRONMENT,
    ),
    "a freeze": (replace(FACTS, environment=frozen()), Reason.FREEZE_WINDOW),
    "a freeze with exceptions for others": (
        replace(FACTS, environment=frozen(ApproversConfig(users=("bob",), teams=("octo/keel",)))),
        Reason.FREEZE_WINDOW,
    ),
    "no workflow": (
        replace(FACTS, workflow=WorkflowFacts(file="release.yml", problem="is not there", is_missing=True)),
        Reason.WORKFLOW_MISSING,
    ),
    "a workflow that nothing starts": (
        replace(FACTS, workflow=WorkflowFacts(file="release.yml", problem="is no valid YAML")),
        Reason.WORKFLOW_MISSING,
    ),
    "another workflow that is missing": (
        replace(
            FACTS,
            scope=replace(SCOPE, assets=()),
            workflow=WorkflowFacts(file="ship.yml", problem="is not there", is_missing=True),
        ),
        Reason.WORKFLOW_MISSING,
    ),
    "attestations without what verifies them": (
        replace(
            FACTS,
            config=ReleaseConfig(assets=ASSETS, provenance=ProvenanceConfig(required=True)),
            can_verify=False,
        ),
        Reason.PROVENANCE_MISSING,
    ),
    "no check": (replace(FACTS, checks=()), Reason.CHECKS_MISSING),
    "skipped checks alone": (
        replace(FACTS, checks=(green(conclusion="skipped"), green("b", "neutral"))),
        Reason.CHECKS_MISSING,
    ),
    "a missing check": (
        replace(FACTS, config=ReleaseConfig(assets=ASSETS, checks=("test", "lint"))),
        Reason.CHECKS_MISSING,
    ),
    "a red check": (replace(FACTS, checks=(green(), green("lint", "failure"))), Reason.CHECKS_FAILED),
    "many red checks": (
        replace(FACTS, checks=tuple(green(f"lint {number}", "timed_out") for number in range(12))),
        Reason.CHECKS_FAILED,
    ),
    "a version that is too small": (
        replace(FACTS, versions=replace(VERSIONS, needed=Bump.MAJOR)),
        Reason.VERSION_TOO_SMALL,
    ),
    "a version that is not newer": (
        replace(FACTS, versions=replace(VERSIONS, rival="1.1.0")),
        Reason.VERSION_NOT_NEWER,
    ),
    "nothing new": (replace(FACTS, versions=replace(VERSIONS, changes=0)), Reason.NOTHING_TO_RELEASE),
}


@pytest.mark.parametrize("why", REFUSED)
def test_it_is_refused(why: str) -> None:
    """Each refusal has its reason and says something."""
    facts, reason = REFUSED[why]
    decision = decide_release(facts)
    assert (decision.outcome, decision.reason) == (Outcome.REFUSE, reason)
    assert decision.text


def test_running_checks_are_no_refusal() -> None:
    decision = decide_release(replace(FACTS, checks=(green(), green("lint", status="in_progress"))))
    assert (decision.outcome, decision.reason) == (Outcome.WAIT, Reason.CHECKS_RUNNING)


ALLOWED: dict[str, ReleaseFacts] = {
    "a maintenance branch": replace(
        FACTS,
        asked=replace(FACTS.asked, branch="1.x"),
        config=ReleaseConfig(assets=ASSETS, branches=("*.x",)),
    ),
    "a component": replace(
        FACTS,
        asked=replace(FACTS.asked, component="client"),
        config=ReleaseConfig(components={"client": ComponentConfig(paths=("client/*",))}),
    ),
    "the tag at the very commit": replace(FACTS, tag_sha=HEAD),
    "our own draft": replace(FACTS, existing=OURS),
    "an environment without a freeze": replace(
        FACTS, environment=EnvironmentFacts(name="production", is_known=True)
    ),
    "a freeze that is over": replace(
        FACTS, now=WRITTEN_AT + timedelta(days=9), environment=frozen(ApproversConfig())
    ),
    "a freeze that excepts the asker": replace(FACTS, environment=frozen(ApproversConfig(users=("Ada",)))),
    "a freeze that excepts the asker's team": replace(
        FACTS, environment=frozen(ApproversConfig(teams=("octo/Keel",)), teams=("octo/keel",))
    ),
    "a freeze that excepts the role": replace(FACTS, environment=frozen(ApproversConfig())),
    "no workflow at all": replace(FACTS, workflow=None),
    "the usual workflow absent without files": replace(
        FACTS,
        scope=replace(SCOPE, assets=()),
        workflow=WorkflowFacts(file="release.yml", problem="is not there", is_missing=True),
    ),
    "a dispatched workflow": replace(FACTS, workflow=WorkflowFacts(file="release.yml", is_dispatchable=True)),
    "attestations that can be verified": replace(
        FACTS,
        scope=replace(SCOPE, assets=(AssetConfig(name="a", provenance=True),)),
    ),
    "no check where none is asked for": replace(
        FACTS, checks=(), config=ReleaseConfig(assets=ASSETS, checks=())
    ),
    "skipped checks beside a green one": replace(FACTS, checks=(green(), green("b", "skipped"))),
}


@pytest.mark.parametrize("why", ALLOWED)
def test_it_is_allowed(why: str) -> None:
    decision = decide_release(ALLOWED[why])
    assert decision.outcome is Outcome.PROCEED, decision.text


def test_mistakes_of_the_configuration_are_all_that_is_told() -> None:
    decision = decide_release(replace(FACTS, config=None, mistakes=("line 3: `x` is unknown",)))
    assert decision.reason == Reason.CONFIGURATION_INVALID
    assert "line 3" in decision.text
    assert len(decision.conditions) == 1


def test_a_resumed_release_that_is_out_is_not_judged_again() -> None:
    """Only whether whoever asks may go on with it: its checks may be red by now."""
    facts = replace(
        FACTS,
        asked=replace(FACTS.asked, is_resumed=True),
        existing=replace(OURS, is_draft=False),
        tag_sha=HEAD,
        checks=(green(conclusion="failure"),),
        versions=None,
    )
    decision = decide_release(facts)
    assert decision.outcome is Outcome.PROCEED
    waived = {one.name for one in decision.conditions if one.standing is Standing.WAIVED}
    assert "checks" in waived
    weak = decide_release(replace(facts, permission=Permission.READ))
    assert weak.reason == Reason.NOT_PERMITTED


def test_hostile_names_do_not_render() -> None:
    """A check's name, a branch, a window's reason: none of them mentions anybody or becomes markup."""
    facts = replace(
        FACTS,
        asked=replace(FACTS.asked, branch="`@octo/all`"),
        checks=(green("[x](https://evil.example) @octo", "failure"),),
    )
    told = "\n".join(f"{one.text} {one.who}" for one in decide_release(facts).conditions)
    assert "@octo" not in told.replace("``  `@octo/all` ``", "").replace("`` `@octo/all` ``", "")
    assert "](https://evil" not in told
