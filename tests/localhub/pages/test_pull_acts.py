"""A person decides on the pages: reviews, merges, closes, and changes what someone else wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.localhub.state import issues

if TYPE_CHECKING:
    from bot.localhub.state.store import Happening
    from tests.support.pages import Visitor


def _heard(ada: Visitor, event: str) -> list[Happening]:
    found: list[Happening] = []

    def hear(happening: Happening) -> None:
        if happening.event == event:
            found.append(happening)

    ada.hub.store.listeners.append(hear)
    return found


async def test_a_review_is_given_and_shows(ada: Visitor) -> None:
    await ada.act_as("kofi")
    sent = await ada.post(f"{ada.repository}/pull/1/review", {"state": "approved", "body": "<b>fine</b>"})
    assert sent.status == 303
    (review,) = ada.harbour.rust.reviews
    assert (review.author.login, review.sha) == ("kofi", ada.harbour.rust.head_sha)
    assert "approved (&lt;b&gt;fine&lt;/b&gt;)" in (await ada.get(f"{ada.repository}/pull/1")).text


@pytest.mark.parametrize("state", ["approved", "like"])
async def test_nobody_approves_an_own_pull_request(ada: Visitor, state: str) -> None:
    await ada.act_as("wren")
    assert (await ada.post(f"{ada.repository}/pull/1/review", {"state": state})).status == 422
    assert ada.harbour.rust.reviews == []


async def test_a_pull_request_is_closed_reopened_and_merged(ada: Visitor) -> None:
    heard, pull = _heard(ada, "pull_request"), ada.harbour.green
    here = f"{ada.repository}/pull/{pull.number}"
    for state in ("closed", "open"):
        assert (await ada.post(f"{here}/state", {"state": state})).status == 303
        assert ("Reopen" in (await ada.get(here)).text) == (state == "closed")
    assert (await ada.post(f"{here}/state", {"state": "gone"})).status == 409
    assert (await ada.post(f"{here}/merge", {})).status == 303
    assert (await ada.post(f"{here}/merge", {})).status == 409
    assert (await ada.post(f"{here}/state", {"state": "open"})).status == 409
    assert [one.action for one in heard] == ["closed", "reopened", "closed"]
    assert pull.merged
    assert "Submit review" not in (await ada.get(here)).text


async def test_a_reader_decides_nothing(ada: Visitor) -> None:
    await ada.act_as("rao")
    for act in ("merge", "state"):
        assert (await ada.post(f"{ada.repository}/pull/3/{act}", {"state": "closed"})).status == 403


async def test_comments_are_changed_and_deleted_by_who_may(ada: Visitor) -> None:
    heard = _heard(ada, "issue_comment")
    made = issues.write_comment(
        ada.hub.store, ada.harbour.repository, 1, body="/approve", author=ada.hub.store.user("kofi")
    )
    here = f"{ada.repository}/comments/{made.id}"
    await ada.act_as("rao")
    assert (await ada.post(f"{here}/edit", {"body": "/reject"})).status == 403
    await ada.act_as("amara")
    assert "/approve</textarea>" in (await ada.get(here)).text
    assert (await ada.post(f"{here}/edit", {"body": " "})).status == 422
    edited = await ada.post(f"{here}/edit", {"body": "/approve staging"})
    assert edited.headers["Location"] == f"{ada.repository}/pull/1#issuecomment-{made.id}"
    await ada.act_as("kofi")
    deleted = await ada.post(f"{here}/delete", {})
    assert deleted.headers["Location"] == f"{ada.repository}/pull/1"
    assert [(one.action, one.sender.login) for one in heard] == [
        ("created", "kofi"),
        ("edited", "amara"),
        ("deleted", "kofi"),
    ]
    assert (await ada.get(here)).status == 404
