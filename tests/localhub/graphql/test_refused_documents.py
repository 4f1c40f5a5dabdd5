"""Documents that GitHub's schema rejects, sent to a hub that is not recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.localhub.conftest import seed
from tests.support.hub_client import Caller, calling

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.localhub.server import LocalHub


@pytest.fixture
async def call(wild_hub: LocalHub) -> AsyncIterator[Caller]:
    """A caller with an installation token."""
    token = wild_hub.access.issue(seed(wild_hub).installation, permissions=None, repository_ids=None)
    async with calling(wild_hub, token.text) as caller:
        yield caller


async def _ask(call: Caller, document: str, **variables: Any) -> Any:
    answer = await call("POST", "/graphql", {"query": document, "variables": variables})
    assert answer.status == 200
    return answer.body


async def test_a_document_github_does_not_know_is_refused_whole(call: Caller) -> None:
    assert "data" not in await _ask(call, "query { nothing }")
    assert "data" not in await _ask(call, "query {")


async def test_variables_of_a_wrong_type_are_refused(call: Caller) -> None:
    document = 'query($n: Int!) { repository(owner: "acme", name: "rocket") { issue(number: $n) { id } } }'
    answer = await _ask(call, document, n="one")
    assert "data" not in answer
    assert answer["errors"][0]["path"] == ["query"]


async def test_a_request_without_a_document_is_a_bad_request(call: Caller) -> None:
    assert (await call("POST", "/graphql", {})).status == 400
