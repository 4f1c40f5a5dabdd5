"""Which changes commits and their pull requests make."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from bot.releases.notes.assembling import assemble, closed_by, subjects
from bot.releases.notes.entries import needed_bump
from bot.releases.notes.model import Subject
from tests.support.notes import commit, pull, sha_of

if TYPE_CHECKING:
    from bot.github.branch_models import ComparedCommit
    from bot.github.graph_models import HistoryPull
    from bot.releases.model import Change


def told(*commits: ComparedCommit, pulls: dict[int, list[HistoryPull]] | None = None) -> tuple[Change, ...]:
    """This function will assemble commits, oldest first, with the pull requests of some of them."""
    return assemble(commits, {sha_of(number): found for number, found in (pulls or {}).items()})


def titles(changes: tuple[Change, ...]) -> list[tuple[str, int | None]]:
    """This function will say of each change its title and pull request."""
    return [(change.title, change.number) for change in changes]


def test_squashed() -> None:
    """A squashed pull request is told by its commit, which may have been edited, and by its number."""
    found = told(
        commit(1, "feat: add it (#7)\n\nLong.\n\nBREAKING CHANGE: all"),
        pulls={1: [pull(7, "WIP add it", merged_as=1, closes=(3,))]},
    )
    assert titles(found) == [("feat: add it (#7)", 7)]
    assert (found[0].closes, found[0].login, found[0].node_id) == ((3,), "bob", "PR_7")
    assert found[0].body == "BREAKING CHANGE: all"


def test_squashed_with_a_plain_title() -> None:
    """Where only the title of the pull request keeps to the convention, that one is told."""
    found = told(commit(1, "wip (#7)"), pulls={1: [pull(7, "feat: add it", merged_as=1)]})
    assert titles(found) == [("feat: add it", 7)]


def test_bots() -> None:
    """A bot goes by the name that tells it from a person; where the account is gone, the commit's author counts."""
    bot = replace(pull(7, "build: bump a", merged_as=1), login="dependabot", is_bot=True)
    gone = replace(pull(8, "fix: b", merged_as=2), login="")
    found = told(commit(1, "build: bump a (#7)"), commit(2, "fix: b (#8)"), pulls={1: [bot], 2: [gone]})
    assert [change.login for change in found] == ["ada", "dependabot[bot]"]


def test_told_otherwise() -> None:
    """A description may say how a merged pull request is told, as several changes perhaps."""
    text = "feat(api): add it\n\nRefs: #3\n\nBREAKING CHANGE: call it so\n\nfix: mend it"
    body = f"Words.\n\nBEGIN_COMMIT_OVERRIDE\n{text}\nEND_COMMIT_OVERRIDE\n"
    of = [replace(pull(7, "fix: it", merged_as=1), body=body)]
    found = told(commit(1, "fix: it (#7)"), pulls={1: of})
    assert titles(found) == [("feat(api): add it", 7), ("fix: mend it", 7)]
    assert found[0].body == "BREAKING CHANGE: call it so"
    assert needed_bump(found) == "major"


def test_told_otherwise_makes_no_version_smaller() -> None:
    """What was merged as a breaking change stays one, whatever its description says afterwards."""
    body = "BEGIN_COMMIT_OVERRIDE\nfix: it\nEND_COMMIT_OVERRIDE"
    of = [replace(pull(7, "feat!: it", merged_as=1), body=body)]
    found = told(commit(1, "feat!: it (#7)"), pulls={1: of})
    assert titles(found) == [("fix: it", 7), ("feat!: it (#7)", 7)]
    empty = [replace(pull(7, "feat: it", merged_as=1), body="BEGIN_COMMIT_OVERRIDE END_COMMIT_OVERRIDE")]
    assert titles(told(commit(1, "feat: it (#7)"), pulls={1: empty})) == [("feat: it (#7)", 7)]


def test_long_descriptions() -> None:
    """However long a description or a message is, it is read at once."""
    long = " " * 200_000 + "\n" * 100_000
    of = [replace(pull(7, "feat: it", merged_as=1), body=f"BEGIN_COMMIT_OVERRIDE{long}fix: a{long}")]
    assert titles(told(commit(1, f"feat: it (#7)\n\nfixes{long}#3"), pulls={1: of})) == [("feat: it (#7)", 7)]
    assert closed_by("fixes " * 50_000 + long) == ()


def test_newest_first() -> None:
    """What came last is told first."""
    assert titles(told(commit(1, "a"), commit(2, "b"))) == [("b", None), ("a", None)]


def test_direct_commits() -> None:
    """A commit that no pull request brought is told too, with the issues that its message closes."""
    found = told(commit(1, "fix: a (#9)\n\nFixes #4, closes #5"))
    assert titles(found) == [("fix: a (#9)", 9)]
    assert (found[0].closes, found[0].login, found[0].node_id) == ((4, 5), "ada", "")


def test_merges() -> None:
    """A merge of one branch into another is nothing by itself; one that says more is."""
    found = told(
        commit(1, "Merge branch 'main' into topic", is_merge=True),
        commit(2, "Merge pull request #9 from acme/gone", is_merge=True),
        commit(3, "feat: by hand", is_merge=True),
        commit(4, "Merge branch handling"),
    )
    assert titles(found) == [("Merge branch handling", None), ("feat: by hand", None)]


def test_merged_with_a_conventional_title() -> None:
    """The title of a merged pull request tells it; a commit in it that asks for a larger version is told as well."""
    of = [pull(7, "fix: all of it", merged_as=4)]
    found = told(
        commit(1, "wip"),
        commit(2, "feat!: drop it"),
        commit(3, "fix: a typo"),
        commit(4, "Merge pull request #7 from acme/topic", is_merge=True),
        pulls=dict.fromkeys(range(1, 5), of),
    )
    assert titles(found) == [("fix: all of it", 7), ("feat!: drop it", 7)]
    assert found[0].sha == sha_of(4)


def test_merged_with_a_plain_title() -> None:
    """Where the title says no type, the commits that do are told, each once; without any, the title."""
    of, plain = [pull(7, "All of it")], [pull(8, "Something")]
    found = told(
        commit(1, "feat: a"),
        commit(2, "wip"),
        commit(3, "feat: a"),
        commit(4, "docs: b"),
        commit(5, "one"),
        commit(6, "two"),
        pulls={1: of, 2: of, 3: of, 4: of, 5: plain, 6: plain},
    )
    assert titles(found) == [("Something", 8), ("docs: b", 7), ("feat: a", 7)]


def test_branch_merged_into_another() -> None:
    """A commit that reached its branch by two pull requests is told by the first, and the second by its title."""
    first, second = pull(7, "feat: a", merged_as=1), pull(9, "Release it", merged_as=2)
    found = told(
        commit(1, "feat: a (#7)"),
        commit(2, "Merge pull request #9 from acme/develop", is_merge=True),
        pulls={1: [second, first], 2: [second]},
    )
    assert titles(found) == [("Release it", 9), ("feat: a (#7)", 7)]


def test_reverted() -> None:
    """A change and what took it back, by SHA or by number, are both left out, and ask for no version."""
    found = told(
        commit(1, "feat: a (#7)"),
        commit(2, "fix: b"),
        commit(3, "feat!: c"),
        commit(4, 'Revert "feat: a (#7)" (#8)\n\nReverts acme/rocket#7'),
        commit(5, f'Revert "feat!: c"\n\nThis reverts commit {sha_of(3)}.'),
        pulls={1: [pull(7, "feat: a", merged_as=1)], 4: [pull(8, 'Revert "feat: a"', merged_as=4)]},
    )
    assert titles(found) == [("fix: b", None)]
    assert needed_bump(found) == "patch"


def test_revert_of_a_revert() -> None:
    """What was taken back and brought back again is told."""
    found = told(
        commit(1, "feat: a"),
        commit(2, f'Revert "feat: a"\n\nThis reverts commit {sha_of(1)}.'),
        commit(3, f'Reapply "feat: a"\n\nThis reverts commit {sha_of(2)}.'),
    )
    assert titles(found) == [("feat: a", None)]


@given(st.lists(st.integers(0, 30), max_size=30))
def test_any_reverts(choices: list[int]) -> None:
    """What is told after any number of reverts, and reverts of those, is what is in the release in the end."""
    commits = [commit(1, "feat: 1")]
    undoes: dict[int, int] = {}
    standing = {1}

    def turn(number: int, *, is_on: bool) -> None:
        (standing.add if is_on else standing.discard)(number)
        if number in undoes:
            turn(undoes[number], is_on=not is_on)

    def can_be_undone(number: int, *, is_on: bool = True) -> bool:
        # git has nothing to commit where something else has undone it already
        rest = number not in undoes or can_be_undone(undoes[number], is_on=not is_on)
        return (number in standing) is is_on and rest

    for number, choice in enumerate(choices, start=2):
        possible = [one for one in sorted(standing) if can_be_undone(one)]
        target = possible[choice % len(possible)] if possible and choice < 20 else 0
        if target:
            commits.append(commit(number, f'Revert "x"\n\nThis reverts commit {sha_of(target)}.'))
            undoes[number] = target
        else:
            commits.append(commit(number, f"feat: {number}"))
        turn(number, is_on=True)
    left = [number for number in sorted(standing, reverse=True) if number not in undoes]
    assert titles(told(*commits)) == [(f"feat: {number}", None) for number in left]


def test_revert_of_an_earlier_release() -> None:
    """What takes back something that was released before is told."""
    found = told(
        commit(5, "fix: b"),
        commit(6, f'Revert "feat: a"\n\nThis reverts commit {sha_of(1)}.'),
        commit(7, f"revert: both\n\nRefs: {sha_of(5)}, {sha_of(1)}"),
        commit(8, 'Revert "feat: z" (#30)\n\nReverts acme/rocket#3'),
    )
    assert len(found) == 4


def test_subjects() -> None:
    """Every pull request and every issue that one closes is told once, smallest number first."""
    pulls = {1: [pull(7, "feat: a", closes=(3, 4))], 2: [pull(8, "fix: b", merged_as=2, closes=(3,))]}
    commits = (commit(1, "feat: a"), commit(2, "fix: b (#8)"), commit(3, "fix: c (#9)\n\nCloses #2"))
    found = told(*commits, pulls=pulls)
    assert subjects(found, {sha_of(number): of for number, of in pulls.items()}) == (
        Subject(number=2, node_id="", is_pull=False),
        Subject(number=3, node_id="I_3", is_pull=False),
        Subject(number=4, node_id="I_4", is_pull=False),
        Subject(number=7, node_id="PR_7", is_pull=True),
        Subject(number=8, node_id="PR_8", is_pull=True),
    )


def test_closed_by() -> None:
    """Issues are closed by GitHub's own words, each once, and those of other repositories by none."""
    text = "Fixes #1, resolved: #2 and closes #1; see #3, fixes other/repo#4, prefixes #5"
    assert closed_by(text) == (1, 2)
