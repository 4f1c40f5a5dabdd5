"""Reads what a planning or pushing job says of its work from the artifact that it uploaded, within limits."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct, field

from bot.commands.model import Reason
from bot.forms import decode
from bot.gates.model import PlannedChange, PlanSummary
from bot.markdown import code, escape

SUMMARY = "summary.json"
MOST_PACKED = 8 << 20  # bytes of the artifact
MOST_BYTES = 1 << 20  # of the summary
MOST_RESOURCES = 50  # kept of them

Count = Annotated[int, Meta(ge=0, le=1_000_000)]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanProblem:
    """Why there is no plan that could be approved."""

    reason: Reason
    text: str  # safe Markdown: what is missing, and who can supply it


class ResourceShape(Struct):
    """One change of a plan."""

    address: Annotated[str, Meta(min_length=1, max_length=1_000)]
    action: Literal["create", "update", "replace", "delete", "read", "import", "move", "forget"]


class SummaryShape(Struct):
    """`summary.json` of a plan."""

    version: Literal[1]
    sha256: Annotated[str, Meta(pattern=r"^[0-9a-fA-F]{64}\Z")]
    adds: Count
    changes: Count
    destroys: Count
    monthly_cost: Annotated[str, Meta(max_length=60)] = ""
    resources: list[ResourceShape] = field(default_factory=list)


class DigestShape(Struct):
    """`summary.json` of what was pushed."""

    version: Literal[1]
    digest: Annotated[str, Meta(pattern=r"^sha256:[0-9a-f]{64}\Z")]


class _UnreadableError(Exception):
    """The artifact does not hold what it should; the message is safe Markdown that completes a sentence."""


def plan_from(content: bytes, artifact: str, *, run_url: str = "") -> PlanSummary | PlanProblem:
    """This function will read the plan's summary from the bytes of the downloaded artifact."""
    try:
        read = _decoded(_summary_of(content), SummaryShape)
        _hold_against_resources(read)
    except _UnreadableError as error:
        return PlanProblem(reason=Reason.PLAN_FAILED, text=_words(artifact, str(error)))
    return PlanSummary(
        digest=read.sha256.lower(),
        adds=read.adds,
        changes=read.changes,
        destroys=read.destroys,
        monthly_cost=" ".join(read.monthly_cost.split()),
        resources=tuple(
            PlannedChange(address=one.address, action=one.action) for one in read.resources[:MOST_RESOURCES]
        ),
        run_url=run_url,
    )


def digest_from(content: bytes) -> str:
    """This function will read the digest of what was pushed, or return "" where it is not told as it should be."""
    try:
        return _decoded(_summary_of(content), DigestShape).digest
    except _UnreadableError:
        return ""


def missing_plan(artifact: str) -> PlanProblem:
    """This function will say that the run uploaded no plan."""
    return PlanProblem(
        reason=Reason.PLAN_MISSING,
        text=f"The planning run left no artifact {code(artifact)}, so nobody can approve what it would do. "
        f"Whoever keeps the workflow can upload {code(SUMMARY)} under that name.",
    )


def too_large(artifact: str) -> PlanProblem:
    """This function will say that the artifact is larger than a summary should be."""
    return PlanProblem(
        reason=Reason.PLAN_FAILED, text=_words(artifact, f"it is larger than {MOST_PACKED >> 20} MB")
    )


def _words(artifact: str, problem: str) -> str:
    return (
        f"The artifact {code(artifact)} of the planning run cannot be read: {problem}. "
        "Whoever keeps the workflow can put it right."
    )


def _summary_of(content: bytes) -> bytes:
    """An artifact is a zip file, or a single file that was uploaded as it is."""
    if not content.startswith(b"PK"):
        return _within(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(_entry(archive)) as opened:
            return _within(opened.read(MOST_BYTES + 1))
    except _UnreadableError:
        raise
    except Exception as error:  # zipfile raises half a dozen kinds for what is broken
        raise _UnreadableError(f"the archive is damaged ({type(error).__name__})") from error


def _entry(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    entries = [entry for entry in archive.infolist() if entry.filename == SUMMARY]
    if not entries:
        raise _UnreadableError(f"it holds no {code(SUMMARY)}")
    if len(entries) > 1:  # which one a reader takes depends on the reader
        raise _UnreadableError(f"it holds {code(SUMMARY)} more than once")
    return entries[0]


def _within(content: bytes) -> bytes:
    if len(content) > MOST_BYTES:
        raise _UnreadableError(f"{code(SUMMARY)} is larger than {MOST_BYTES >> 20} MB")
    return content


def _decoded(content: bytes, shape: type[T]) -> T:
    try:
        return decode(content, shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _UnreadableError(f"{code(SUMMARY)}: {escape(str(error))}") from error


def _hold_against_resources(read: SummaryShape) -> None:
    """What is listed must not be more than what is counted: people read the counts first."""
    actions = [one.action for one in read.resources]
    replaced = actions.count("replace")
    counted = (
        ("adds", read.adds, actions.count("create") + replaced),
        ("changes", read.changes, actions.count("update")),
        ("destroys", read.destroys, actions.count("delete") + replaced),
    )
    for name, said, listed in counted:
        if listed > said:
            raise _UnreadableError(f"it says {said} {name} and lists {listed}")
