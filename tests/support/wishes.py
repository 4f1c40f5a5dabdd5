"""Wishes for the tests of what is decided and said about them."""

from __future__ import annotations

from bot.commands.reasons import Reason
from bot.merging.model import MergeState, Source, Wish
from tests.support.commands import HEAD, PERSON, WRITTEN_AT

WISH = Wish(
    repository_id=7,
    number=12,
    wish="4711/0",
    source=Source.COMMAND,
    person=PERSON,
    receipt="4711/0",
    line="/merge --when-green",
    method=None,
    priority=0,
    asked_sha=HEAD,
    head_sha=HEAD,
    base_ref="main",
    state=MergeState.WAITING,
    reason=Reason.CHECKS_RUNNING,
    text="`test` has not ended: in\\_progress.",
    merge_sha="",
    batch_id="",
    check_run_id=None,
    check_digest="",
    decision_id="",
    asked_at=WRITTEN_AT,
    ready_at=None,
    ended_at=None,
    updated_at=WRITTEN_AT,
)
