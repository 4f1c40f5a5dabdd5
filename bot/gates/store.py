"""The rows of gates and of what people said about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import or_, select

from bot.forms import decode
from bot.gates.ledger import Approval, Void, Word
from bot.gates.model import Gate, GateState, How, Subject
from bot.github.models import Actor, Sha
from bot.storage.trust_tables import approvals, deployments, gates

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Row


_PASSED = ("applying", "verifying", "promoting")  # stages of the deployment that waited
_OPEN = (GateState.WAITING.value, GateState.APPROVED.value)


def gate_by_id(connection: Connection, gate_id: str, *, for_change: bool = False) -> Gate | None:
    """This function will return the gate; `for_change` keeps it as it is until the transaction ends."""
    query = select(gates).where(gates.c.id == gate_id)
    row = connection.execute(query.with_for_update() if for_change else query).first()
    return None if row is None else _gate(row)


def gates_of_pull(
    connection: Connection, repository_id: int, number: int, *, environment: str = ""
) -> tuple[Gate, ...]:
    """This function will return the pull request's gates that are not over, oldest first ("": any environment)."""
    mine = (gates.c.repository_id == repository_id) & (gates.c.number == number)
    if environment:
        mine &= gates.c.environment == environment.casefold()
    return _open_gates(connection, mine)


def waiting_gates(connection: Connection, repository_id: int | None = None) -> tuple[Gate, ...]:
    """This function will return the gates that are not over, of one repository or of all, oldest first."""
    return _open_gates(
        connection, gates.c.id != "" if repository_id is None else gates.c.repository_id == repository_id
    )


def is_passed(connection: Connection, gate: Gate) -> bool:
    """This function will say whether what waited is on its way into the environment: the gate has done its work."""
    if not gate.run_id:
        return False
    query = select(deployments.c.deployment_id).where(
        deployments.c.run_id == gate.run_id, deployments.c.stage.in_(_PASSED)
    )
    return connection.execute(query.limit(1)).first() is not None


def check_digest_of(connection: Connection, gate_id: str) -> str:
    """This function will return the digest of what the gate's check run says; "" where it says nothing yet."""
    query = select(gates.c.check_digest).where(gates.c.id == gate_id)
    return connection.execute(query).scalar_one_or_none() or ""


def save_gate(connection: Connection, gate: Gate) -> None:
    """This function will store the gate as it stands; what its check run says is stored apart."""
    values = _values(gate)
    if connection.execute(gates.update().where(gates.c.id == gate.id).values(values)).rowcount == 0:
        connection.execute(gates.insert().values(id=gate.id, **values))


def save_check(connection: Connection, gate_id: str, *, check_run_id: int | None, digest: str) -> None:
    """This function will store which check run speaks for the gate, and the digest of what it says."""
    values = {"check_run_id": check_run_id, "check_digest": digest}
    connection.execute(gates.update().where(gates.c.id == gate_id).values(values))


def words_about(connection: Connection, gate: Gate) -> tuple[Approval, ...]:
    """This function will return what was said about the gate, and about its environment in the same pull request."""
    mine: ColumnElement[bool] = approvals.c.gate_id == gate.id
    if gate.number is not None:
        mine = or_(
            mine,
            (approvals.c.number == gate.number)
            & (approvals.c.environment == gate.subject.environment.casefold())
            # GitHub still shows a review that is void here, so that it must be known.
            & or_(approvals.c.voided_at.is_(None), approvals.c.how == How.REVIEW.value),
        )
    query = select(approvals).where(approvals.c.repository_id == gate.repository_id, mine)
    rows = connection.execute(query.order_by(approvals.c.given_at, approvals.c.id))
    return tuple(_approval(row) for row in rows)


def words_of_comment(connection: Connection, repository_id: int, comment_id: int) -> tuple[Approval, ...]:
    """This function will return the words that stand on a comment, without those that are void for another reason."""
    query = select(approvals).where(
        approvals.c.repository_id == repository_id,
        approvals.c.comment_id == comment_id,
        approvals.c.how == How.COMMENT.value,
        or_(approvals.c.voided_at.is_(None), approvals.c.void_reason == Void.EDITED.value),
    )
    return tuple(_approval(row) for row in connection.execute(query.order_by(approvals.c.id)))


def add_word(connection: Connection, word: Approval) -> bool:
    """This function will store a person's word, and say whether it is new."""
    known = select(approvals.c.id).where(approvals.c.id == word.id)
    if connection.execute(known).first() is not None:
        return False
    connection.execute(approvals.insert().values(_word_values(word)))
    return True


def void_word(connection: Connection, word_id: str, *, why: Void, at: datetime) -> bool:
    """This function will make a word void for ever, and say whether that is news.

    An edit may be seen before it is known whose it was.
    """
    is_new: ColumnElement[bool] = approvals.c.voided_at.is_(None)
    if why is Void.TAMPERED:
        is_new = or_(is_new, approvals.c.void_reason == Void.EDITED.value)
    standing = (approvals.c.id == word_id) & is_new
    changed = approvals.update().where(standing).values(voided_at=at, void_reason=why.value)
    return connection.execute(changed).rowcount > 0


def _open_gates(connection: Connection, mine: ColumnElement[bool]) -> tuple[Gate, ...]:
    query = select(gates).where(mine, gates.c.state.in_(_OPEN))
    rows = connection.execute(query.order_by(gates.c.opened_at, gates.c.id))
    return tuple(_gate(row) for row in rows)


def _values(gate: Gate) -> dict[str, Any]:
    return {
        "repository_id": gate.repository_id,
        "number": gate.number,
        "environment": gate.subject.environment.casefold(),
        "subject": msgspec.json.encode(gate.subject).decode(),
        "requester": gate.requester.login,
        "requester_id": gate.requester.id,
        "state": gate.state.value,
        "reason": gate.reason,
        "text": gate.text,
        "run_id": gate.run_id,
        "workflow_run_id": gate.workflow_run_id,
        "decision_id": gate.decision_id,
        "opened_at": gate.opened_at,
        "expires_at": gate.expires_at,
        "updated_at": gate.updated_at,
    }


def _gate(row: Row[Any]) -> Gate:
    return Gate(
        id=row.id,
        repository_id=row.repository_id,
        number=row.number,
        subject=decode(row.subject, Subject),
        requester=Actor(id=row.requester_id, login=row.requester),
        state=GateState(row.state),
        reason=row.reason,
        text=row.text,
        run_id=row.run_id,
        workflow_run_id=row.workflow_run_id,
        check_run_id=row.check_run_id,
        decision_id=row.decision_id,
        opened_at=row.opened_at,
        expires_at=row.expires_at,
        updated_at=row.updated_at,
    )


def _word_values(word: Approval) -> dict[str, Any]:
    values = {name: getattr(word, name) for name in word.__slots__ if name != "person"}
    return values | {
        "environment": word.environment.casefold(),
        "person_id": word.person.id,
        "login": word.person.login,
        "word": word.word.value,
        "how": word.how.value,
    }


def _approval(row: Row[Any]) -> Approval:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row's columns
    person = Actor(id=values.pop("person_id"), login=values.pop("login"))
    values |= {"word": Word(row.word), "how": How(row.how), "head_sha": Sha(row.head_sha)}
    return Approval(person=person, **values)
