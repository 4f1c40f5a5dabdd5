"""Shows releases without doing anything: what would be released, and how those that were begun stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.model import Done, Refused
from bot.decisions.model import Condition, Standing, conclude
from bot.decisions.render import render_proof
from bot.markdown import code, link, table
from bot.page_links import Kind
from bot.releases.asking.beginning import resumed, unknown, wanted
from bot.releases.judging.fact_model import ReleaseFacts
from bot.releases.judging.facts import Reading, gather, read_changes
from bot.releases.judging.policy import Policy, read_policy
from bot.releases.judging.rules import decide_release
from bot.releases.model import KIND, ReleaseRow
from bot.releases.notes.model import Notes
from bot.releases.notes.render import render_plan
from bot.releases.store import newest_of
from bot.releases.underway import page_subject

if TYPE_CHECKING:
    from bot.commands.model import Call, Outcome
    from bot.commands.spec import Services
    from bot.decisions.model import Decision
    from bot.engine.model import Run
    from bot.releases.model import ReleaseRequest

_MOST_ROWS = 10


async def plan(run: Run, call: Call, services: Services) -> Outcome:
    """This function will say what a version would hold, and each condition of releasing it, and do nothing.

    Raises:
        GitHubError: something could not be read.
    """
    request = await wanted(run, call, services, acts=False)
    if isinstance(request, Refused):
        return request
    notes, decision = await _foreseen(run, request, services)
    held = render_plan(notes, request.tag) if notes is not None else ""
    head = f"Nothing was done. {code(f'/release {request.tag}')} releases it."
    return Done(
        text="\n\n".join(part for part in (head, held, render_proof(decision, decision_id="")) if part)
    )


async def foresee(run: Run, call: Call, services: Services) -> Decision:
    """This function will decide about the release as it would be decided now.

    Raises:
        GitHubError: something could not be read.
    """
    word = call.command.argument(0).casefold()
    if word in {"status", "abort"}:
        text = f"{code(f'/release {word}')} is answered at once."
        return conclude(KIND, (Condition(name="answer", standing=Standing.MET, text=text),))
    making = resumed if word == "resume" else wanted
    request = await making(run, call, services, acts=word != "plan")
    if isinstance(request, Refused):
        refusal = Condition(name="request", standing=Standing.UNMET, text=request.text, reason=request.reason)
        return conclude(KIND, (refusal,))
    return (await _foreseen(run, request, services))[1]


async def _foreseen(run: Run, request: ReleaseRequest, services: Services) -> tuple[Notes | None, Decision]:
    repo, now = services.repository(request.repository), await run.now()
    policy = await run.step(f"foreseen policy {request.receipt}", lambda: read_policy(repo), returns=Policy)
    notes = await run.step(
        f"foreseen changes {request.receipt}",
        lambda: read_changes(repo, request, policy),
        returns=Notes | None,
    )
    reading = Reading(repo=repo, database=services.database, now=now)
    facts = await run.step(
        f"foreseen facts {request.receipt}",
        lambda: gather(reading, request, policy, notes),
        returns=ReleaseFacts,
    )
    return notes, decide_release(facts)


async def status(run: Run, call: Call, services: Services) -> Outcome:
    """This function will say how a release stands, or list the newest ones."""
    database, repository_id = services.database, call.request.repository.id
    component = "".join(call.command.values("component"))
    rows = await run.step(
        f"releases {call.command.index}",
        lambda: database.read(
            lambda connection: newest_of(connection, repository_id, component, most=_MOST_ROWS)
        ),
        returns=tuple[ReleaseRow, ...],
    )
    written = call.command.argument(1)
    if not written:
        return Done(text=_listed(rows, services) if rows else "No release was begun here yet.")
    found = next((row for row in rows if _is_meant(row, written)), None)
    return unknown(written) if found is None else Done(text=_told(found, services))


def _is_meant(row: ReleaseRow, written: str) -> bool:
    return written in {row.tag, row.version, f"v{row.version}"}


def _listed(rows: tuple[ReleaseRow, ...], services: Services) -> str:
    return table(
        ("release", "stage", "commit", "asked for by", "since"),
        (
            (
                _named(row, services),
                str(row.stage),
                code(row.sha[:7]),
                f"{code(row.author.login)} on #{row.number}",
                f"{row.updated_at:%Y-%m-%d %H:%M} UTC",
            )
            for row in rows
        ),
    )


def _told(row: ReleaseRow, services: Services) -> str:
    return (
        f"{_named(row, services)} of {code(row.sha[:7])} from {code(row.branch)} is {row.stage} "
        f"({code(row.reason)}), since {row.updated_at:%Y-%m-%d %H:%M} UTC.\n\n{row.text}"
    )


def _named(row: ReleaseRow, services: Services) -> str:
    links = services.links
    page = (
        links.address(row.repository_id, Kind.RELEASE, page_subject(row.tag), now=row.created_at)
        if links is not None
        else row.url
    )
    return link(code(row.tag), page)
