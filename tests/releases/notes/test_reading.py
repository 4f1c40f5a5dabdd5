"""What is read of a version: where it begins, its changes, whom to tell, who is new."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from bot.config.merging import Bump
from bot.decisions.model import Outcome, conclude
from bot.github.errors import Unavailable
from bot.localhub.faults import Fault
from bot.localhub.state import git
from bot.releases.notes.changelog import render_changelog
from bot.releases.notes.reading import read_notes
from bot.releases.notes.sanity import judge_version

if TYPE_CHECKING:
    from bot.releases.notes.model import Notes
    from tests.releases.notes.conftest import Log


def titles(notes: Notes) -> list[tuple[str, int | None]]:
    """This function will say of each change its title and pull request."""
    return [(change.title, change.number) for change in notes.changes]


async def test_changes_since_the_last_release(log: Log) -> None:
    """Commits since the newest tag in the past are told with their pull requests, authors and issues."""
    log.commit("feat: old")
    log.tag("v1.0.0")
    issue = log.issue()
    squashed = log.merge(
        "wip", title="feat(api): add it", by="kofi", body=f"Fixes #{issue}, fixes other/place#3"
    )
    merged = log.merge("feat!: drop it", "fix: typo", title="fix: tidy", method="merge")
    log.commit("docs: say how")
    bumped = log.merge("bump", title="build(deps): bump a", by="dependabot[bot]")
    notes = await read_notes(log.repo, log.asked("2.0.0"))
    assert [(change.title.partition(" (#")[0], change.number) for change in notes.changes] == [
        ("build(deps): bump a", bumped.number),
        ("docs: say how", None),
        ("fix: tidy", merged.number),
        ("feat!: drop it", merged.number),
        ("feat(api): add it", squashed.number),
    ]
    logins = [change.login for change in notes.changes]
    assert logins == ["dependabot[bot]", "ada", "ada", "ada", "kofi"]
    assert (notes.previous_tag, notes.is_complete) == ("v1.0.0", True)
    assert [subject.number for subject in notes.subjects] == sorted(
        [issue, squashed.number, merged.number, bumped.number]
    )
    assert all(subject.node_id for subject in notes.subjects)
    assert notes.facts.needed is Bump.MAJOR
    assert notes.web_url.endswith("/acme/rocket")


async def test_newcomers(log: Log) -> None:
    """Who has no commit in the last release is new; members, bots and those who come back are not."""
    log.commit("feat: old", by="kofi")
    log.tag("v1.0.0")
    for login in ("kofi", "ines", "ada", "dependabot[bot]"):
        log.merge("one", title=f"feat: by {login}", by=login)
    notes = await read_notes(log.repo, log.asked("1.1.0"))
    assert notes.newcomers == ("ines",)
    assert "made their first contribution" in render_changelog(notes, "v1.1.0")


async def test_too_many_to_ask(log: Log) -> None:
    """Where it would take many calls nobody is called new."""
    log.tag("v1.0.0")
    for number in range(9):
        log.merge("one", title="feat: a", by=f"person-{number}")
    assert (await read_notes(log.repo, log.asked("1.1.0"))).newcomers == ()


async def test_the_first_release(log: Log) -> None:
    """Without a version before it, a release holds the whole history, and nobody is called new."""
    log.merge("one", title="feat: a", by="ines")
    log.tag("nightly")
    notes = await read_notes(log.repo, log.asked("1.0.0"))
    assert titles(notes)[0][0].startswith("feat: a")
    assert len(notes.changes) == notes.commits == 2
    assert (notes.previous_tag, notes.newcomers, notes.is_complete) == ("", (), True)
    assert notes.web_url.endswith("/acme/rocket")
    assert conclude("release", judge_version(notes.facts)).outcome is Outcome.PROCEED


async def test_prereleases(log: Log) -> None:
    """A pre-release tells what is new since the one before, the release everything since the last release.

    https://github.com/absolute-version/commit-and-tag-version/issues/349
    """
    log.tag("v1.0.0")
    log.commit("feat: a")
    log.tag("v1.1.0-rc.1")
    log.commit("fix: b")
    second = await read_notes(log.repo, log.asked("1.1.0-rc.2"))
    assert (second.previous_tag, titles(second)) == ("v1.1.0-rc.1", [("fix: b", None)])
    log.tag("v1.1.0-rc.2")
    final = await read_notes(log.repo, log.asked("1.1.0"))
    assert (final.previous_tag, titles(final)) == ("v1.0.0", [("fix: b", None), ("feat: a", None)])
    assert conclude("release", judge_version(final.facts)).outcome is Outcome.PROCEED


async def test_a_maintained_line(log: Log) -> None:
    """On a maintenance branch the version before is the one in its own past, not the newest of all."""
    log.tag("v1.0.0")
    log.branch("1.x", at=log.repository.branches["main"])
    log.commit("feat!: new world")
    log.tag("v2.0.0")
    log.commit("fix: mend the old", branch="1.x")
    notes = await read_notes(log.repo, log.asked("1.0.1", branch="1.x"))
    assert (notes.previous_tag, titles(notes)) == ("v1.0.0", [("fix: mend the old", None)])
    assert (notes.facts.rival, notes.facts.top) == ("1.0.0", "2.0.0")
    assert conclude("release", judge_version(notes.facts)).outcome is Outcome.PROCEED


async def test_a_newer_release_elsewhere(log: Log) -> None:
    """A version that lies in no past of the commit is not where its changes begin."""
    log.tag("v1.0.0")
    log.branch("next", at=log.repository.branches["main"])
    elsewhere = log.commit("feat!: new world", branch="next")
    log.tag("v2.0.0-rc.1", elsewhere)
    log.commit("feat: a")
    following = await read_notes(log.repo, log.asked(""))
    assert following.previous_tag == "v1.0.0"
    assert (following.facts.newest, following.facts.last) == ("1.0.0", "1.0.0")


async def test_a_tag_beside_the_branch(log: Log) -> None:
    """A release whose tag lies on a commit of its own still is the version before.

    https://github.com/conventional-changelog/standard-version/issues/85
    """
    log.commit("feat: a")
    log.branch("release-1.0.0", at=log.repository.branches["main"])
    log.tag("v1.0.0", log.commit("chore: 1.0.0", branch="release-1.0.0"))
    log.commit("fix: b")
    notes = await read_notes(log.repo, log.asked("1.0.1"))
    assert (notes.previous_tag, titles(notes)) == ("v1.0.0", [("fix: b", None)])


async def test_a_tag_of_another_history(log: Log) -> None:
    """A tag that has nothing in common with the commit is no version before it."""
    alone = git.commit(
        log.hub.store, {"x": b"1"}, parents=(), message="feat: alone", author=log.person("ada")
    )
    log.tag("v0.1.0", alone.sha)
    log.commit("feat: a")
    notes = await read_notes(log.repo, log.asked("1.0.0"))
    assert notes.previous_tag == ""


async def test_goes_on(log: Log) -> None:
    """With its tag already there, a release reads the same notes as before."""
    log.tag("v1.0.0")
    log.commit("feat: a")
    before = await read_notes(log.repo, log.asked("1.1.0"))
    log.tag("v1.1.0")
    assert await read_notes(log.repo, log.asked("1.1.0")) == before


@pytest.mark.parametrize("times", [1, 2])
async def test_github_gives_up(log: Log, times: int) -> None:
    """Where GitHub cannot answer for a hundred commits at once, it is asked for fewer.

    Many pull requests behind one commit make its query run into GitHub's ten seconds.
    """
    log.tag("v1.0.0")
    pulls = [log.merge("one", title=f"feat: {n}").number for n in range(3)]
    log.hub.faults.add(Fault(kind="status", method="POST", path="/graphql", status=502, count=2 * times))
    notes = await read_notes(log.repo, log.asked("1.1.0"))
    assert sorted(change.number or 0 for change in notes.changes) == pulls
    counted = Counter(call.operation for call in log.calls)
    assert counted["graphql/pulls-of-commits"] == 2 * times + 1


async def test_more_than_one_release_tells(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first release of a very long history tells the newest commits, and that there are more."""
    monkeypatch.setattr("bot.releases.notes.reading._MOST_FIRST", 3)
    for number in range(4):
        log.commit(f"feat: {number}")
    notes = await read_notes(log.repo, log.asked("1.0.0"))
    assert [title for title, _ in titles(notes)] == ["feat: 3", "feat: 2", "feat: 1"]
    assert not notes.is_complete
    assert "Not all of them" in render_changelog(notes, "v1.0.0")


async def test_github_gives_up_for_good(log: Log) -> None:
    """Where GitHub cannot even answer for a few commits, nothing is told rather than half of it."""
    log.tag("v1.0.0")
    log.merge("one", title="feat: a")
    log.hub.faults.add(Fault(kind="status", method="POST", path="/graphql", status=502))
    with pytest.raises(Unavailable):
        await read_notes(log.repo, log.asked("1.1.0"))


async def test_nobody_knows_who_is_new(log: Log) -> None:
    """Where it cannot be read who is new, the notes do without."""
    log.tag("v1.0.0")
    log.merge("one", title="feat: a", by="ines")
    log.hub.faults.add(Fault(kind="status", method="GET", path="/commits", status=404))
    notes = await read_notes(log.repo, log.asked("1.1.0"))
    assert (len(notes.changes), notes.newcomers) == (1, ())


@pytest.mark.parametrize("pattern", ["{version}", "api/v{version}", "api@{version}"])
async def test_names_of_tags(log: Log, pattern: str) -> None:
    """Tags may be named as the policy likes, with slashes and other signs."""
    log.tag(pattern.replace("{version}", "1.0.0"))
    log.tag(pattern.replace("{version}", "1.0.1+build.7"))
    log.commit("fix: a")
    notes = await read_notes(log.repo, log.asked("1.0.2", tag=pattern))
    assert notes.previous_tag == pattern.replace("{version}", "1.0.1+build.7")
    assert titles(notes) == [("fix: a", None)]
