"""Check runs: created, updated, found again by their external id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.github import operations as op
from bot.github.errors import Uncertain
from bot.github.shapes_runs import AnnotationShape, CheckShape

if TYPE_CHECKING:
    from typing import Any

    from bot.github.client import RepositoryClient
    from bot.github.models import Annotation, CheckReport, CheckRun, Sha

ANNOTATIONS_A_REQUEST = 50  # https://docs.github.com/en/rest/checks/runs#create-a-check-run
MAX_TEXT_BYTES = 65_535
_TRIES = 3  # of an update whose answer is lost; before each the annotations that arrived are read back


async def create_check(repo: RepositoryClient, report: CheckReport) -> CheckRun:
    """This function will create a check run with all its annotations, 50 a request.

    It is completed only by its last request: a run found in progress after a crash still lacks annotations.

    Raises:
        Uncertain: the answer was lost; find it by its external id before creating it again.
    """
    first, rest = report.annotations[:ANNOTATIONS_A_REQUEST], report.annotations[ANNOTATIONS_A_REQUEST:]
    body = _body(report, first, last=not rest) | {"head_sha": report.head_sha}
    created = (await repo.calls.send(op.CREATE_CHECK, CheckShape, {}, body)).to_check()
    return await _append(repo, created.id, report, rest) if rest else created


async def update_check(repo: RepositoryClient, check_run_id: int, report: CheckReport) -> CheckRun:
    """This function will make a check run of this App say what the report says.

    GitHub appends annotations and never takes one away, so only those that are not there yet are sent: doing it
    twice, or again after a lost answer, shows each once.
    """
    missing = await _missing(repo, check_run_id, report.annotations)
    return await _append(repo, check_run_id, report, missing)


async def list_checks(
    repo: RepositoryClient, sha: Sha, *, name: str | None = None, every_attempt: bool = False
) -> tuple[CheckRun, ...]:
    """This function will read the newest check runs of a commit, of all Apps, of one name if given.

    GitHub takes the newest by when they ended; with every attempt, one that has not ended is surely among them.
    """
    query = {} if name is None else {"check_name": name}
    query |= {"filter": "all"} if every_attempt else {}
    shapes = await repo.calls.list(op.LIST_CHECKS, CheckShape, {"ref": sha}, query)
    return tuple(shape.to_check() for shape in shapes)


async def find_check(repo: RepositoryClient, sha: Sha, *, name: str, external_id: str) -> CheckRun | None:
    """This function will find the check run of this App that carries the external id."""
    me = await repo.identity()
    query = {"check_name": name, "filter": "all", "app_id": str(me.id)}
    async for shape in repo.calls.pages(op.LIST_CHECKS, CheckShape, {"ref": sha}, query):
        if shape.external_id == external_id:
            return shape.to_check()
    return None


async def _missing(
    repo: RepositoryClient, check_run_id: int, wanted: tuple[Annotation, ...]
) -> tuple[Annotation, ...]:
    if not wanted:
        return ()
    shapes = await repo.calls.list(op.LIST_ANNOTATIONS, AnnotationShape, {"check_run_id": check_run_id})
    present = {shape.to_annotation() for shape in shapes}
    return tuple(annotation for annotation in wanted if annotation not in present)


async def _append(
    repo: RepositoryClient, check_run_id: int, report: CheckReport, annotations: tuple[Annotation, ...]
) -> CheckRun:
    tries = 0
    while True:
        batch, rest = annotations[:ANNOTATIONS_A_REQUEST], annotations[ANNOTATIONS_A_REQUEST:]
        body = _body(report, batch, last=not rest)
        try:
            shape = await repo.calls.send(op.UPDATE_CHECK, CheckShape, {"check_run_id": check_run_id}, body)
        except Uncertain:
            tries += 1
            if tries == _TRIES:
                raise
            await repo.calls.pause(tries)
            annotations = await _missing(repo, check_run_id, report.annotations)
            continue
        if not rest:
            return shape.to_check()
        annotations = rest


def _body(report: CheckReport, annotations: tuple[Annotation, ...], *, last: bool) -> dict[str, Any]:
    output: dict[str, Any] = {"title": report.title, "summary": _cut(report.summary)}
    if report.text:
        output["text"] = _cut(report.text)
    if annotations:
        output["annotations"] = [_annotation(annotation) for annotation in annotations]
    body: dict[str, Any] = {"name": report.name, "external_id": report.external_id, "output": output}
    if report.details_url:
        body["details_url"] = report.details_url
    if report.conclusion is None or not last:
        return body | {"status": "in_progress"}
    return body | {
        "status": "completed",
        "conclusion": report.conclusion.value,
        "actions": [
            {"label": action.label, "identifier": action.identifier, "description": action.description}
            for action in report.actions
        ],
    }


def _annotation(annotation: Annotation) -> dict[str, str | int]:
    body: dict[str, str | int] = {
        "path": annotation.path,
        "start_line": annotation.start_line,
        "end_line": annotation.end_line,
        "annotation_level": annotation.level,
        "message": annotation.message,
    }
    return body | {"title": annotation.title} if annotation.title else body


def _cut(text: str) -> str:
    return text.encode()[:MAX_TEXT_BYTES].decode(errors="ignore")
