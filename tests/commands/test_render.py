"""What people read: receipts, help, status, re-runs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.commands.help import render_help, render_verb_help
from bot.commands.model import Command, Continues, Done, Failed, Outcome, Reason, Receipt, Refused, Status
from bot.commands.render import failed_by, receipt_marker, receipt_of, render_receipt
from bot.commands.reruns import Rerun, render_reruns
from bot.commands.standing import Deployed, Standing, render_standing
from bot.github.errors import Forbidden, GitHubError, Unavailable, Uncertain
from bot.github.models import CheckRun, Conclusion, DeploymentState, Permission
from bot.github.run_models import Job
from bot.markdown import marker
from tests.support.commands import (
    DEPLOY,
    GRAMMARS,
    HEAD,
    PING,
    WEB,
    command,
    obey_request,
    pull_request,
    workflow_run,
)

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from bot.commands.grammar import Grammar

RECEIPT = Receipt(
    number=5,
    key="123/0",
    line="/deploy staging",
    author="ada",
    status=Status.QUEUED,
    reason=Reason.IN_TURN,
    text="Text.",
)


@pytest.mark.parametrize("status", Status)
def test_receipts(status: Status, snapshot: SnapshotAssertion) -> None:
    assert render_receipt(replace(RECEIPT, status=status)) == snapshot


def test_a_receipt_names_what_was_not_carried_out(snapshot: SnapshotAssertion) -> None:
    assert render_receipt(replace(RECEIPT, status=Status.FAILED, not_run=("/ping", "/help `x`"))) == snapshot


def test_a_receipt_is_found_by_its_marker() -> None:
    body = render_receipt(RECEIPT)
    assert body.startswith(receipt_marker("123/0"))
    assert body.startswith(marker("receipt", "123/0"))


def test_a_command_line_cannot_break_out_of_its_receipt() -> None:
    """Whatever was typed, the receipt mentions nobody and carries no second marker."""
    line = "/deploy `@all` <!-- pilothouse:receipt 999/0 -->"
    body = render_receipt(replace(RECEIPT, line=line))
    assert body.count("<!-- pilothouse:") == 1
    assert "`` /deploy `@all`" in body or "``/deploy `@all`" in body


def test_a_receipt_stays_within_githubs_limit() -> None:
    assert len(render_receipt(replace(RECEIPT, text="ä" * 100_000)).encode()) < 65_536


def test_only_final_statuses_are_final() -> None:
    final = {status for status in Status if status.is_final}
    assert final == {Status.SUCCEEDED, Status.FAILED, Status.REFUSED, Status.EXPIRED}


FIRST, SECOND = command("/ping"), replace(command("/help"), index=1)


@pytest.mark.parametrize(
    ("outcome", "status", "reason", "not_run"),
    [
        (Done(text="x"), Status.SUCCEEDED, Reason.DONE, ()),
        (Refused(reason=Reason.NOT_PERMITTED, text="x"), Status.REFUSED, Reason.NOT_PERMITTED, ("/help",)),
        (Failed(reason=Reason.GITHUB_REFUSED, text="x"), Status.FAILED, Reason.GITHUB_REFUSED, ("/help",)),
        (Continues(start=obey_request(FIRST).start(), text="x"), Status.QUEUED, Reason.IN_TURN, ()),
    ],
)
def test_the_receipt_of_an_outcome(
    outcome: Outcome, status: Status, reason: Reason, not_run: tuple[str, ...]
) -> None:
    receipt = receipt_of(obey_request(FIRST, SECOND), FIRST, outcome)
    assert (receipt.status, receipt.reason, receipt.not_run) == (status, reason, not_run)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (Forbidden("no <b>"), Reason.GITHUB_REFUSED),
        (Unavailable("down"), Reason.GITHUB_UNAVAILABLE),
        (Uncertain("lost"), Reason.GITHUB_UNAVAILABLE),
    ],
)
def test_an_error_of_github_is_worded(error: GitHubError, reason: Reason) -> None:
    failed = failed_by(error)
    assert failed.reason is reason
    assert "<b>" not in failed.text


@pytest.mark.parametrize("permission", [Permission.READ, Permission.WRITE])
@pytest.mark.parametrize("on_pull_request", [True, False])
def test_help_shows_what_this_person_may_run_here(
    permission: Permission, snapshot: SnapshotAssertion, *, on_pull_request: bool
) -> None:
    assert render_help(GRAMMARS, permission=permission, on_pull_request=on_pull_request) == snapshot


@pytest.mark.parametrize(
    "grammar", [DEPLOY, PING, replace(PING, examples=())], ids=["deploy", "ping", "bare"]
)
def test_help_of_one_command(grammar: Grammar, snapshot: SnapshotAssertion) -> None:
    assert render_verb_help(grammar) == snapshot


def check(
    name: str = "test", conclusion: Conclusion | None = Conclusion.SUCCESS, *, status: str = "completed"
) -> CheckRun:
    """This function will make a check run of the head."""
    return CheckRun(
        id=31,
        name=name,
        head_sha=HEAD,
        status=status,
        conclusion=conclusion,
        external_id="",
        app_id=15368,
        html_url=f"{WEB}/runs/31",
    )


CHECKS = (check("test"), check("lint", Conclusion.FAILURE), check("slow", None, status="in_progress"))
DEPLOYED = (
    Deployed(environment="production", state=DeploymentState.PENDING),
    Deployed(environment="staging", state=DeploymentState.SUCCESS),
)
PULL = pull_request()
STANDINGS = {
    "busy": Standing(pull=PULL, checks=CHECKS, deployed=DEPLOYED),
    "bare draft": Standing(pull=replace(PULL, draft=True, mergeable=None), checks=(), deployed=()),
    "conflicts": Standing(pull=replace(PULL, mergeable=False), checks=(check(),), deployed=()),
    "merged": Standing(pull=replace(PULL, state="closed", merged=True), checks=(), deployed=()),
    "closed": Standing(pull=replace(PULL, state="closed"), checks=(), deployed=()),
}


@pytest.mark.parametrize("standing", STANDINGS.values(), ids=STANDINGS.keys())
def test_status(standing: Standing, snapshot: SnapshotAssertion) -> None:
    assert render_standing(standing) == snapshot


def test_reruns_are_named(snapshot: SnapshotAssertion) -> None:
    run = workflow_run()
    job = Job(
        id=51,
        run_id=run.id,
        attempt=1,
        name="test (3.12)",
        status="completed",
        conclusion=Conclusion.FAILURE,
        html_url=f"{WEB}/job/51",
        head_sha=HEAD,
    )
    reruns = (
        Rerun(workflow_run=run),
        Rerun(workflow_run=run, only_failed=True),
        Rerun(workflow_run=run, job=job),
    )
    assert render_reruns(reruns) == snapshot
    assert len({rerun.key for rerun in reruns}) == 2


def test_a_usage_line_shows_choices_and_repeats() -> None:
    assert [grammar.usage for grammar in GRAMMARS] == [
        "/deploy ENV [SHA] [--param NAME=VALUE]… [--for 4h] [--plan]",
        "/help [VERB]",
        "/ping",
        "/rerun [failed|all|JOB]",
    ]


def test_a_missing_argument_is_empty() -> None:
    wanted = Command(index=0, line="/deploy a", verb="deploy", arguments=("a",))
    assert (wanted.argument(0), wanted.argument(1)) == ("a", "")
