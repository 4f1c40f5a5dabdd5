"""What is read before a merge is decided, from the local GitHub over HTTP."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.config.merging import MergeMethod
from bot.decisions.model import Outcome
from bot.github.errors import GitHubError
from bot.github.models import Actor, Permission, Sha
from bot.localhub.faults import Fault
from bot.localhub.state import accounts, git, issues, pulls, reviews, teams
from bot.localhub.state.nouns import ReviewThread
from bot.localhub.state.protections import Protection, RequiredCheck, RequiredReviews, Rule, Ruleset
from bot.merging.judging.fact_model import Asked, MergeFacts
from bot.merging.judging.facts import gather, read_base
from bot.merging.judging.rules import decide_merge
from bot.merging.model import CHECK, Source
from tests.merging.judging.test_head_checks import workflow
from tests.support.story import BRANCH

if TYPE_CHECKING:
    from tests.support.story import Story


def asked_by(story: Story, source: Source = Source.COMMAND) -> Asked:
    """This function will make Ada's wish for the head."""
    return Asked(
        number=story.pull.number,
        source=source,
        person=Actor(id=story.ada.id, login="ada"),
        sha=Sha(story.pull.head_sha),
        asked_at=story.clock(),
    )


async def read(story: Story, source: Source = Source.COMMAND) -> MergeFacts:
    """This function will read the facts of a merge that Ada asks for."""
    asked = asked_by(story, source)
    return await gather(story.services, story.ref, asked, hold=None, now=story.clock())


async def reason_of(story: Story) -> str:
    """This function will say why it is not merged, "" where it is; GitHub knows by the second look."""
    await read(story)
    return decide_merge(await read(story)).reason


def rule(story: Story, *rules: Rule, include: str = "~DEFAULT_BRANCH") -> None:
    """This function will switch a ruleset on."""
    number = len(story.repository.rulesets) + 1
    story.repository.rulesets.append(Ruleset(id=number, include=(include,), rules=rules))


def branch(story: Story, name: str, **files: str) -> str:
    """This function will push a branch that leaves `main` here."""
    named = {path.replace("_", "."): text for path, text in files.items()} or {"quay.txt": name}
    return git.push(
        story.hub.store, story.repository, name, files=named, message="Build", author=story.ada
    ).sha


@pytest.mark.parametrize(
    ("source", "expected"),
    [(Source.COMMAND, Permission.WRITE), (Source.LABEL, Permission.NONE), (Source.POLICY, Permission.NONE)],
)
async def test_a_listed_app_may_ask_by_command_alone(
    story: Story, source: Source, expected: Permission
) -> None:
    """GitHub knows no role of an App; only a listed one's commands come this far, and anybody's label does."""
    app = Actor(id=4711, login="release-train[bot]", type="Bot")
    asked = replace(asked_by(story, source), person=app)
    facts = await gather(story.services, story.ref, asked, hold=None, now=story.clock())
    assert facts.permission is expected


async def test_a_green_pull_request_may_be_merged(story: Story) -> None:
    workflow(story, test="success")
    story.clock.now = story.clock.now.replace(minute=story.clock.now.minute + 1)
    assert await reason_of(story) == ""
    facts = await read(story)
    assert facts.permission is Permission.WRITE
    assert facts.base.sha == story.repository.branches["main"]
    assert facts.base.methods == tuple(MergeMethod)
    assert [check.name for check in facts.base.rules.checks] == ["test"]
    assert (facts.pull.is_fork, facts.pull.may_push, facts.pull.labels) == (False, True, ())


async def test_whether_it_merges_is_not_known_at_first(story: Story) -> None:
    workflow(story, test="success")
    assert decide_merge(await read(story)).reason == "not_mergeable"
    assert decide_merge(await read(story)).reason == "quiet_time"


async def test_a_head_that_came_long_after_the_wish_is_given_its_time(story: Story) -> None:
    asked = asked_by(story)
    story.clock.advance(timedelta(minutes=30))
    asked = replace(asked, sha=Sha(story.push()))

    async def reason() -> str:
        facts = await gather(story.services, story.ref, asked, hold=None, now=story.clock())
        return next(one.reason for one in decide_merge(facts).conditions if one.name == "checks")

    assert await reason() == "checks_running"
    story.clock.advance(timedelta(minutes=10))
    assert await reason() == "checks_missing"
    story.hub.faults.add(Fault(kind="status", path="/git/commits/", status=404))
    assert await reason() == "checks_missing"


async def test_where_nothing_is_shared_with_the_base_nothing_is_known_of_it(story: Story) -> None:
    story.configure("merge: {up_to_date: true}")
    story.hub.faults.add(Fault(kind="status", path="/compare/", status=404))
    assert (await read(story)).pull.behind is None


async def test_what_graphql_will_not_tell_is_left_to_the_merge(story: Story) -> None:
    story.hub.faults.add(Fault(kind="status", path="/graphql$", status=403))
    facts = await read(story)
    assert (facts.conversations, facts.review_decision) == (None, "")


async def test_without_any_demand_there_is_no_evidence(story: Story) -> None:
    """Zero checks: https://github.com/berenddeboer/ready-for-agent/issues/1070."""
    story.repository.protections.clear()
    workflow(story, test="success")
    assert await reason_of(story) == "no_evidence"
    story.configure("merge: {checks: []}")
    assert await reason_of(story) == ""


async def test_the_policy_is_the_default_branchs(story: Story) -> None:
    """A pull request cannot write its own policy."""
    files = {".github/pilothouse.yml": "merge: {checks: []}"}
    git.push(story.hub.store, story.repository, BRANCH, files=files, message="Mine", author=story.ada)
    assert (await read(story)).policy.checks is None
    story.configure("merge: {checks: [lint]}")
    assert (await read(story)).policy.checks == ("lint",)
    story.configure("merge: {quiet: soon}")
    facts = await read(story)
    assert facts.configuration_mistakes[0].startswith(".github/pilothouse.yml:1:")
    assert decide_merge(facts).reason == "configuration_invalid"


async def test_rulesets_and_the_classic_protection_are_put_together(story: Story) -> None:
    checks = {
        "strict_required_status_checks_policy": True,
        "required_status_checks": [{"context": "scan", "integration_id": 7}, {"context": CHECK}],
    }
    reviewed = {
        "required_approving_review_count": 2,
        "dismiss_stale_reviews_on_push": True,
        "require_code_owner_review": False,
        "require_last_push_approval": False,
        "required_review_thread_resolution": True,
        "allowed_merge_methods": ["squash", "rebase"],
    }
    rule(story, Rule(type="required_status_checks", parameters=checks))
    rule(story, Rule(type="pull_request", parameters=reviewed), Rule(type="required_linear_history"))
    facts = await read(story)
    rules = facts.base.rules
    assert [(one.name, one.app_id, one.source) for one in rules.checks] == [
        ("test", None, "branch protection"),
        ("scan", 7, "a ruleset"),
        (CHECK, None, "a ruleset"),
    ]
    assert (rules.up_to_date, rules.reviews, rules.dismisses_stale, rules.conversations) == (
        True,
        2,
        True,
        True,
    )
    assert (rules.methods, rules.linear, rules.queue) == (
        (MergeMethod.SQUASH, MergeMethod.REBASE),
        True,
        False,
    )
    assert facts.is_own_check_required
    assert facts.pull.behind == 0


async def test_the_merge_queue_of_the_base_is_seen(story: Story) -> None:
    queue = {
        "check_response_timeout_minutes": 60,
        "grouping_strategy": "ALLGREEN",
        "max_entries_to_build": 5,
        "max_entries_to_merge": 5,
        "merge_method": "REBASE",
        "min_entries_to_merge": 1,
        "min_entries_to_merge_wait_minutes": 5,
    }
    rule(story, Rule(type="merge_queue", parameters=queue))
    base = await read_base(story.services.repository(story.ref), "main")
    assert base is not None
    assert (base.rules.queue, base.rules.queue_method) == (True, MergeMethod.REBASE)
    assert await read_base(story.services.repository(story.ref), "gone") is None


async def test_a_base_that_is_gone_lets_nothing_in(story: Story) -> None:
    branch(story, "quay")
    pulls.retarget(story.hub.store, story.repository, story.pull, "quay", sender=story.ada)
    del story.repository.branches["quay"]
    decision = decide_merge(await read(story))
    assert decision.outcome is not Outcome.PROCEED


async def test_a_red_base_holds_everything_back_that_does_not_mend_it(story: Story) -> None:
    workflow(story, test="success")
    story.clock.now = story.clock.now.replace(minute=1)
    main = story.repository.branches["main"]
    head, story.pull.head_sha = story.pull.head_sha, main
    workflow(story, test="failure")
    story.pull.head_sha = head
    facts = await read(story)
    assert [check.conclusion for check in facts.base.checks] == ["failure"]
    assert facts.pull.behind == 0
    assert await reason_of(story) == ""  # it contains the base's newest commit
    story.configure("merge: {}")
    moved = story.repository.branches["main"]
    story.pull.head_sha = moved
    workflow(story, test="failure")
    story.pull.head_sha = head
    assert (await read(story)).pull.behind == 1
    assert await reason_of(story) == "base_red"


async def test_reviews_and_conversations_are_read_where_they_stand(story: Story) -> None:
    bo = story.hub.store.user("bo")
    accounts.set_role(story.repository, bo, "write")
    story.repository.protections["main"] = Protection(reviews=RequiredReviews(count=1), conversations=True)
    story.pull.threads.append(ReviewThread(id=1, path="basin.txt"))
    facts = await read(story)
    assert (facts.review_decision, facts.conversations) == ("REVIEW_REQUIRED", 1)
    assert (
        next(one for one in decide_merge(facts).conditions if one.name == "reviews").reason
        == "reviews_missing"
    )
    reviews.submit(story.hub.store, story.repository, story.pull, author=bo, state="approved")
    facts = await read(story)
    assert (facts.review_decision, len(facts.reviews)) == ("APPROVED", 1)


async def test_who_lost_the_role_may_not_merge_any_more(story: Story) -> None:
    workflow(story, test="success")
    accounts.set_role(story.repository, story.ada, "read")
    assert await reason_of(story) == "not_permitted"
    assert (await read(story, Source.POLICY)).permission is Permission.NONE


async def test_what_is_merged_or_closed_is_not_looked_at_further(story: Story) -> None:
    issue = story.repository.issues[story.pull.number]
    issues.set_state(story.hub.store, story.repository, issue, "closed", story.ada)
    await read(story)
    story.calls.clear()
    assert decide_merge(await read(story)).reason == "pull_request_closed"
    assert len(story.calls) == len(("the pull request", "the role"))


async def test_who_is_excepted_from_a_freeze_is_asked_only_while_it_is_closed(story: Story) -> None:
    frozen = "merge: {freeze: {windows: [{start: 2026-11-01, end: 2026-11-30}], allow: {teams: [octo/crew]}}}"
    crew = teams.create(story.hub.store, story.repository.owner, "crew")
    story.configure(frozen)
    assert (await read(story)).teams == ()
    teams.join(story.hub.store, crew, "ada")
    assert (await read(story)).teams == ("octo/crew",)
    story.configure(frozen.replace("2026-11-01", "2026-11-20"))
    assert (await read(story)).teams == ()


async def test_what_cannot_be_read_is_not_guessed(story: Story) -> None:
    story.hub.faults.add(Fault(kind="status", path="/check-runs", status=500))
    with pytest.raises(GitHubError):
        await read(story)


async def test_what_github_refuses_to_show_is_said(story: Story) -> None:
    """A wish that nobody can decide about must not wait in silence."""
    story.hub.faults.add(Fault(kind="status", path="/rules/branches/", status=403))
    decision = decide_merge(await read(story))
    assert (decision.outcome, decision.reason) == (Outcome.REFUSE, "could_not_verify")
    assert "cannot be read: GitHub refused repos/get" in decision.text


@pytest.mark.parametrize("required", [True, False])
async def test_a_lasting_branch_is_no_stack(story: Story, *, required: bool) -> None:
    """A branch that is itself on its way into another one may last: `develop` goes to `main` every week."""
    branch(story, "develop")
    below = pulls.open_pull(
        story.hub.store, story.repository, title="Weekly", head="develop", author=story.ada
    )
    if required:
        story.repository.protections["develop"] = Protection(checks=(RequiredCheck(context="test"),))
    pulls.retarget(story.hub.store, story.repository, story.pull, "develop", sender=story.ada)
    rests_on = (await read(story)).rests_on
    assert (rests_on.number if rests_on else None) == (None if required else below.number)
