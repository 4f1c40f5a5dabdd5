"""What `/verdict` does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.model import Done, Refused, Source
from bot.diagnosis.model import Said
from bot.diagnosis.summary import SummariseRequest
from bot.diagnosis.verdict.judgements import KnownFailure, failures_on, save_judgement
from bot.diagnosis.verdict.naming import pick_failure, read_judgement
from bot.github.models import PullRequest
from bot.github.pulls import get_pull
from bot.markdown import code

if TYPE_CHECKING:
    from bot.commands.model import Call, Outcome
    from bot.commands.spec import Services
    from bot.engine.model import Run

_ANCHORS = {Source.COMMENT: "#issuecomment-{}", Source.REVIEW: "#pullrequestreview-{}"}


async def judge(run: Run, call: Call, services: Services) -> Outcome:
    """This function will record a person's word about a failure and have the summary say it."""
    command, request, index = call.command, call.request, call.command.index
    repo = services.repository(request.repository)
    known = await run.step(
        f"failures {index}",
        lambda: failures_on(services.database, repo.ref, number=request.number, head_sha=call.pinned.sha),
        returns=tuple[KnownFailure, ...],
    )
    picked = pick_failure(command.argument(0), known)
    if isinstance(picked, Refused):
        return picked
    judgement = read_judgement(command.argument(1), picked.failure)
    if isinstance(judgement, Refused):
        return judgement
    pull = await run.step(
        f"pull request {index}", lambda: get_pull(repo, request.number), returns=PullRequest
    )
    said = Said(
        fingerprint=picked.failure.fingerprint,
        judgement=judgement,
        login=request.author.login,
        url=pull.html_url + _ANCHORS.get(request.source, "").format(request.source_id),
        at=request.created_at,
    )
    await run.step(f"judge {index}", lambda: save_judgement(services.database, repo.ref, said), returns=None)
    news = SummariseRequest(
        repository=request.repository,
        number=request.number,
        head_sha=call.pinned.sha,
        news=f"said-{call.receipt}",
    )
    await run.send(news.start())
    text = (
        f"{code(picked.failure.short_id)} counts as {judgement} wherever it is seen in this repository, until "
        f"someone says otherwise: {code(picked.failure.message)}"
    )
    return Done(text=text)
