"""`/plan`, `/why` and `/audit` answer on the pull request, from what would be and what was decided."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.decisions.model import Condition, Evidence, Standing, conclude
from bot.decisions.store import Where, record
from bot.localhub.state import accounts, issues

if TYPE_CHECKING:
    from tests.support.story import Story

POLICY = """environments:
  staging: {}
  production:
    parameters: {region: {type: choice, options: [eu, us]}}
    approvals: {count: 2, from: {users: [grace, joan]}}
    plan: {}
    verify: {http: [{url: "https://harbour.example/health"}]}
"""


async def test_a_dry_run_shows_conditions_approvals_and_what_would_be_started(story: Story) -> None:
    story.configure(POLICY)
    story.check("success")
    await story.say("/plan deploy staging")
    (receipt,) = story.receipts
    assert "Dry run of `/deploy staging`: nothing was done. It would be carried out now" in receipt
    assert "| `ENV` | `staging` |" in receipt
    assert "✅ `lease` — `staging` is free." in receipt
    assert "It would start `deploy.yml` on `feature`" in receipt
    assert story.deployments == []
    assert story.dispatched == []


async def test_a_dry_run_shows_what_stands_against_it_and_who_can_help(story: Story) -> None:
    story.configure(POLICY)
    story.check("failure")
    await story.say("/plan deploy production --param region=mars")
    (receipt,) = story.receipts
    assert "✅ `/plan deploy production --param region=mars` **succeeded**" in receipt
    assert "| `--param` | `region=mars` |" in receipt
    assert "It would not be carried out" in receipt
    assert "❌ **`parameters`**" in receipt
    assert "❌ **`checks`**" in receipt
    assert "⏳ **`approvals`** — It would wait up to `24h` for the approval of 2 people" in receipt
    assert "who can help: `grace` or `joan`" in receipt


async def test_a_dry_run_by_someone_who_may_not_says_so(story: Story) -> None:
    story.configure(POLICY)
    story.check("success")
    accounts.set_role(story.repository, story.hub.store.user("eve"), "read")
    await story.say("/plan deploy staging", by="eve")
    (receipt,) = story.receipts
    assert "It would not be carried out" in receipt
    assert "❌ **`role`**" in receipt


async def test_a_dry_run_of_a_mistake_answers_with_the_mistake(story: Story) -> None:
    await story.say("/plan deploy staging --fast")
    await story.say("/plan shrug")
    await story.say("/plan deploy staging cafe123")
    assert "🚫 `/plan deploy staging --fast` **refused** · `unknown_flag`" in story.receipts[0]
    assert "`unknown_verb`" in story.receipts[1]
    assert "❌ **`deploy`** — `cafe123` is not the head" in story.receipts[2]


async def test_a_dry_run_of_a_command_that_decides_nothing_shows_how_it_was_understood(story: Story) -> None:
    await story.say("/plan /rerun test (3.12, ubuntu)")
    (receipt,) = story.receipts
    assert "| `JOB` | `test (3.12, ubuntu)` |" in receipt
    assert "✅ `open` — The pull request is open." in receipt


async def test_a_dry_run_on_an_issue_says_that_a_pull_request_is_missing(story: Story) -> None:
    """There is no head, so nothing is decided about one."""
    ada = story.hub.store.user("ada")
    issue = issues.open_issue(story.hub.store, story.repository, title="A question", body="", author=ada)
    await story.write("/plan deploy staging", number=issue.number)
    await story.engine.drain()
    (receipt,) = [one.body for one in issue.comments if one.app is story.hub.app]
    assert "It would not be carried out" in receipt
    assert "❌ **`pull request`**" in receipt
    assert "`lease`" not in receipt


async def test_why_shows_the_newest_decision_about_an_environment(story: Story) -> None:
    await story.say("/why deploy production")
    assert "`unknown_decision`" in story.receipts[0]
    first = await decided(story, "first", Standing.UNMET)
    second = await decided(story, "second", Standing.MET, after=timedelta(minutes=1))
    await story.say("/why deploy Production")
    assert f"Decision `{second}`" in story.receipts[1]
    assert "✅ **It goes ahead.**" in story.receipts[1]
    await story.say(f"/why {first}")
    assert "🚫 **It is refused.** · `checks_failed`" in story.receipts[2]
    assert "evidence: [the run](https://github.example/runs/1)" in story.receipts[2]
    assert "who can help: someone with the role `write`" in story.receipts[2]


async def test_why_alone_tells_the_newest_decision_where_nothing_broke(story: Story) -> None:
    await story.say("/why")
    assert "`no_failure`" in story.receipts[0]
    made = await decided(story, "one", Standing.MET)
    await story.say("/why\n/why failure")
    assert f"Decision `{made}`" in story.receipts[1]
    assert "`no_failure`" in story.receipts[2]


async def test_why_does_not_tell_decisions_of_other_repositories(story: Story) -> None:
    elsewhere = await decided(story, "elsewhere", Standing.MET, repository_id=1)
    await story.say(f"/why {elsewhere}")
    await story.say("/why the-sky-is-blue")
    assert "`unknown_decision`" in story.receipts[0]
    assert "`unknown_topic`" in story.receipts[1]


async def test_audit_shows_maintainers_who_did_what(story: Story) -> None:
    await story.say("/ping")
    await story.say("/audit")
    assert "`not_permitted`" in story.receipts[1]
    accounts.set_role(story.repository, story.ada, "maintain")
    await story.say("/audit 2\n/audit none")
    shown = story.receipts[2]
    assert "| 2 |" in shown
    assert "| `ada` | command refused | `#1 /audit` | `not_permitted` |" in shown
    assert "pilothouse audit verify --head" in shown
    assert "`bad_flag_value`" in story.receipts[3]


async def decided(
    story: Story,
    key: str,
    standing: Standing,
    *,
    after: timedelta = timedelta(),
    repository_id: int | None = None,
) -> str:
    """This function will record a decision about production."""
    condition = Condition(
        name="checks",
        standing=standing,
        text="A check failed.",
        reason="checks_failed",
        evidence=(Evidence(text="the run", url="https://github.example/runs/1"),),
        who="someone with the role `write`",
    )
    reference = story.ref
    where = Where(
        repository=reference
        if repository_id is None
        else type(reference)(
            installation_id=reference.installation_id, id=repository_id, full_name="octo/other"
        ),
        number=story.pull.number,
        environment="production",
        at=story.clock() + after,
    )
    decision = conclude("deploy", (condition,))
    return await record(story.database, decision, facts=(), where=where, key=key)
