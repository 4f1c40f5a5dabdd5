"""Values for the tests of what a gate decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.commands.model import Reason
from bot.config.policy import ApprovalsConfig, ApproversConfig
from bot.gates.fact_model import Author, Change, GateFacts, Person, Spoken, Trace
from bot.gates.ledger import Approval, Word, parameters_digest
from bot.gates.model import Gate, GateState, How, Subject
from bot.gates.render import render_standing
from bot.gates.rules import decide_gate, state_after
from bot.github.models import Actor, Permission, Sha

if TYPE_CHECKING:
    from bot.gates.ledger import Void

HEAD = Sha("1a2b3c4d" * 5)
OTHER = Sha("9f8e7d6c" * 5)
TREE = "7" * 40
WEB = "https://github.com/octo/harbour"
OPENED = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
NOW = OPENED + timedelta(hours=1)
ADA, BOB, EVE = Actor(id=1, login="ada"), Actor(id=2, login="bob"), Actor(id=3, login="eve")
SUBJECT = Subject(environment="production", head_sha=HEAD, tree=TREE, base_ref="main")
AUTHORS = (Author(name="ada", id=1, login="ada", url=f"{WEB}/commit/{HEAD}"),)


def approval(person: Actor = BOB, *, word: Word = Word.APPROVE, minute: int = 30) -> Approval:
    """This function will make a person's word about the subject as it is."""
    given_at = OPENED + timedelta(minutes=minute)
    return Approval(
        id=f"{person.login}-{minute}",
        repository_id=22,
        number=5,
        environment="production",
        gate_id="gate-1",
        person=person,
        word=word,
        how=How.COMMENT,
        head_sha=HEAD,
        tree=TREE,
        base_ref="main",
        authors_digest="authors",
        parameters_digest=parameters_digest(()),
        plan_digest="",
        given_at=given_at,
        expires_at=given_at + timedelta(hours=24),
        url=f"{WEB}/pull/5#issuecomment-{minute}",
        comment_id=minute,
        body_digest="body",
    )


def spoken(word: Approval | None = None, *, trace: Trace = Trace.STANDS) -> Spoken:
    """This function will make a word with what is left of it."""
    return Spoken(word=word or approval(), trace=trace)


def voided(word: Approval, why: Void) -> Spoken:
    """This function will make a word that was made void before."""
    return Spoken(word=replace(word, voided_at=NOW, void_reason=why.value))


def person(who: Actor, permission: Permission | None = Permission.WRITE, *teams: str) -> Person:
    """This function will make what is known of someone now."""
    return Person(id=who.id, login=who.login, permission=permission, teams=teams)


def policy(
    count: int = 1, *, users: tuple[str, ...] = (), teams: tuple[str, ...] = (), distinct: int = 0
) -> ApprovalsConfig:
    """This function will make what an environment asks for."""
    approvers = ApproversConfig(users=users, teams=teams)
    return ApprovalsConfig(count=count, approvers=approvers, distinct_teams=distinct)


def change() -> Change:
    """This function will make a change that is still what it was."""
    return Change(
        is_open=True,
        head_sha=HEAD,
        tree=TREE,
        base_ref="main",
        web_url=WEB,
        authors=AUTHORS,
        authors_digest="authors",
        is_complete=True,
    )


def facts(*words: Spoken, approvals: ApprovalsConfig | None = None) -> GateFacts:
    """This function will make the facts of a gate that ada asked for and of which this was said."""
    return GateFacts(
        at=NOW,
        gate_id="gate-1",
        number=5,
        subject=SUBJECT,
        requester=ADA,
        opened_at=OPENED,
        change=change(),
        is_configured=True,
        approvals=approvals or policy(),
        words=words,
        people=(person(ADA), person(BOB), person(EVE)),
    )


def gate(given: GateFacts | None = None, state: GateState = GateState.WAITING) -> Gate:
    """This function will make a gate as the facts leave it, or in the given state."""
    made = Gate(
        id="gate-1",
        repository_id=22,
        number=5,
        subject=SUBJECT,
        requester=ADA,
        state=state,
        reason="waiting_for_approval",
        text="It waits.",
        run_id="",
        workflow_run_id=None,
        check_run_id=None,
        decision_id="",
        opened_at=OPENED,
        expires_at=OPENED + timedelta(hours=24),
        updated_at=OPENED,
    )
    if given is None:
        return made
    decision = decide_gate(given)
    return replace(
        made,
        subject=given.subject,
        state=state_after(decision),
        reason=decision.reason or Reason.APPROVED,
        text=render_standing(decision),
    )
