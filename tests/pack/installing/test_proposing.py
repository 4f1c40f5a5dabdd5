"""A pipeline is proposed as one pull request, which is kept up to date and never loses what people did."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.cli.installing.proposal import into_repository
from bot.config.pipeline import Kind
from bot.github.errors import GitHubError
from bot.localhub.faults import Fault
from bot.localhub.state import accounts, git, issues
from bot.pack.installing.deciding.wishing import Part, Wishes
from bot.pack.installing.drafting import NothingFoundError
from bot.pack.installing.looking.sources import UnusableSourceError
from bot.pack.installing.model import Wish
from bot.pack.installing.proposing import BRANCH
from bot.pack.installing.recording import Written, blob_id, record_from, record_text
from bot.pack.model import RECORD
from tests.support.installing import CI, CRATE, TESTS, THIRD, Site, errand, open_site

if TYPE_CHECKING:
    from pathlib import Path

    from bot.localhub.server import LocalHub

POLICY = ".github/pilothouse.yml"


async def test_one_pull_request_brings_everything(site: Site) -> None:
    """Workflows for what was found, the configuration, and the record of what was written."""
    said = await site.bring()
    (pull,) = site.pulls
    assert f"Opened {site.hub.url}/acme/breakwater/pull/{pull.issue.number}" in said
    assert "breakwater-store" in (site.file(POLICY, branch=BRANCH) or "")
    content = site.file(CI, branch=BRANCH) or ""
    record = record_from((site.file(RECORD, branch=BRANCH) or "").encode())
    assert record.files[CI].blob == blob_id(content.encode())
    assert site.file(CI) is None  # nothing came onto the default branch


async def test_running_again_writes_nothing(site: Site) -> None:
    """Neither while the pull request is open nor after it was merged does GitHub see a single write."""
    await site.bring()
    assert "Nothing is to be changed: http" in await site.bring()
    assert site.writes == []
    site.merge()
    assert "has it all" in await site.bring()
    assert site.writes == []
    assert len(site.pulls) == 1


async def test_a_few_calls_bring_it(site: Site) -> None:
    """All files go with the one request that makes the tree: the paced writes of GitHub are not used up.

    The branch is made by the second try, with a token that may change workflows; no other call has that.
    """
    await site.bring()
    ref = "git/create-ref"
    assert site.writes == ["git/create-tree", "git/create-commit", ref, ref, "pulls/create"]


async def test_a_crate_that_came_since_gets_its_job_and_edits_stay(site: Site) -> None:
    """What a person changed in a workflow and in the policy is there beside what is new."""
    await site.bring()
    site.merge()
    edited = (site.file(CI) or "").replace("name:", "# ours: ask Ida\nname:", 1)
    policy = f"# We deploy on Tuesdays.\n{site.file(POLICY)}"
    site.push({CI: edited, POLICY: policy, **THIRD})
    await site.bring()
    assert (site.file(POLICY, branch=BRANCH) or "").startswith("# We deploy on Tuesdays.\n")
    assert "gate-tests" in (site.file(POLICY, branch=BRANCH) or "")
    assert site.file(CI, branch=BRANCH) == edited
    assert len(site.pulls) == 2
    assert "`.github/pilothouse.yml` | changed" in (site.pulls[-1].issue.body or "")


async def test_a_newer_pack_comes_in_around_edits(site: Site) -> None:
    """What was written then is found among GitHub's objects by its id, though no branch has it any more."""
    await site.bring()
    site.merge()
    now = (site.file(CI) or "").encode()
    before = now.replace(b"\n", b"\n# of the pack of before\n", 1)
    record = record_from((site.file(RECORD) or "").encode())
    assert record.pipeline is not None
    files = {**record.files, CI: Written(blob=blob_id(before))}
    site.push({CI: before, RECORD: record_text(files, record.pipeline)})
    site.push({CI: before + "# café: Ida's\n".encode()})
    assert "ci-build.yml  (brought up to date around your edits)" in await site.bring()
    tip = site.hub.store.commits[site.repository.branches[BRANCH]]
    assert tip.files[CI] == now + "# café: Ida's\n".encode()
    site.merge()
    await site.bring()
    assert site.writes == []


async def test_what_people_push_to_its_branch_stays(site: Site) -> None:
    """A reviewer mends the pull request by hand; running again builds upon that."""
    await site.bring()
    mended = (site.file(CI, branch=BRANCH) or "").replace("name:", "# mended\nname:", 1)
    site.push({CI: mended}, branch=BRANCH)
    site.push(THIRD)
    said = await site.bring()
    assert "Updated" in said
    assert site.file(CI, branch=BRANCH) == mended
    assert "gate-tests" in (site.file(POLICY, branch=BRANCH) or "")
    assert site.file("gate/src/lib.rs", branch=BRANCH) == ""  # what came onto the default branch came in, too
    assert len(site.pulls) == 1


async def test_what_a_person_deleted_stays_away(site: Site) -> None:
    await site.bring()
    site.merge()
    site.push({CI: None, **THIRD})
    said = await site.bring()
    assert "ci-build.yml  (you deleted it" in said
    assert site.file(CI, branch=BRANCH) is None
    assert "you deleted it, and it stays away" in (site.pulls[-1].issue.body or "")


async def test_a_file_that_init_never_wrote_is_left_alone(hub: LocalHub) -> None:
    """A person's own ci-build.yml is shown against the pack's, and replaced only when asked."""
    site = open_site(hub, {**CRATE, CI: b"name: Mine\non: push\njobs: {}\n"})
    said = await site.bring()
    assert "ci-build.yml  (left alone" in said
    assert site.file(CI, branch=BRANCH) == site.file(CI)
    assert "```diff\n--- a/.github/workflows/ci-build.yml" in (site.pulls[0].issue.body or "")
    await site.bring(errand(files={CI: Wish.REPLACE}))
    assert "Mine" not in (site.file(CI, branch=BRANCH) or "")
    assert len(site.pulls) == 1


async def test_ticks_and_words_of_people_in_the_description_stay(site: Site) -> None:
    await site.bring()
    issue = site.pulls[0].issue
    body = (issue.body or "").replace("- [ ] Look at the checks", "- [x] Look at the checks", 1)
    issue.body = f"Ida: please wait for me.\r\n\r\n{body}".replace("\n", "\r\n").replace("\r\r", "\r")
    site.push(THIRD)
    await site.bring()
    assert (issue.body or "").startswith("Ida: please wait for me.\n\n")
    assert "- [x] Look at the checks" in (issue.body or "")


CUTS = {
    "before the tree": Fault(kind="status", method="POST", path=r"/git/trees$", status=400, count=1),
    "after the tree": Fault(
        kind="status", method="POST", path=r"/git/trees$", status=400, count=1, after=True
    ),
    "after the commit": Fault(
        kind="status", method="POST", path=r"/git/commits$", status=400, count=1, after=True
    ),
    "before the branch": Fault(kind="status", method="POST", path=r"/git/refs$", status=400, count=1),
    # the first try is refused anyway: its token may not change workflows
    "after the branch": Fault(
        kind="status", method="POST", path=r"/git/refs$", status=400, count=2, after=True
    ),
    "before the pull request": Fault(kind="status", method="POST", path=r"/pulls$", status=400, count=1),
    "after the pull request": Fault(
        kind="status", method="POST", path=r"/pulls$", status=400, count=1, after=True
    ),
}


@pytest.mark.parametrize("cut", CUTS.values(), ids=CUTS.keys())
async def test_a_run_that_was_cut_short_ends_in_the_same_one_pull_request(site: Site, cut: Fault) -> None:
    """Wherever it ended, done or not done, running again goes on from there."""
    site.hub.faults.add(replace(cut))
    with pytest.raises(GitHubError):
        await site.bring()
    await site.bring()
    (pull,) = site.pulls
    assert pull.issue.state == "open"
    assert site.file(CI, branch=BRANCH) is not None
    await site.bring()
    assert site.writes == []


async def test_a_closed_proposal_is_made_anew(site: Site) -> None:
    """A person declined it then; asked again, it comes as another pull request on what is there now."""
    await site.bring()
    issues.set_state(site.hub.store, site.repository, site.pulls[0].issue, "closed", site.repository.owner)
    site.push(THIRD)
    await site.bring()
    assert [pull.issue.state for pull in site.pulls] == ["closed", "open"]
    assert "gate-tests" in (site.file(POLICY, branch=BRANCH) or "")


async def test_another_name_of_the_default_branch_is_asked_for(hub: LocalHub) -> None:
    """What the default branch is called is read each time, and stands in the workflows."""
    site = open_site(hub)
    store, repository = hub.store, site.repository
    repository.branches["trunk"] = repository.branches.pop("main")
    repository.default_branch = "trunk"
    await site.bring()
    assert site.pulls[0].base_ref == "trunk"
    assert "trunk" in (site.file(CI, branch=BRANCH) or "")
    assert store.commits[repository.branches["trunk"]].files.get(CI) is None


async def test_an_empty_repository_gets_its_first_commit(hub: LocalHub) -> None:
    """GitHub makes no git objects where there is no commit, and a pull request needs a base."""
    site = open_site(hub, {})
    site.repository.branches.clear()
    with pytest.raises(NothingFoundError):
        await site.bring()
    assert site.writes == []
    await site.bring(errand(wishes=Wishes(kind=Kind.CARGO)))
    assert site.file("README.md") == "# breakwater\n"
    assert site.file(CI, branch=BRANCH) is not None
    assert site.pulls[0].base_ref == "main"


async def test_a_garbled_record_loses_nothing(site: Site) -> None:
    """It is told; what differs is left alone, what is as it should be is known again."""
    await site.bring()
    site.merge()
    edited = f"# mine\n{site.file(CI)}"
    site.push({RECORD: "<<<<<<< HEAD\n", CI: edited})
    said = await site.bring()
    assert "the record of what was written is not used" in said
    assert site.file(CI, branch=BRANCH) == edited
    assert "ci-build.yml  (left alone" in said
    record = record_from((site.file(RECORD, branch=BRANCH) or "").encode())
    assert TESTS in record.files
    assert CI not in record.files


async def test_a_part_that_is_wished_away_goes(site: Site) -> None:
    """A file that nobody touched and that the pipeline has no more is removed, and stays so."""
    await site.bring()
    site.merge()
    autofix = ".github/workflows/autofix.yml"
    assert site.file(autofix) is not None
    await site.bring(errand(wishes=Wishes(parts={Part.AUTOFIX: False})))
    assert site.file(autofix, branch=BRANCH) is None
    site.merge()
    await site.bring()
    assert site.writes == []


async def test_a_conflict_with_the_default_branch_is_left_to_people(site: Site) -> None:
    """The own branch cannot take in what came since; the pull request shows it, and nothing is forced."""
    await site.bring()
    mine = git.blob_sha(b"")
    site.push({CI: f"# {mine}\n"})
    await site.bring()
    assert site.file(CI, branch=BRANCH) != f"# {mine}\n"
    assert len(site.pulls) == 1


async def test_two_at_once_end_in_one_pull_request(site: Site) -> None:
    """The slower one is told that somebody was quicker, or finds nothing to do; afterwards all is there once."""
    both = (into_repository(errand(), site.access) for _ in range(2))
    ended = await asyncio.gather(*both, return_exceptions=True)
    assert {type(one) for one in ended} <= {type(None), UnusableSourceError}
    await site.bring()
    assert len(site.pulls) == 1
    assert site.file(CI, branch=BRANCH) is not None


async def test_a_clone_can_tell_what_is_built(site: Site, tmp_path: Path) -> None:
    """Where GitHub lists too many files, a clone is looked at, and the pull request is opened all the same."""
    for path, content in {**CRATE, **THIRD}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    await site.bring(errand(source=tmp_path))
    assert "gate-tests" in (site.file(POLICY, branch=BRANCH) or "")


async def test_a_former_name_of_the_repository_will_do(site: Site) -> None:
    """GitHub redirects reads of a renamed repository; what is written goes by its new name."""
    accounts.rename(site.hub.store, site.repository, "seawall")
    await site.bring()
    assert "acme/seawall" in (site.pulls[0].issue.body or "")
