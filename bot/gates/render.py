"""Says how a gate stands: its check run with the buttons, the plan, one sentence for whoever asks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from bot.commands.model import Reason
from bot.decisions.model import Outcome, Standing
from bot.decisions.render import render_proof
from bot.gates.ledger import Word, subject_digest
from bot.gates.model import GateState
from bot.gates.states import APPLIED
from bot.github.models import CheckAction, CheckReport, Conclusion
from bot.markdown import code, cut, details, escape, link, table

if TYPE_CHECKING:
    from bot.decisions.model import Decision
    from bot.gates.model import Gate, PlanSummary, Subject
    from bot.github.models import Sha

_KEY = "gate"
_MOST_BYTES = 60_000
_LONGEST_TITLE = 200
_EXTERNAL = re.compile(r"gate-(?P<number>\d+)-(?P<id>.+)")
_PRESS = re.compile(r"(?P<word>approve|reject)-(?P<of>[0-9a-f]{8})")
_PLAIN = re.compile(r"[A-Za-z0-9_.][A-Za-z0-9_./-]*")
_WHY = CheckAction(label="Why", identifier="why", description="Shows each condition and who can help")
_SIGN = {
    GateState.WAITING: "⏳",
    GateState.APPROVED: "✅",
    GateState.REJECTED: "🚫",
    GateState.EXPIRED: "⌛",
    GateState.CLOSED: "⚪",
}
_CONCLUSION = {
    # GitHub shows buttons only on what is completed, so that what waits is completed too.
    GateState.WAITING: Conclusion.ACTION_REQUIRED,
    GateState.APPROVED: Conclusion.SUCCESS,
    GateState.REJECTED: Conclusion.FAILURE,
    GateState.EXPIRED: Conclusion.TIMED_OUT,
    GateState.CLOSED: Conclusion.CANCELLED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GateCheck:
    """Which gate one of our check runs speaks for."""

    number: int | None
    gate_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """What a pressed button says, and about which subject it was shown."""

    word: Word
    of: str


def quoted(name: str) -> str:
    """This function will write an environment's name as a command takes it for one word."""
    if _PLAIN.fullmatch(name):
        return name
    inner = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{inner}"'


def check_name(environment: str) -> str:
    """This function will name the check run of an environment's gate."""
    return f"pilothouse / {environment}"


def environment_of_check(name: str) -> str:
    """This function will return the environment whose gate the check run speaks for."""
    return name.removeprefix("pilothouse / ")


def gate_of_check(external_id: str) -> GateCheck | None:
    """This function will say which gate a check run of ours speaks for, or None where it is another one."""
    found = _EXTERNAL.fullmatch(external_id)
    return GateCheck(number=int(found["number"]) or None, gate_id=found["id"]) if found else None


def press_of(identifier: str) -> Press | None:
    """This function will read the identifier of a pressed button, or return None where it is another one."""
    found = _PRESS.fullmatch(identifier)
    return Press(word=Word(found["word"]), of=found["of"]) if found else None


def button_line(identifier: str, environment: str) -> str | None:
    """This function will return the command that a pressed button stands for, or None where there is none."""
    name = quoted(environment)
    if identifier == _WHY.identifier:
        return f"/why gate {name}"
    press = press_of(identifier)
    return f"/{press.word} {name} --of {press.of}" if press is not None else None


def render_check(gate: Gate, decision: Decision | None, *, decision_id: str, url: str | None) -> CheckReport:
    """This function will make the check run of a gate.

    Args:
        gate: how it stands.
        decision: the newest one, where there is one.
        decision_id: of that decision.
        url: the gate's own page, where there is one.
    """
    summary = "\n\n".join(part for part in (_headline(gate), _how(gate), _subject(gate)) if part)
    proof = render_proof(decision, decision_id=decision_id) if decision is not None else ""
    return CheckReport(
        name=check_name(gate.subject.environment),
        head_sha=gate.subject.head_sha,
        external_id=f"{_KEY}-{gate.number or 0}-{gate.id}",
        title=cut(_title(gate, decision), _LONGEST_TITLE),
        summary=cut(summary, _MOST_BYTES),
        text=cut(proof, _MOST_BYTES),
        conclusion=_conclusion(gate),
        actions=_buttons(gate),
        details_url=url,
    )


def render_standing(decision: Decision) -> str:
    """This function will say in a sentence or two how a gate stands after the decision."""
    if decision.outcome is not Outcome.PROCEED:
        return decision.text
    approvals = next((each for each in decision.conditions if each.name == "approvals"), None)
    if approvals is None:
        return "No approvals are asked for."
    said = [part.text for part in approvals.parts if part.standing is Standing.MET]
    return f"Approved, with {approvals.text.partition('.')[0]}. {' '.join(said)}"


def render_plan(plan: PlanSummary) -> str:
    """This function will say what a plan would do."""
    cost = f"; monthly cost {code(plan.monthly_cost)}" if plan.monthly_cost else ""
    destroys = f"**{plan.destroys} to destroy**" if plan.destroys else "0 to destroy"
    digest = link(code(plan.digest[:12]), plan.run_url) if plan.run_url else code(plan.digest[:12])
    line = f"Plan {digest}: {plan.adds} to add, {plan.changes} to change, {destroys}{cost}."
    if not plan.resources:
        return line
    rows = [(escape(each.action), code(each.address)) for each in plan.resources]
    total = plan.adds + plan.changes + plan.destroys
    shown = f"{len(rows)} of {total} changes" if total > len(rows) else "The changes"
    return f"{line}\n\n{details(shown, table(('action', 'what'), rows), is_open=bool(plan.destroys))}"


def render_subject(subject: Subject) -> str:
    """This function will say in one line what is approved."""
    said = ", ".join(code(f"{each.name}={each.value}") for each in subject.parameters)
    given = f" with {said}" if said else ""
    return f"{code(subject.head_sha[:7])} to {code(subject.environment)}{given}"


def closing_report(gate: Gate, *, new_head: Sha) -> CheckReport:
    """This function will make the last word of a check run whose gate has gone on to another commit."""
    summary = (
        f"What waits now is {code(new_head[:7])}; nothing of what was said about this commit counts for it."
    )
    return CheckReport(
        name=check_name(gate.subject.environment),
        head_sha=gate.subject.head_sha,
        external_id=f"{_KEY}-{gate.number or 0}-{gate.id}",
        title=f"Pushed over by {new_head[:7]}",
        summary=summary,
        conclusion=Conclusion.CANCELLED,
    )


def _headline(gate: Gate) -> str:
    return f"{_SIGN[gate.state]} **{gate.state}** · {code(gate.reason)}\n\n{gate.text}"


def _how(gate: Gate) -> str:
    if gate.state is not GateState.WAITING:
        return ""
    name = quoted(gate.subject.environment)
    written = code(f"/approve {name}")
    rejected = code(f"/reject {name} REASON")
    comment = f", or write {written} or {rejected} on the pull request" if gate.number is not None else ""
    return f"Press **Approve** or **Reject** above{comment}. It waits until {gate.expires_at:%Y-%m-%d %H:%M} UTC."


def _subject(gate: Gate) -> str:
    subject = gate.subject
    plan = f"\n\n{render_plan(subject.plan)}" if subject.plan is not None else ""
    if gate.state.is_over:
        return f"It was about {render_subject(subject)}.{plan}"
    return f"What is approved is {render_subject(subject)}, and nothing else.{plan}"


def _title(gate: Gate, decision: Decision | None) -> str:
    approvals = next(
        (each for each in (decision.conditions if decision else ()) if each.name == "approvals"), None
    )
    match gate.state:
        case GateState.WAITING if approvals is not None and gate.reason == Reason.WAITING_FOR_APPROVAL:
            return f"Waits for approval: {approvals.text.partition('.')[0]}"
        case GateState.WAITING:
            return f"Waits: {gate.reason.replace('_', ' ')}"
        case GateState.APPROVED:
            return "Approved"
        case GateState.REJECTED:
            return "Rejected"
        case GateState.EXPIRED:
            return "Expired before it was approved"
        case GateState.CLOSED:
            how = "Approved and applied" if gate.reason in APPLIED else "Closed"
            return f"{how}: {gate.reason.replace('_', ' ')}"
        case _:
            assert_never(gate.state)


def _conclusion(gate: Gate) -> Conclusion:
    if gate.state is GateState.CLOSED and gate.reason in APPLIED:
        return Conclusion.SUCCESS if gate.reason == Reason.DONE else Conclusion.NEUTRAL
    return _CONCLUSION[gate.state]


def _buttons(gate: Gate) -> tuple[CheckAction, ...]:
    of = subject_digest(gate.subject)
    approve = CheckAction(
        label="Approve", identifier=f"approve-{of}", description="Lets exactly what is shown go ahead"
    )
    reject = CheckAction(label="Reject", identifier=f"reject-{of}", description="Ends it for everybody")
    if gate.state is GateState.WAITING:
        return approve, reject, _WHY
    return (reject, _WHY) if gate.state is GateState.APPROVED else ()
