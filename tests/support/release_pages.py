"""A release in every detail, for the page that shows it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.commands.reasons import Reason
from bot.decisions.model import Condition, Decision, Outcome, Standing
from bot.decisions.store import Where, record
from bot.github.models import Actor, Sha
from bot.releases.files.model import FileReport, Proof, Verified
from bot.releases.model import Document, ReleaseEvent, ReleaseRow, Stage
from bot.releases.render import list_files
from bot.releases.store import keep, save, tell
from tests.support.diagnosis import PAGE, REPOSITORY

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.storage.database import Database

TAG = "client/v1.0.0-rc.1"
SHA = Sha("1a2b3c4" + "0" * 33)
REPORT = FileReport(
    files=(
        Verified(id=1, name="harbour-linux-x64.tar.gz", size=5_000_000, digest="sha256:" + "a1" * 32),
        Verified(id=2, name="SHA256SUMS", size=97, digest="sha256:" + "b2" * 32),
    ),
    proofs=(Proof(name="harbour-linux-x64.tar.gz", bundle="x.sigstore.json", text="built by the workflow"),),
    checksums="SHA256SUMS",
)
NOTES = "### Features\n\n- dredge the &lt;b&gt;basin&lt;/b&gt; by [wren](https://github.com/wren)\n"
PROOF = Decision(
    kind="release",
    outcome=Outcome.PROCEED,
    conditions=(
        Condition(name="role", standing=Standing.MET, text="The asker has the role `maintain`."),
        Condition(name="tag", standing=Standing.MET, text="The tag is free."),
    ),
)


async def save_release(database: Database, at: datetime, *, stage: Stage = Stage.BUILDING) -> None:
    """This function will store the release with its timeline, documents and decision."""
    where = Where(repository=REPOSITORY, number=12, environment="", at=at)
    decision_id = await record(database, PROOF, facts=("the facts",), where=where, key=f"release/{TAG}")
    await database.write(lambda connection: _save(connection, at, stage, decision_id))


def _save(connection: Connection, at: datetime, stage: Stage, decision_id: str) -> None:
    save(
        connection,
        ReleaseRow(
            repository_id=REPOSITORY.id,
            tag=TAG,
            component="client",
            version="1.0.0-rc.1",
            previous_tag="client/v0.9.0",
            branch="main",
            sha=SHA,
            is_prerelease=True,
            stage=stage,
            reason=Reason.WORKFLOW_RUNNING,
            text="The release builds its files.",
            author=Actor(id=7, login="wren"),
            number=12,
            receipt="17/0",
            line="/release 1.0.0-rc.1 --component client",
            attempt=2,
            run_id="release-42-1",
            release_id=5,
            workflow_run_id=76,
            gate_id="",
            decision_id=decision_id,
            url=f"{PAGE}/releases/tag/untagged-1",
            created_at=at - timedelta(minutes=9),
            published_at=None,
            updated_at=at,
        ),
    )
    told = (
        (Stage.CHECKING, "`client/v1.0.0-rc.1` is made of `1a2b3c4`: 3 changes.", ""),
        (Stage.TAGGING, "The tag `client/v1.0.0-rc.1` is made at `1a2b3c4`.", ""),
        (Stage.BUILDING, f"[Release]({PAGE}/actions/runs/76) builds its files.", f"{PAGE}/actions/runs/76"),
    )
    for number, (at_stage, text, url) in enumerate(told):
        tell(connection, _event(f"0002-{number:03}-{at_stage}", at, at_stage, text, url))
    keep(connection, _event(Document.NOTES, at, Stage.DRAFTING, NOTES, ""), Document.NOTES)
    keep(connection, _event(Document.FILES, at, Stage.VERIFYING, list_files(REPORT), ""), Document.FILES)


def _event(key: str, at: datetime, stage: Stage, text: str, url: str) -> ReleaseEvent:
    return ReleaseEvent(repository_id=REPOSITORY.id, tag=TAG, key=key, at=at, stage=stage, text=text, url=url)
