"""Carries out `/approve` and `/reject`: finds what waits, shows the word's evidence, takes it, says what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bot.commands.model import Done, Reason, Refused, Source
from bot.commands.parse import parse
from bot.decisions.model import Decision, conclude
from bot.gates.flow import tell
from bot.gates.keeper import Keeper
from bot.gates.ledger import body_digest
from bot.gates.model import Gate, How
from bot.gates.rules import KIND, condition_word
from bot.gates.speech import Speech
from bot.gates.store import gates_of_pull
from bot.gates.wording import choose_gates, render_taken
from bot.github.comments import get_comment
from bot.github.errors import GitHubError
from bot.github.limits import Priority
from bot.github.reviews import list_reviews
from bot.markdown import escape

if TYPE_CHECKING:
    from datetime import datetime

    from bot.commands.model import Call, Outcome
    from bot.commands.spec import Services
    from bot.engine.model import Run
    from bot.gates.ledger import Word
    from bot.github.client import RepositoryClient

_HOW = {
    Source.COMMENT: How.COMMENT,
    Source.DESCRIPTION: How.COMMENT,
    Source.REVIEW: How.REVIEW,
    Source.BUTTON: How.BUTTON,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Where a word can be read again, or why it cannot be taken."""

    url: str = ""
    comment_id: int | None = None
    body_digest: str = ""
    refused: Refused | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What came of a word: how the gate stands, or why it was not taken."""

    gate: Gate | None = None
    refused: Refused | None = None


async def answer(run: Run, call: Call, services: Services, *, word: Word) -> Outcome:
    """This function will take the person's word about what waits in the pull request."""
    index = call.command.index
    repo = services.github.repository(call.request.repository, priority=Priority.GATE)
    waiting = await run.step(f"gates {index}", lambda: _open_gates(call, services), returns=tuple[Gate, ...])
    chosen = choose_gates(waiting, call.command.argument(0), verb=call.command.verb)
    if isinstance(chosen, Refused):
        return chosen
    proof = await run.step(f"proof {index}", lambda: _proof(repo, call, services), returns=Proof)
    if proof.refused is not None:
        return proof.refused
    now = await run.now()
    gates: list[Gate] = []
    for gate in chosen:
        speech = _speech(call, gate, word, proof, now)
        said = await run.step(
            f"say {index} {gate.id}", partial(_say, repo, services, speech, now), returns=Said
        )
        if said.gate is None:
            return said.refused or Refused(reason=Reason.NOTHING_WAITS, text="The gate is gone.")
        await tell(run, said.gate, cause=call.receipt)
        gates.append(said.gate)
    return Done(text=render_taken(word, tuple(gates)))


async def foresee(run: Run, call: Call, services: Services, *, word: Word) -> Decision:
    """This function will say whether the person's word would be taken, and how what waits stands now."""
    index = call.command.index
    repo = services.github.repository(call.request.repository, priority=Priority.GATE)
    waiting = await run.step(f"gates {index}", lambda: _open_gates(call, services), returns=tuple[Gate, ...])
    chosen = choose_gates(waiting, call.command.argument(0), verb=call.command.verb)
    if isinstance(chosen, Refused):
        return conclude(KIND, (condition_word(chosen),))
    now = await run.now()
    speech = _speech(call, chosen[0], word, Proof(), now)
    return await run.step(
        f"weigh {index}", lambda: Keeper(services).weigh_word(repo, speech, now=now), returns=Decision
    )


async def _open_gates(call: Call, services: Services) -> tuple[Gate, ...]:
    request = call.request
    return await services.database.read(
        lambda connection: gates_of_pull(connection, request.repository.id, request.number)
    )


async def _say(repo: RepositoryClient, services: Services, speech: Speech, now: datetime) -> Said:
    came = await Keeper(services).say(repo, speech, now=now)
    return Said(refused=came) if isinstance(came, Refused) else Said(gate=came)


async def _proof(repo: RepositoryClient, call: Call, services: Services) -> Proof:
    """Read the text again in which the word stands: what was edited since is not taken."""
    request = call.request
    if request.source in {Source.BUTTON, Source.DESCRIPTION}:
        return Proof()
    try:
        found = await _text_of(repo, call)
    except GitHubError as error:
        text = f"GitHub could not show your comment again ({escape(str(error))}). Write the command again."
        return Proof(refused=Refused(reason=Reason.COULD_NOT_VERIFY, text=text))
    if found is None or call.command not in parse(found.body, services.grammars):
        text = "The comment was edited or deleted before it was read. Write the command again."
        return Proof(refused=Refused(reason=Reason.APPROVAL_VOID, text=text))
    return Proof(url=found.url, comment_id=request.source_id, body_digest=body_digest(found.body))


@dataclass(frozen=True, slots=True)
class _Text:
    body: str
    url: str


async def _text_of(repo: RepositoryClient, call: Call) -> _Text | None:
    request = call.request
    if request.source is Source.COMMENT:
        comment = await get_comment(repo, request.source_id)
        is_theirs = comment is not None and comment.author.id == request.author.id
        return _Text(comment.body, comment.html_url) if comment is not None and is_theirs else None
    reviews = await list_reviews(repo, request.number)
    review = next((each for each in reviews if each.id == request.source_id), None)
    return None if review is None else _Text(review.body, review.html_url)


def _speech(call: Call, gate: Gate, word: Word, proof: Proof, now: datetime) -> Speech:
    request = call.request
    of = call.command.values("of")
    return Speech(
        gate_id=gate.id,
        person=request.author,
        word=word,
        how=_HOW[request.source],
        source=call.receipt,
        said_at=now if request.source is Source.BUTTON else request.created_at,
        text=call.command.argument(1),
        url=proof.url,
        comment_id=proof.comment_id,
        body_digest=proof.body_digest,
        of=of[0] if of else "",
    )
