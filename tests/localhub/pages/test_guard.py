"""Nobody else posts to the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.pages import Visitor


async def test_form_without_its_token_is_refused(ada: Visitor) -> None:
    shown = await ada.post(f"{ada.repository}/issues/1/comments", {"body": "x", "guard": "guessed"})

    assert shown.status == 403
    assert ada.harbour.rust.issue.comments == []


async def test_form_without_a_session_is_refused(ada: Visitor) -> None:
    token = await ada.guard()
    ada.session.cookie_jar.clear()
    async with ada.session.post(ada.hub.url + "/_/deploys", data={"guard": token}) as response:
        assert response.status == 403


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}]
)
async def test_form_of_another_site_is_refused(ada: Visitor, headers: dict[str, str]) -> None:
    shown = await ada.post(f"{ada.repository}/issues/1/comments", {"body": "x"}, headers=headers)

    assert shown.status == 403


async def test_persona_is_guarded_too(ada: Visitor) -> None:
    shown = await ada.post("/_/persona", {"login": "rao"}, headers={"Origin": "https://evil.example"})

    assert shown.status == 403


async def test_foreign_host_name_is_refused(ada: Visitor) -> None:
    """A name that another site points at this machine does not open the pages."""
    shown = await ada.get("/", headers={"Host": "evil.example"})

    assert shown.status == 403


async def test_redirects_stay_on_this_server(ada: Visitor) -> None:
    shown = await ada.post("/_/persona", {"login": "rao"}, headers={"Referer": "https://evil.example/"})

    assert shown.headers["Location"] == "/"
