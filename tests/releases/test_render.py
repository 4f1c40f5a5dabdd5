"""What people read while a version is released."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.commands.reasons import Reason
from bot.gates.model import Gate, GateState, Subject
from bot.github.models import Conclusion
from bot.github.run_models import Job
from bot.releases import render
from bot.releases.files.model import FileReport, Problem, Proof, Verified
from bot.releases.judging.fact_model import ExistingRelease
from bot.releases.making.tagging import Tagged
from bot.releases.model import ReleaseRequest
from tests.support.commands import HEAD, OTHER, PERSON, REPOSITORY, WEB, WRITTEN_AT, workflow_run
from tests.support.release_facts import release_facts

if TYPE_CHECKING:
    from collections.abc import Callable

    from syrupy.assertion import SnapshotAssertion

PAGE = f"{WEB}/releases/tag/v1.1.0"
REQUEST = ReleaseRequest(
    repository=REPOSITORY,
    version="1.1.0",
    component="",
    tag="v1.1.0",
    branch="main",
    sha=HEAD,
    author=PERSON,
    asked_at=WRITTEN_AT,
    number=5,
    receipt="123/0",
    line="/release v1.1.0",
)
FILE = Verified(id=1, name="boat-linux-x64.tar.gz", size=5_000_000_000, digest="sha256:" + "a1" * 32)
REPORT = FileReport(
    files=(FILE, replace(FILE, id=2, name="SHA256SUMS", size=97)),
    proofs=(Proof(name=FILE.name, bundle="x.sigstore.json", text="built by the release's workflow"),),
    checksums="SHA256SUMS",
)
PROBLEMS = (
    Problem(
        reason=Reason.ASSETS_MISSING, text="Missing: `*-arm64.tar.gz`. There is `boat-linux-x64.tar.gz`."
    ),
    Problem(reason=Reason.CHECKSUM_WRONG, text="It does not list `boat-linux-x64.tar.gz`."),
)
GATE = Gate(
    id="g1",
    repository_id=REPOSITORY.id,
    number=None,
    subject=Subject(environment="production", head_sha=HEAD, tree="7e57", base_ref="main"),
    requester=PERSON,
    state=GateState.WAITING,
    reason="waiting_for_approval",
    text="One approval of `bob` is missing.",
    run_id="release-1",
    workflow_run_id=None,
    check_run_id=7,
    decision_id="",
    opened_at=WRITTEN_AT,
    expires_at=WRITTEN_AT,
    updated_at=WRITTEN_AT,
)
RED = Job(
    id=9,
    run_id=41,
    attempt=1,
    name="build @octo [arm64](x)",
    status="completed",
    conclusion=Conclusion.FAILURE,
    html_url=f"{WEB}/actions/runs/41/job/9",
    head_sha=HEAD,
)
FAILED = workflow_run(conclusion=Conclusion.FAILURE)
DRAFT = ExistingRelease(id=1, is_draft=True, is_ours=False, url=PAGE)

SAID: dict[str, Callable[[], str]] = {
    "turn": lambda: render.render_turn("v1.1.0", HEAD),
    "unread": lambda: render.render_unread("GitHub is <b>down</b>"),
    "broken": lambda: render.render_broken("KeyError"),
    "page": lambda: render.render_with_page("It goes on.", f"{WEB}/page"),
    "no page": lambda: render.render_with_page("It goes on.", ""),
    "resume": lambda: render.render_resume("It stopped.\n\n", "v1.1.0"),
    "checked": lambda: render.render_checked(release_facts()),
    "checked without versions": lambda: render.render_checked(replace(release_facts(), versions=None)),
    "waiting": lambda: render.render_waiting(REQUEST, GATE, web_url=WEB),
    "tagging": lambda: render.render_tagging("v1.1.0", HEAD),
    "tag elsewhere": lambda: render.render_tag_elsewhere(REQUEST, OTHER),
    "tag protected": lambda: render.render_tag_protected(
        REQUEST, Tagged(sha=None, problem="@octo restricts")
    ),
    "drafting": lambda: render.render_drafting("v1.1.0"),
    "draft gone": lambda: render.render_draft_gone("v1.1.0"),
    "somebody's draft": lambda: render.render_not_ours(DRAFT, "v1.1.0"),
    "somebody's release": lambda: render.render_not_ours(replace(DRAFT, is_draft=False), "v1.1.0"),
    "awaited": lambda: render.render_awaited("release.yml", "v1.1.0"),
    "not started": lambda: render.render_not_started("release.yml", "v1.1.0", 10),
    "building": lambda: render.render_building(replace(workflow_run(), name="Ship <i>it</i>", attempt=2)),
    "building without a name": lambda: render.render_building(replace(workflow_run(), name="")),
    "of another commit": lambda: render.render_moved(REQUEST, replace(workflow_run(), head_sha=OTHER)),
    "build failed": lambda: render.render_build_failed(FAILED, [RED] * 12),
    "build cancelled": lambda: render.render_build_failed(replace(FAILED, conclusion=None), []),
    "expired": lambda: render.render_expired(FAILED, "3h"),
    "verifying": lambda: render.render_verifying("v1.1.0"),
    "problems": lambda: render.render_problems(
        replace(REPORT, problems=PROBLEMS, elsewhere=f"{PAGE}-2"), PAGE
    ),
    "one problem": lambda: render.render_problems(replace(REPORT, problems=PROBLEMS[:1]), PAGE),
    "changed": lambda: render.render_changed(PAGE),
    "drafted": lambda: render.render_drafted(REQUEST, REPORT, PAGE),
    "publishing": lambda: render.render_publishing("v1.1.0", REPORT),
    "publishing without files": lambda: render.render_publishing("v1.1.0", FileReport(files=())),
    "announcing": lambda: render.render_announcing("v1.1.0", PAGE),
    "done without files": lambda: render.render_done("v1.1.0", PAGE, "", ""),
    "told": lambda: render.render_told(7, ()),
    "told one": lambda: render.render_told(1, ()),
    "told nobody": lambda: render.render_told(0, ()),
    "told not all": lambda: render.render_told(2, tuple(range(1, 40))),
    "done": lambda: render.render_done("v1.1.0", PAGE, "7 were told.", "2 files."),
    "aborted": lambda: render.render_aborted("v1.1.0", by="ada", why="the @wrong branch"),
    "aborted by nobody": lambda: render.render_aborted("v1.1.0", by="", why=""),
    "taken back": lambda: render.render_taken_back("Aborted.", is_tag_gone=True, tag="v1.1.0"),
    "tag stays": lambda: render.render_taken_back("Aborted.", is_tag_gone=False, tag="v1.1.0"),
    "files": lambda: render.list_files(replace(REPORT, files=(FILE,) * 32)),
    "no files": lambda: render.list_files(FileReport(files=())),
}


@pytest.mark.parametrize("what", SAID)
def test_what_people_read(what: str, snapshot: SnapshotAssertion) -> None:
    text = SAID[what]()
    assert text == snapshot
    assert "@octo" not in text
    assert "@wrong" not in text
