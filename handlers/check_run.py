"""A button of one of our check runs was pressed: it stands for a command, or asks for the check run once more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.hear import hear
from bot.commands.model import ObeyRequest, Source
from bot.diagnosis.reporting.render import pull_number
from bot.diagnosis.summary import SummariseRequest
from bot.gates.model import EvaluateRequest, How
from bot.gates.render import button_line, environment_of_check, gate_of_check, press_of
from bot.gates.speech import Speech
from bot.gates.starts import PressRequest
from bot.merging.model import CHECK as MERGE_CHECK
from bot.merging.model import EvaluateMerges
from bot.merging.saying import render as merge_render
from bot.proposals.model import ProposeRequest
from bot.proposals.render import pull_of
from handlers.grammars import GRAMMARS

if TYPE_CHECKING:
    from bot.engine.model import Intent
    from bot.gates.render import GateCheck
    from bot.github.events import CheckRunEvent

# Identifier of a button → the command it stands for.
BUTTONS = {"rerun_failed": "/rerun failed"}


def requested_action(event: CheckRunEvent, guid: str) -> tuple[Intent, ...]:
    """This function will start the obeying of the command that the pressed button stands for."""
    gate = gate_of_check(event.check_run.external_id)
    if gate is not None:
        return _pressed(event, guid, gate)
    line = BUTTONS.get(event.requested_action or "")
    number = pull_number(event.check_run.external_id)
    return () if line is None or number is None else _obeyed(event, guid, number=number, line=line)


def rerequested(event: CheckRunEvent, guid: str) -> tuple[Intent, ...]:
    """This function will start the writing anew of our check run, for which GitHub waits."""
    gate = gate_of_check(event.check_run.external_id)
    if gate is not None:
        again = EvaluateRequest(
            repository=event.repository,
            gate_id=gate.gate_id,
            number=gate.number,
            cause=f"asked-{guid}",
            is_asked=True,
        )
        return (again.start(),)
    number = pull_number(event.check_run.external_id)
    if number is None:
        return ()
    request = SummariseRequest(
        repository=event.repository,
        number=number,
        head_sha=event.check_run.head_sha,
        news=f"asked-{guid}",
        is_asked=True,
    )
    return (request.start(),)


def policy_rerequested(event: CheckRunEvent, guid: str) -> tuple[Intent, ...]:
    """This function will start another look at a head that proposes another policy."""
    number = pull_of(event.check_run.external_id)
    if number is None:
        return ()
    request = ProposeRequest(
        repository=event.repository,
        number=number,
        head_sha=event.check_run.head_sha,
        cause=f"asked-{guid}",
    )
    return (request.start(),)


def merges_again(event: CheckRunEvent, guid: str) -> tuple[Intent, ...]:
    """This function will start another look at what waits for the check that has ended; our own says nothing new."""
    if event.check_run.name == MERGE_CHECK:
        return ()
    sha = event.check_run.head_sha
    return (EvaluateMerges(repository=event.repository, sha=sha, cause=f"check-{guid}").start(),)


def merge_pressed(event: CheckRunEvent, guid: str) -> tuple[Intent, ...]:
    """This function will start the obeying of the command that a button of the merge's check run stands for."""
    number = merge_render.pull_of_check(event.check_run.external_id)
    line = merge_render.button_line(event.requested_action or "")
    return () if number is None or line is None else _obeyed(event, guid, number=number, line=line)


def merge_rerequested(event: CheckRunEvent, guid: str) -> tuple[Intent, ...]:
    """This function will start the writing anew of the merge's check run, for which GitHub waits."""
    number = merge_render.pull_of_check(event.check_run.external_id)
    if number is None:
        return ()
    return (EvaluateMerges(repository=event.repository, number=number, cause=f"asked-{guid}").start(),)


def _pressed(event: CheckRunEvent, guid: str, gate: GateCheck) -> tuple[Intent, ...]:
    """A pull request's receipt answers; outside of any, the check run alone shows what came of it."""
    identifier = event.requested_action or ""
    if gate.number is not None:
        line = button_line(identifier, environment_of_check(event.check_run.name))
        return () if line is None else _obeyed(event, guid, number=gate.number, line=line)
    press = press_of(identifier)
    if press is None or event.check_run.started_at is None:
        return ()
    speech = Speech(
        gate_id=gate.gate_id,
        person=event.sender,
        word=press.word,
        how=How.BUTTON,
        source=f"button-{event.check_run.id}-{guid}",
        said_at=event.check_run.started_at,
        of=press.of,
    )
    return (PressRequest(repository=event.repository, speech=speech).start(),)


def _obeyed(event: CheckRunEvent, guid: str, *, number: int, line: str) -> tuple[Intent, ...]:
    if event.check_run.started_at is None:
        return ()
    request = ObeyRequest(
        repository=event.repository,
        number=number,
        is_pull_request=True,
        source=Source.BUTTON,
        source_id=event.check_run.id,
        author=event.sender,
        created_at=event.check_run.started_at,
        commands=(),
        press=guid,
    )
    return hear(request, line, GRAMMARS)
