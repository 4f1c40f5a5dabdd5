"""Branches, what is demanded of them, and what lies between two of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.github.branch_models import RequiredCheck
from bot.github.branches import branch_rules, get_branch, merge_settings
from bot.github.comparing import compare
from bot.github.errors import NotFound
from bot.github.git_data import (
    get_git_commit,
)
from bot.localhub.state.protections import Protection, Rule, Ruleset
from bot.localhub.state.protections import RequiredCheck as HubCheck
from tests.support.github_world import push
from tests.support.raw_github import REPO, REPOSITORY, Answer

if TYPE_CHECKING:
    from tests.support.github_world import World
    from tests.support.raw_github import Bench


def ruled(world: World, *rules: Rule) -> None:
    """Give main a ruleset."""
    which = world.hub.store.next_id()
    world.repository.rulesets.append(Ruleset(id=which, rules=rules))


async def test_a_branch_tells_its_tip_and_its_required_checks(world: World) -> None:
    world.repository.protections["main"] = Protection(
        checks=(HubCheck(context="ci"), HubCheck(context="lint", app_id=5)), strict=True
    )
    main = await get_branch(world.repo, "main")
    assert main is not None
    assert (main.sha, main.protected) == (world.repository.branches["main"], True)
    assert main.tree == (await get_git_commit(world.repo, main.sha)).tree
    assert set(main.required_checks) == {
        RequiredCheck(context="ci", app_id=None),
        RequiredCheck(context="lint", app_id=5),
    }
    push(world, "release/1.x", a="1")
    named = await get_branch(world.repo, "release/1.x")
    assert named is not None
    assert (named.name, named.protected, named.required_checks) == ("release/1.x", False, ())
    assert await get_branch(world.repo, "gone") is None


async def test_rules_of_all_rulesets_hold_together(world: World) -> None:
    review = {
        "required_approving_review_count": 1,
        "dismiss_stale_reviews_on_push": False,
        "require_code_owner_review": False,
        "require_last_push_approval": False,
        "required_review_thread_resolution": True,
        "allowed_merge_methods": ["squash", "rebase"],
    }
    stricter = review | {"required_approving_review_count": 2, "allowed_merge_methods": ["squash", "merge"]}
    checks = {
        "required_status_checks": [{"context": "ci", "integration_id": 9}],
        "strict_required_status_checks_policy": False,
    }
    ruled(
        world,
        Rule(type="pull_request", parameters=review),
        Rule(type="required_status_checks", parameters=checks),
    )
    ruled(
        world,
        Rule(type="pull_request", parameters=stricter),
        Rule(
            type="required_status_checks", parameters=checks | {"strict_required_status_checks_policy": True}
        ),
        Rule(type="required_linear_history"),
    )
    rules = await branch_rules(world.repo, "main")
    assert rules.required_checks == (RequiredCheck(context="ci", app_id=9),)
    assert (rules.strict, rules.linear_history, rules.queue) == (True, True, None)
    assert rules.review is not None
    assert (rules.review.approvals, rules.review.resolved_threads) == (2, True)
    assert rules.methods == frozenset({"squash"})
    nothing = await branch_rules(world.repo, "topic")
    assert (nothing.required_checks, nothing.review, nothing.methods) == ((), None, None)


async def test_a_merge_queue_and_rarer_rules_are_told(bench: Bench) -> None:
    queue = {"merge_method": "SQUASH", "max_entries_to_build": 5, "check_response_timeout_minutes": 60}
    environments = {"required_deployment_environments": ["staging"]}
    answer = [
        {"type": "merge_queue", "parameters": queue},
        {"type": "required_deployments", "parameters": environments},
        {"type": "required_signatures"},
        {"type": "pull_request"},
    ]
    bench.server.answer("GET", f"{REPO}/rules/branches/main", Answer(answer))
    rules = await branch_rules(bench.github.repository(REPOSITORY), "main")
    assert rules.queue is not None
    assert rules.queue.method == "squash"
    assert (rules.deployments, rules.signatures) == (("staging",), True)
    assert rules.methods is None


async def test_an_old_github_names_contexts_alone(bench: Bench) -> None:
    """And -1 is its word for whichever App."""
    checks = {
        "contexts": ["ci", "lint"],
        "checks": [{"context": "ci", "app_id": -1}, {"context": "ci", "app_id": None}],
    }
    branch = {
        "name": "main",
        "protected": True,
        "commit": {"sha": "a" * 40, "commit": {"tree": {"sha": "b" * 40}}},
        "protection": {"required_status_checks": checks},
    }
    bench.server.answer("GET", f"{REPO}/branches/main", Answer(branch))
    found = await get_branch(bench.github.repository(REPOSITORY), "main")
    assert found is not None
    assert found.required_checks == (
        RequiredCheck(context="ci", app_id=None),
        RequiredCheck(context="lint", app_id=None),
    )
    bench.server.answer("GET", f"{REPO}/branches/main", Answer(branch | {"protection": {"enabled": True}}))
    found = await get_branch(bench.github.repository(REPOSITORY), "main")
    assert found is not None
    assert found.required_checks == ()


async def test_settings_say_which_merges_are_allowed(world: World) -> None:
    assert (await merge_settings(world.repo)).methods == {"merge", "squash", "rebase"}
    world.repository.merge_settings.allow_rebase_merge = False
    assert (await merge_settings(world.repo)).methods == {"merge", "squash"}


async def test_a_comparison_has_every_commit_and_the_files(world: World) -> None:
    main = world.repository.branches["main"]
    for count in range(120):
        push(world, "long", **{f"f{count % 3}": str(count)})
    found = await compare(world.repo, "main", "long")
    assert found.ahead_by == 120
    assert len(found.commits) == 120
    assert found.commits[0].parents == (main,)
    assert found.commits[-1].sha == world.repository.branches["long"]
    assert {commit.login for commit in found.commits} == {"ada"}
    assert [(file.path, file.status) for file in found.files] == [(f"f{i}", "added") for i in range(3)]
    assert (await compare(world.repo, "main", "main")).ahead_by == 0
    with pytest.raises(NotFound):
        await compare(world.repo, "main", "nowhere")


async def test_a_comparison_that_ends_too_early_has_fewer_commits_than_it_says(bench: Bench) -> None:
    where = f"{REPO}/compare/a...b"
    page = {
        "status": "ahead",
        "ahead_by": 3,
        "behind_by": 0,
        "merge_base_commit": {"sha": "m" * 40},
        "commits": [{"sha": "c" * 40, "commit": {"tree": {"sha": "t" * 40}}}],
    }
    bench.server.answer("GET", where, Answer(page), Answer(page | {"commits": []}))
    found = await compare(bench.github.repository(REPOSITORY), "a", "b")
    assert (found.ahead_by, len(found.commits)) == (3, 1)
    assert found.commits[0].login == ""
