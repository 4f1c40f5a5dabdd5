"""A production deployment in every detail, for the pages that show it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.decisions.model import Condition, Decision, Evidence, Outcome, Standing
from bot.decisions.store import Where, record
from bot.deployments.model import DeploymentRow, Stage, TimelineEvent
from bot.deployments.store import save
from bot.deployments.timeline import tell
from bot.gates.ledger import Approval, Word
from bot.gates.model import Gate, GateState, How, Parameter, PlannedChange, PlanSummary, Subject
from bot.gates.store import add_word, save_gate
from bot.github.models import Actor, DeploymentState, Sha
from tests.support.diagnosis import PAGE, REPOSITORY

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.storage.database import Database

DEPLOYMENT_ID = 9001
GATE_ID = "g-4f1c02aa"
_RUN = "deploy-42-17-0"
_SHA = Sha("1a2b3c4" + "0" * 33)
_WREN, _AMARA = Actor(id=7, login="wren"), Actor(id=5, login="amara")

PROOF = Decision(
    kind="deploy",
    outcome=Outcome.WAIT,
    reason="waiting_for_approval",
    text="One of two people has approved.",
    conditions=(
        Condition(name="role", standing=Standing.MET, text="`wren` has the role `write`."),
        Condition(
            name="checks",
            standing=Standing.MET,
            text="All 6 checks of `1a2b3c4` are green.",
            evidence=(Evidence(text="rust / test", url=f"{PAGE}/runs/1"),),
        ),
        Condition(
            name="order",
            standing=Standing.WAIVED,
            text="A rollback goes to what was there before, so <b>nothing</b> comes before it.",
        ),
        Condition(
            name="approvals",
            standing=Standing.PENDING,
            reason="waiting_for_approval",
            text="One of two people has approved.",
            who="`amara` or anyone of `octo/keel`, with `/approve production`",
            parts=(
                Condition(name="amara", standing=Standing.MET, text="approved by button"),
                Condition(name="second", standing=Standing.PENDING, text="nobody yet"),
            ),
        ),
    ),
)


async def save_deployment(database: Database, at: datetime, *, stage: Stage = Stage.GATED) -> None:
    """This function will store the deployment with its timeline, gate, words and decision."""
    where = Where(repository=REPOSITORY, number=12, environment="production", at=at)
    decision_id = await record(database, PROOF, facts=("the facts",), where=where, key=_RUN)
    await database.write(lambda connection: _save(connection, at, stage, decision_id))


def _save(connection: Connection, at: datetime, stage: Stage, decision_id: str) -> None:
    save(
        connection,
        DeploymentRow(
            repository_id=REPOSITORY.id,
            deployment_id=DEPLOYMENT_ID,
            number=12,
            environment="production",
            sha=_SHA,
            workflow_run_id=77,
            run_id=_RUN,
            state=DeploymentState.PENDING,
            updated_at=at,
            stage=stage,
            author=_WREN,
            inputs=(Parameter(name="environment", value="production"), Parameter(name="sha", value=_SHA)),
            plan_digest="c" * 64,
            gate_id=GATE_ID,
            decision_id=decision_id,
            lease_token=4,
            log_url=f"{PAGE}/actions/runs/77",
            created_at=at - timedelta(minutes=6),
        ),
    )
    for minute, (key, each, text) in enumerate(
        (
            ("1", Stage.CHECKING, "Asked for by `wren`; everything it rests on was read."),
            ("2", Stage.CREATED, "It holds `production`, **lease 4**."),
            ("3", Stage.PLANNING, f"[The plan]({PAGE}/actions/runs/76) adds 1, changes 2, destroys 1."),
            ("4", stage, "It waits for two people."),
        )
    ):
        event = TimelineEvent(
            run_id=_RUN,
            key=key,
            repository_id=REPOSITORY.id,
            at=at - timedelta(minutes=6 - minute),
            stage=each,
            text=text,
            url=f"{PAGE}/actions/runs/77" if key == "3" else "",
        )
        tell(connection, event)
    save_gate(connection, _gate(at, decision_id))
    for word in _words(at):
        add_word(connection, word)


def _gate(at: datetime, decision_id: str) -> Gate:
    plan = PlanSummary(
        digest="c" * 64,
        adds=1,
        changes=2,
        destroys=1,
        monthly_cost="+$12.30",
        resources=(
            PlannedChange(address="aws_instance.storage[5]", action="create"),
            PlannedChange(address="aws_instance.<i>client</i>", action="delete"),
        ),
    )
    subject = Subject(
        environment="production",
        head_sha=_SHA,
        tree="d" * 40,
        base_ref="main",
        parameters=(Parameter(name="region", value="eu"),),
        plan=plan,
    )
    return Gate(
        id=GATE_ID,
        repository_id=REPOSITORY.id,
        number=12,
        subject=subject,
        requester=_WREN,
        state=GateState.WAITING,
        reason="waiting_for_approval",
        text="One of **two** people has approved.",
        run_id=_RUN,
        workflow_run_id=None,
        check_run_id=None,
        decision_id=decision_id,
        opened_at=at - timedelta(minutes=3),
        expires_at=at + timedelta(hours=21),
        updated_at=at,
    )


def _words(at: datetime) -> tuple[Approval, ...]:
    good = Approval(
        id="w1",
        repository_id=REPOSITORY.id,
        number=12,
        environment="production",
        gate_id=GATE_ID,
        person=_AMARA,
        word=Word.APPROVE,
        how=How.BUTTON,
        head_sha=_SHA,
        tree="d" * 40,
        base_ref="main",
        authors_digest="",
        parameters_digest="",
        plan_digest="c" * 64,
        given_at=at - timedelta(minutes=2),
        expires_at=at + timedelta(hours=22),
    )
    void = Approval(
        **{name: getattr(good, name) for name in good.__slots__ if name not in _OTHERS},
        id="w2",
        how=How.COMMENT,
        plan_digest="b" * 64,
        url=f"{PAGE}/pull/12#issuecomment-5",
        voided_at=at - timedelta(minutes=3),
        void_reason="plan_changed",
    )
    return good, void


_OTHERS = {"id", "how", "plan_digest", "url", "voided_at", "void_reason"}
