"""How large a dependency's step is, in the words of those who propose it."""

from __future__ import annotations

import pytest

from bot.config.merging import Bump
from bot.merging.judging.bumps import MOST_STEPS, UNKNOWN, largest_bump, steps_in
from bot.merging.judging.fact_model import ChangeFacts

# As renovate writes it: https://docs.renovatebot.com/user-stories/maintaining-aur-packages-with-renovate/
RENOVATE = """\
| Package | Change |
|---|---|
| [lodash](https://lodash.com) | [`4.17.20` -> `4.17.21`](https://renovatebot.com/diffs/npm/lodash) |
| [eslint](https://eslint.org) | [`^8.56.0` → `^8.57.0`](https://renovatebot.com/diffs/npm/eslint) |

<details><summary>Release Notes</summary>Upgrade from 1.0.0 to 2.0.0, as `a` -> `b` says.</details>
"""


def change(title: str = "", *labels: str, body: str = "") -> ChangeFacts:
    """This function will make what is known of a pull request of a dependency bot."""
    return ChangeFacts(
        author="renovate[bot]", base_ref="main", title=title, labels=labels, body_steps=steps_in(body)
    )


@pytest.mark.parametrize(
    ("title", "bump"),
    [
        ("Bump requests from 2.31.0 to 2.31.1", Bump.PATCH),
        ("build(deps): bump requests from 2.31.0 to 2.32.0 in /api", Bump.MINOR),
        ("Bump requests from 2.31.0 to 3.0.0", Bump.MAJOR),
        ("Bump actions/checkout from 3 to 4", Bump.MAJOR),
        ("Bump actions/checkout from 3 to 3.1", Bump.MAJOR),
        ("Bump golang.org/x/net from v0.17.0 to v0.17.1.", Bump.PATCH),
        ("Bump golang.org/x/net from 0.17.0 to 0.18.0", Bump.MAJOR),
        ("Bump tiny from 0.0.1 to 0.0.2", Bump.MAJOR),
        ("Bump python from 3.11-slim to 3.12-slim", Bump.MINOR),
        ("Bump alpha from 1.0.0-rc.1 to 1.0.0", Bump.PATCH),
        ("Bump it from 2.1.0 to 2.0.9", Bump.MAJOR),
        ("Bump it from 1.2.3.4 to 1.2.3.5", Bump.PATCH),
        ("Bump it from abc123 to def456", None),
        ("Bump it from 1a2b3c4 to 5d6e7f8", None),
        ("Update dependency eslint to v9", None),
        ("Bump the npm group with 3 updates", None),
        ("Bump the npm group across 2 directories with 3 updates", None),
        ("Bump a from 1.0.0 to 1.0.1 and 2 more", None),
        ("Mend the crane", None),
    ],
)
def test_the_title_tells_the_step(title: str, bump: Bump | None) -> None:
    assert largest_bump(change(title)) is bump


def test_a_label_tells_the_step_where_nothing_else_does() -> None:
    assert largest_bump(change("Update eslint", "dependencies", "semver:patch")) is Bump.PATCH


def test_neither_labels_nor_words_make_a_step_smaller() -> None:
    assert largest_bump(change("Bump it from 1.0.0 to 2.0.0", "patch")) is Bump.MAJOR
    assert largest_bump(change("Bump it from 1.0.0 to 1.0.1", "semver-major")) is Bump.MAJOR
    assert largest_bump(change("Bump it from 1.0.0 to 1.0.1", body="from 1.0.0 to 1.1.0")) is Bump.MINOR


def test_renovates_table_is_read_and_the_notes_of_others_are_not() -> None:
    assert steps_in(RENOVATE) == ("4.17.20 4.17.21", "8.56.0 8.57.0")
    assert largest_bump(change("Update all", body=RENOVATE)) is Bump.MINOR


def test_dependabots_group_is_as_large_as_its_largest_member() -> None:
    body = "Bumps the npm group with 2 updates.\n\nUpdates `a` from 1.0.0 to 1.0.1\n\nUpdates `b` from 1.0.0 to 2.0.0\n"
    assert largest_bump(change("Bump the npm group with 2 updates", body=body)) is Bump.MAJOR


def test_where_one_of_several_steps_cannot_be_read_the_largest_is_not_known() -> None:
    body = RENOVATE + "\n| image | `sha256:9f` -> `sha256:1a` |\n"
    assert UNKNOWN in steps_in(body)
    assert largest_bump(change("Update all", "patch", body=body)) is None


def test_more_steps_than_anybody_reads_are_not_known() -> None:
    body = "\n".join(f"from 1.0.{step} to 1.0.{step + 1}" for step in range(MOST_STEPS + 1))
    assert steps_in(body) == (UNKNOWN,)
