"""Carries out `/merge`, `/hold` and `/unhold`: makes a wish, takes it back, holds a pull request and lets it go."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.commands.model import Continues, Done, Reason, Refused
from bot.config.merging import MergeMethod
from bot.github.limits import Priority
from bot.github.models import Permission, PullRequest
from bot.github.pulls import get_pull
from bot.markdown import code, escape
from bot.merging.acting.queueing import dequeue
from bot.merging.flags import CANCEL, PRIORITY, WHEN_GREEN
from bot.merging.judging.fact_model import MergeFacts, asked_of
from bot.merging.judging.facts import gather
from bot.merging.judging.lateness import was_pushed_after
from bot.merging.judging.rules import decide_merge
from bot.merging.keeping.keeper import Keeper
from bot.merging.keeping.model import NOW, AskRequest
from bot.merging.keeping.priorities import priority_of
from bot.merging.keeping.wishing import Asking, new_wish, read_policy
from bot.merging.model import EvaluateMerges, Hold, MergeState, Source, Wish
from bot.merging.stories.boarding import carrier_of
from bot.merging.wishes.holds import drop_hold, hold_of, place_hold
from bot.merging.wishes.states import ended
from bot.merging.wishes.store import wish_of

if TYPE_CHECKING:
    from bot.commands.model import Call, Outcome
    from bot.commands.spec import Services
    from bot.decisions.model import Decision
    from bot.engine.model import Run
    from bot.github.client import RepositoryClient

_MOST = 1000
_LONGEST_REASON = 500


async def merge(run: Run, call: Call, services: Services) -> Outcome:
    """This function will hand a person's wish to the flow that merges, or take it back."""
    if call.command.values(CANCEL):
        return await _cancel(run, call, services)
    wish = await _wish_of_command(run, call, services)
    if isinstance(wish, Refused):
        return wish
    if await _is_late(run, call, services):
        head = code(call.pinned.sha[:7])
        text = f"{head} was pushed after the command was written. Look at it, then write the command again."
        return Refused(reason=Reason.HEAD_MOVED, text=text)
    request = AskRequest(
        repository=call.request.repository, wish=wish, then=call.request.after(call.command.index)
    )
    waits = not wish.wish.startswith(NOW)
    text = (
        "It is merged as soon as nothing stands against it." if waits else "What stands against it is read."
    )
    return Continues(start=request.start(), text=text)


async def foresee(run: Run, call: Call, services: Services) -> Decision:
    """This function will decide about the merge as it would be decided now.

    Raises:
        GitHubError: something could not be read.
    """
    now = await run.now()
    repository, number = call.request.repository, call.request.number
    asked = await _asked(run, call, services)
    hold = await services.database.read(lambda connection: hold_of(connection, repository.id, number))
    facts = await run.step(
        "foreseen facts",
        lambda: gather(services, repository, asked_of(asked), hold=hold, now=now),
        returns=MergeFacts,
    )
    return decide_merge(facts)


async def hold(run: Run, call: Call, services: Services) -> Outcome:
    """This function will keep a pull request from being merged, whoever wants it."""
    request = call.request
    now = await run.now()
    held = Hold(
        number=request.number,
        person=request.author,
        reason=call.command.argument(0)[:_LONGEST_REASON],
        held_at=now,
    )
    await run.step(
        f"hold {call.command.index}",
        lambda: services.database.write(
            lambda connection: place_hold(connection, request.repository.id, held)
        ),
        returns=None,
    )
    await _look_again(run, call, "held")
    why = f" ({escape(held.reason)})" if held.reason else ""
    return Done(
        text=f"It is not merged{why} until you, or anyone who may merge it, writes {code('/unhold')}."
    )


async def unhold(run: Run, call: Call, services: Services) -> Outcome:
    """This function will let a held pull request go, where the person may merge it or held it."""
    request = call.request
    held = await run.step(
        f"held {call.command.index}",
        lambda: services.database.read(
            lambda connection: hold_of(connection, request.repository.id, request.number)
        ),
        returns=Hold | None,
    )
    if held is None:
        text = f"Nobody holds it. {code('/plan /merge')} lists what stands against a merge."
        return Refused(reason=Reason.NOT_HELD, text=text)
    if held.person.id != request.author.id and not call.permission.covers(Permission.WRITE):
        text = f"{code(held.person.login)} holds it; they or someone with the role {code('write')} can let it go."
        return Refused(reason=Reason.NOT_PERMITTED, text=text)
    await run.step(
        f"unhold {call.command.index}",
        lambda: services.database.write(
            lambda connection: drop_hold(connection, request.repository.id, request.number)
        ),
        returns=Hold | None,
    )
    await _look_again(run, call, "unheld")
    return Done(text=f"It is let go; {code(held.person.login)} had held it.")


async def _wish_of_command(run: Run, call: Call, services: Services) -> Wish | Refused:
    word = call.command.argument(0).lower()
    if word and word not in list(MergeMethod):
        methods = ", ".join(code(method) for method in MergeMethod)
        text = f"{code(word)} is no way to merge. Write one of {methods}, or none for the repository's own."
        return Refused(reason=Reason.METHOD_REFUSED, text=text)
    given = next(iter(call.command.values(PRIORITY)), "0")
    if not given.removeprefix("-").isdecimal() or abs(int(given)) > _MOST:
        text = f"A priority is a whole number from -{_MOST} to {_MOST}; larger goes first."
        return Refused(reason=Reason.BAD_FLAG_VALUE, text=text)
    return await _asked(run, call, services, method=MergeMethod(word) if word else None, priority=int(given))


async def _is_late(run: Run, call: Call, services: Services) -> bool:
    repo, written_at = services.repository(call.request.repository), call.request.created_at
    return await run.step(
        f"late {call.command.index}",
        lambda: was_pushed_after(repo, call.pinned.sha, written_at),
        returns=bool,
    )


async def _asked(
    run: Run,
    call: Call,
    services: Services,
    *,
    method: MergeMethod | None = None,
    priority: int = 0,
) -> Wish:
    """The wish for the head that the command was accepted for, whatever was pushed since."""
    repo, request, index = services.repository(call.request.repository), call.request, call.command.index
    now = await run.now()
    pull = await run.step(f"pull {index}", lambda: get_pull(repo, request.number), returns=PullRequest)
    policy = await run.step(f"priority {index}", lambda: _priority(repo, pull, priority), returns=int)
    begins = "" if call.command.values(WHEN_GREEN) else NOW
    asking = Asking(
        wish=f"{begins}{call.receipt}",
        source=Source.COMMAND,
        person=request.author,
        receipt=call.receipt,
        line=call.command.line,
        method=method,
        priority=policy,
    )
    wish = new_wish(repo.ref.id, pull, asking, now=now)
    return replace(wish, asked_sha=call.pinned.sha, head_sha=call.pinned.sha)


async def _priority(repo: RepositoryClient, pull: PullRequest, given: int) -> int:
    policy = await read_policy(repo)
    return priority_of(policy, pull.labels, given=given) if policy is not None else given


async def _cancel(run: Run, call: Call, services: Services) -> Outcome:
    request = call.request
    now = await run.now()
    before = await run.step(
        f"wish {call.command.index}",
        lambda: services.database.read(
            lambda connection: wish_of(connection, request.repository.id, request.number)
        ),
        returns=Wish | None,
    )
    if before is None or before.state.is_over:
        return Refused(reason=Reason.NOTHING_TO_CANCEL, text="Nothing waits to be merged here.")
    if before.state is MergeState.MERGING:
        return Refused(reason=Reason.NOTHING_TO_CANCEL, text="It is being merged at this moment.")
    repo = services.github.repository(request.repository, priority=Priority.GATE)
    if before.state is MergeState.QUEUED and not await run.step(
        f"dequeue {call.command.index}", lambda: dequeue(repo, request.number), returns=bool
    ):
        text = "GitHub did not say whether it is out of its merge queue. Write the command again in a while."
        return Refused(reason=Reason.GITHUB_UNAVAILABLE, text=text)
    text = f"{code(request.author.login)} took the wish back."
    over = ended(before, MergeState.WITHDRAWN, Reason.WITHDRAWN, text, now=now)
    after = await run.step(
        f"cancel {call.command.index}",
        lambda: Keeper(services).settle(repo, before, over),
        returns=Wish,
    )
    if after.state is not MergeState.WITHDRAWN:
        text = "It moved on at this moment. Look at the check run, and write the command again."
        return Refused(reason=Reason.COULD_NOT_VERIFY, text=text)
    carrier = carrier_of(run, request.repository, services)
    await carrier.tell(before, after)
    await carrier.tell_places(before.base_ref)
    await _look_again(run, call, "cancelled")  # a train that has it aboard hears of it
    return Done(text=f"The wish that {code(before.person.login)} had is taken back; it is not merged.")


async def _look_again(run: Run, call: Call, what: str) -> None:
    request = call.request
    again = EvaluateMerges(
        repository=request.repository, number=request.number, cause=f"{what}-{call.receipt}"
    )
    await run.send(again.start())
