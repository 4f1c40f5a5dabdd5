"""Gathers the facts that a gate's decision rests on; what cannot be read is a fact too."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import structlog

from bot.config.repository import ConfigurationErrors, read_configuration
from bot.gates.authors import accounts_in, authors_of, digest_of, unknown_addresses
from bot.gates.fact_model import Author, Change, GateFacts, Person, Spoken, Trace
from bot.gates.ledger import body_digest
from bot.gates.model import How
from bot.gates.reviews import objections_of, trace_of_review, words_of_reviews
from bot.github.collaborators import permission_of_person
from bot.github.comments import get_comment
from bot.github.commits import account_of, get_commit, list_pull_commits
from bot.github.errors import GitHubError
from bot.github.models import Permission
from bot.github.pulls import get_pull, pulls_of_commit
from bot.github.reviews import list_reviews
from bot.github.teams import is_team_member

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.config.policy import EnvironmentConfig
    from bot.config.repository import RepositoryConfig
    from bot.gates.ledger import Approval
    from bot.gates.model import Gate, Subject
    from bot.github.client import RepositoryClient
    from bot.github.commit_models import Commit
    from bot.github.models import Actor
    from bot.github.review_models import Review

_MOST_ADDRESSES = 10  # asked for; whoever is behind the others stays unknown
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What facts are gathered for."""

    gate: Gate
    words: tuple[Approval, ...]  # of the ledger
    at: datetime
    speaker: Actor | None = None  # who is about to say a word


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """The facts, and the words that reviews say and the ledger does not know yet."""

    facts: GateFacts
    reviewed: tuple[Approval, ...] = ()


async def gather(repo: RepositoryClient, asked: Asked) -> Gathered:
    """This function will read everything that decides about the gate; it raises nothing, a problem is a fact."""
    gate = asked.gate
    facts = GateFacts(
        at=asked.at,
        gate_id=gate.id,
        number=gate.number,
        subject=gate.subject,
        requester=gate.requester,
        opened_at=gate.opened_at,
        words=tuple(Spoken(word=word) for word in asked.words),
    )
    try:
        facts = await _with_policy(repo, facts)
        facts = replace(facts, change=await change_of(repo, gate))
        reviews = await _reviews(repo, facts)
    except GitHubError as error:
        _log.warning("gate_facts_not_read", gate=gate.id, error=str(error))
        return Gathered(facts=replace(facts, problem=str(error)))
    reviewed = _reviewed(gate, facts, reviews)
    words = tuple(Spoken(word=word) for word in reviewed)
    facts = replace(
        facts,
        words=(*[await _traced(repo, each, reviews) for each in facts.words], *words),
        objections=objections_of(reviews, asked.words) if _reads_reviews(facts) else (),
    )
    return Gathered(facts=await _with_people(repo, facts, asked.speaker), reviewed=reviewed)


async def change_of(repo: RepositoryClient, gate: Gate) -> Change:
    """This function will read what is to be deployed as it stands now.

    Raises:
        GitHubError: it could not be read.
    """
    subject = gate.subject
    if gate.number is None:
        return await _commit_alone(repo, subject)
    pull = await get_pull(repo, gate.number)
    listed = await list_pull_commits(repo, gate.number)
    is_same = pull.head_sha == subject.head_sha and bool(subject.tree)
    return Change(
        is_open=pull.is_open,
        head_sha=pull.head_sha,
        tree=subject.tree if is_same else (await get_commit(repo, pull.head_sha)).tree,
        base_ref=pull.base_ref,
        web_url=pull.html_url.partition("/pull/")[0],
        authors=authors_of(listed.commits, pull.author, await _accounts(repo, listed.commits)),
        authors_digest=digest_of(listed.commits),
        is_complete=listed.is_complete and listed.holds(pull.head_sha),
    )


async def _commit_alone(repo: RepositoryClient, subject: Subject) -> Change:
    """A commit that was merged was written by whoever wrote its pull request, not only by whoever merged it."""
    commit = await get_commit(repo, subject.head_sha)
    merged = [pull for pull in await pulls_of_commit(repo, subject.head_sha) if pull.merged]
    listed = [await list_pull_commits(repo, pull.number) for pull in merged]
    commits = (commit, *[one for each in listed for one in each.commits])
    openers = [Author(name=pull.author.login, id=pull.author.id, login=pull.author.login) for pull in merged]
    written = authors_of(commits, None, await _accounts(repo, commits))
    authors = {(one.id, one.login, one.name): one for one in (*openers, *written)}
    return Change(
        is_open=True,
        head_sha=commit.sha,
        tree=commit.tree,
        base_ref=subject.base_ref,
        web_url=commit.html_url.partition("/commit/")[0],
        authors=tuple(authors.values()),
        authors_digest=digest_of(commits),
        is_complete=all(each.is_complete for each in listed),
    )


async def _accounts(repo: RepositoryClient, commits: tuple[Commit, ...]) -> dict[str, Actor]:
    """Whom the addresses of the commits belong to; most co-authors have written something here before."""
    accounts = accounts_in(commits)
    for email in unknown_addresses(commits, accounts)[:_MOST_ADDRESSES]:
        account = await account_of(repo, email)
        if account is not None:
            accounts[email] = account
    return accounts


async def _with_policy(repo: RepositoryClient, facts: GateFacts) -> GateFacts:
    configuration = await read_configuration(repo)
    if isinstance(configuration, ConfigurationErrors):
        return replace(facts, mistakes=tuple(str(mistake) for mistake in configuration.mistakes))
    environment = environment_of(configuration, facts.subject.environment)
    approvals = None if environment is None else environment.approvals
    return replace(facts, is_configured=environment is not None, approvals=approvals)


def environment_of(configuration: RepositoryConfig, name: str) -> EnvironmentConfig | None:
    """This function will find an environment of the policy by its name; upper and lower case are the same."""
    return next(
        (each for known, each in configuration.environments.items() if known.casefold() == name.casefold()),
        None,
    )


def _reads_reviews(facts: GateFacts) -> bool:
    return facts.number is not None and facts.approvals is not None and facts.approvals.reviews


async def _reviews(repo: RepositoryClient, facts: GateFacts) -> tuple[Review, ...]:
    is_said_there = any(each.word.how is How.REVIEW for each in facts.words)
    if facts.number is None or not (is_said_there or _reads_reviews(facts)):
        return ()
    return await list_reviews(repo, facts.number)


def _reviewed(gate: Gate, facts: GateFacts, reviews: tuple[Review, ...]) -> tuple[Approval, ...]:
    """Words of reviews that the ledger does not have yet."""
    if facts.approvals is None or facts.change is None or not _reads_reviews(facts):
        return ()
    known = {each.word.id for each in facts.words}
    found = words_of_reviews(gate, facts.change, facts.approvals, reviews)
    return tuple(word for word in found if word.id not in known and facts.at < word.expires_at)


async def _traced(repo: RepositoryClient, spoken: Spoken, reviews: tuple[Review, ...]) -> Spoken:
    word = spoken.word
    if word.void_reason or word.comment_id is None:
        return spoken
    if word.how is How.REVIEW:
        return replace(spoken, trace=trace_of_review(word, reviews))
    return replace(spoken, trace=await _trace_of_comment(repo, word))


async def _trace_of_comment(repo: RepositoryClient, word: Approval) -> Trace:
    try:
        comment = await get_comment(repo, word.comment_id or 0)
    except GitHubError as error:
        _log.warning("comment_not_read", comment=word.comment_id, error=str(error))
        return Trace.UNREADABLE
    if comment is None:
        return Trace.DELETED
    return Trace.STANDS if body_digest(comment.body) == word.body_digest else Trace.EDITED


async def _with_people(repo: RepositoryClient, facts: GateFacts, speaker: Actor | None) -> GateFacts:
    people = {speaker.id: speaker} if speaker is not None else {}
    people |= {each.person.id: each.person for each in facts.objections}
    people |= {each.word.person.id: each.word.person for each in facts.words if not each.word.void_reason}
    return replace(facts, people=tuple([await _person(repo, facts, people[key]) for key in sorted(people)]))


async def _person(repo: RepositoryClient, facts: GateFacts, actor: Actor) -> Person:
    try:
        permission = await permission_of_person(repo, actor)
        teams = await _teams(repo, facts, actor.login) if permission is not Permission.NONE else ()
    except GitHubError as error:
        _log.warning("approver_not_verified", login=actor.login, error=str(error))
        return Person(id=actor.id, login=actor.login, permission=None, problem=str(error))
    return Person(id=actor.id, login=actor.login, permission=permission, teams=teams)


async def _teams(repo: RepositoryClient, facts: GateFacts, login: str) -> tuple[str, ...]:
    found = []
    for team in _wanted_teams(facts):
        org, _, slug = team.rpartition("/")
        if await is_team_member(repo, org=org or repo.ref.owner, slug=slug, login=login):
            found.append(team)
    return tuple(found)


def _wanted_teams(facts: GateFacts) -> Iterable[str]:
    return facts.approvals.approvers.teams if facts.approvals is not None else ()
