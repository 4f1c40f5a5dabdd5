"""Judges a person's word about a gate: whether it counts, why it does not, whether it is void for ever."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.commands.model import Reason
from bot.decisions.model import Condition, Evidence, Standing
from bot.gates.fact_model import Trace
from bot.gates.ledger import Void, Word, parameters_digest
from bot.gates.model import How
from bot.github.models import Permission
from bot.markdown import code, escape, link

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.config.policy import ApprovalsConfig
    from bot.gates.fact_model import Change, GateFacts, Person, Spoken
    from bot.gates.ledger import Approval

_NAME = "approval"
_TRACES = {
    Trace.EDITED: Void.EDITED,
    Trace.DELETED: Void.DELETED,
    Trace.DISMISSED: Void.DISMISSED,
}
VOID_WORDS = {
    Void.HEAD_MOVED: "the head has changed since",
    Void.AUTHORS_CHANGED: "the commits are by other people since",
    Void.BASE_CHANGED: "the pull request has another base since",
    Void.PARAMETERS_CHANGED: "the parameters are others since",
    Void.PLAN_CHANGED: "the plan is another since",
    Void.EXPIRED: "it has expired",
    Void.EDITED: "its comment was edited",
    Void.TAMPERED: "its comment was edited by somebody else",
    Void.DELETED: "its comment was deleted",
    Void.DISMISSED: "its review was dismissed",
    Void.REJECTED: "somebody rejected the deployment after it",
    Void.SPENT: "what it allowed has happened",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A word with its judgement."""

    word: Approval
    condition: Condition
    void: Void | None = None  # where it has become void just now

    @property
    def is_void(self) -> bool:
        """Whether it counted once, or would have, and never will again."""
        return self.void is not None or bool(self.word.void_reason)

    @property
    def counts(self) -> bool:
        """Whether it is one of the approvals."""
        return self.condition.standing is Standing.MET


def judge_words(facts: GateFacts) -> tuple[Judged, ...]:
    """This function will judge every approval, oldest first; of one person only the newest word counts."""
    judged: list[Judged] = []
    for spoken in facts.words:
        if spoken.word.word is not Word.APPROVE:
            continue
        each = judge(facts, spoken)
        is_past = each.condition.standing in {Standing.MET, Standing.UNKNOWN} and _has_newer(facts, spoken)
        if is_past:
            text = f"{_who(spoken.word)} has said something newer."
            each = _judged(spoken.word, Standing.WAIVED, text)
        judged.append(each)
    return tuple(judged)


def judge(facts: GateFacts, spoken: Spoken) -> Judged:
    """This function will judge one approval by itself."""
    word = spoken.word
    if word.void_reason:
        return _judged(word, Standing.UNMET, f"{_who(word)}: void, {_why(word.void_reason)}.")
    if spoken.trace is Trace.UNREADABLE:
        text = f"GitHub could not say whether the word of {_who(word)} still stands."
        return _judged(word, Standing.UNKNOWN, text, Reason.COULD_NOT_VERIFY)
    void = _TRACES.get(spoken.trace) or _unbound(facts, word)
    if void is not None:
        if word.gate_id != facts.gate_id and void in {Void.PARAMETERS_CHANGED, Void.PLAN_CHANGED}:
            return _judged(word, Standing.WAIVED, f"{_who(word)} approved another deployment.")
        text = f"{_who(word)}: void, {VOID_WORDS[void]}."
        return _judged(word, Standing.UNMET, text, Reason.APPROVAL_VOID, void=void)
    return _judged_person(facts, word)


def is_approver(approvals: ApprovalsConfig, person: Person) -> bool:
    """This function will say whether the policy lets the person approve; who has no access to it never may."""
    wanted = approvals.approvers
    permission = person.permission or Permission.NONE
    if not permission.covers(Permission.READ):
        return False
    if person.login.casefold() in {user.casefold() for user in wanted.users} or teams_of(approvals, person):
        return True
    role = wanted.permission
    if role is None and not wanted.users and not wanted.teams:
        role = Permission.WRITE
    return role is not None and permission.covers(role)


def teams_of(approvals: ApprovalsConfig, person: Person) -> tuple[str, ...]:
    """This function will return the teams of the policy that the person belongs to."""
    return tuple(team for team in approvals.approvers.teams if team in person.teams)


def render_approvers(approvals: ApprovalsConfig) -> str:
    """This function will say who may approve."""
    wanted = approvals.approvers
    named = [code(user) for user in wanted.users] + [f"a member of {code(team)}" for team in wanted.teams]
    role = wanted.permission
    if role is None and not named:
        role = Permission.WRITE
    if role is not None:
        named.append(f"someone with the role {code(role)} or more")
    return " or ".join(named)


def self_reason(facts: GateFacts, person_id: int, login: str) -> str:
    """This function will say why this would be the person's own approval; "" where it is not."""
    approvals, change = facts.approvals, facts.change
    may_self = approvals is not None and approvals.self
    if facts.requester.id == person_id and not may_self:
        return "asked for the deployment"
    for author in change.authors if change else ():
        same_login = author.id is None and author.login.casefold() == login.casefold()
        if author.id == person_id or (same_login and author.login):
            return f"wrote {link('a part of it', author.url)}" if author.url else "opened the pull request"
    return ""


def distinct_teams(approvals: ApprovalsConfig, people: Sequence[Person]) -> int:
    """This function will return from how many different teams the people can be said to come, one team each."""
    of: dict[str, int] = {}

    def place(index: int, tried: set[str]) -> bool:
        for team in teams_of(approvals, people[index]):
            if team in tried:
                continue
            tried.add(team)
            if team not in of or place(of[team], tried):
                of[team] = index
                return True
        return False

    return sum(place(index, set()) for index in range(len(people)))


def _judged_person(facts: GateFacts, word: Approval) -> Judged:
    who = _who(word)
    reason = self_reason(facts, word.person.id, word.person.login)
    if reason:
        return _judged(word, Standing.UNMET, f"{who} {reason}, so it does not count.", Reason.SELF_APPROVAL)
    person = facts.person(word.person.id)
    if person is None or person.permission is None:
        problem = f" ({escape(person.problem)})" if person is not None and person.problem else ""
        text = f"GitHub could not say what {who} may do here{problem}."
        return _judged(word, Standing.UNKNOWN, text, Reason.COULD_NOT_VERIFY)
    if word.how is How.REVIEW and not word.body_digest and not (facts.approvals and facts.approvals.reviews):
        return _judged(word, Standing.WAIVED, f"{who} reviewed it; reviews do not count here.")
    if facts.approvals is None or not is_approver(facts.approvals, person):
        text = f"{who} may not approve this, with the role {code(person.permission)}."
        return _judged(word, Standing.UNMET, text, Reason.NOT_AN_APPROVER)
    return _judged(word, Standing.MET, f"{who} approved by {word.how}.")


def _unbound(facts: GateFacts, word: Approval) -> Void | None:
    """How what was approved differs from what is there now."""
    change, subject = facts.change, facts.subject
    void = _other_change(change, word) if change is not None else None
    if void is not None:
        return void
    if word.parameters_digest != parameters_digest(subject.parameters):
        return Void.PARAMETERS_CHANGED
    if word.plan_digest != subject.plan_digest:
        return Void.PLAN_CHANGED
    return Void.EXPIRED if facts.at >= word.expires_at else None


def _other_change(change: Change, word: Approval) -> Void | None:
    if word.head_sha != change.head_sha and (not word.tree or word.tree != change.tree):
        return Void.HEAD_MOVED
    if change.is_complete and word.authors_digest != change.authors_digest:  # an outdated list says nothing
        return Void.AUTHORS_CHANGED
    return Void.BASE_CHANGED if word.base_ref != change.base_ref else None


def _has_newer(facts: GateFacts, spoken: Spoken) -> bool:
    mine = spoken.word
    return any(
        (other.word.given_at, other.word.id) > (mine.given_at, mine.id)
        for other in facts.words
        if other.word.person.id == mine.person.id
        and not other.word.void_reason
        and _matter(other.word) == _matter(mine)
    )


def _matter(word: Approval) -> tuple[str, str]:
    """What tells two deployments of one head to one environment apart."""
    return word.parameters_digest, word.plan_digest


def _who(word: Approval) -> str:
    return code(word.person.login)


def _why(reason: str) -> str:
    return VOID_WORDS[Void(reason)] if reason in list(Void) else "for a reason that is not known any more"


def _judged(
    word: Approval, standing: Standing, text: str, reason: str = "", *, void: Void | None = None
) -> Judged:
    seen = (Evidence(text=f"said at {word.given_at:%Y-%m-%d %H:%M} UTC", url=word.url),) if word.url else ()
    condition = Condition(name=_NAME, standing=standing, text=text, reason=reason, evidence=seen)
    return Judged(word=word, condition=condition, void=void)
