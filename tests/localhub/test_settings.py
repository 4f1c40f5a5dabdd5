"""A repository's settings, and who is told of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.localhub.state import accounts
from tests.localhub.conftest import seed
from tests.support.hub_client import calling

if TYPE_CHECKING:
    from bot.localhub.server import LocalHub

R = "/repos/acme/rocket"


@pytest.mark.parametrize(
    ("role", "variables", "actions", "issues"),
    [
        ("none", 404, 404, 404),
        ("read", 403, 403, 200),
        ("write", 200, 403, 200),
        ("admin", 200, 200, 200),
    ],
)
async def test_a_person_is_told_what_the_role_allows(
    wild_hub: LocalHub, role: str, variables: int, actions: int, issues: int
) -> None:
    """A private repository that somebody may not see is not there for them."""
    seeded = seed(wild_hub)
    person = wild_hub.store.user("grace")
    accounts.set_role(seeded.repository, person, role)
    async with calling(wild_hub, wild_hub.access.personal_token(person)) as caller:
        assert (await caller("GET", f"{R}/actions/variables")).status == variables
        assert (await caller("GET", f"{R}/actions/permissions")).status == actions
        assert (await caller("GET", f"{R}/issues")).status == issues


async def test_a_person_only_reads_here(wild_hub: LocalHub) -> None:
    seeded = seed(wild_hub)
    accounts.set_role(seeded.repository, wild_hub.store.user("grace"), "admin")
    async with calling(wild_hub, wild_hub.access.personal_token(wild_hub.store.user("grace"))) as caller:
        assert (await caller("POST", f"{R}/issues", {"title": "x"})).status == 403
        assert (await caller("GET", "/app")).status == 401
        assert (await caller("GET", "/apps/github-actions")).status == 200
        assert (await caller("GET", "/apps/nobody")).status == 404


async def test_selected_actions_are_told_where_actions_are_selected(wild_hub: LocalHub) -> None:
    seeded = seed(wild_hub)
    policy = seeded.repository.settings.actions
    person = wild_hub.store.user("grace")
    accounts.set_role(seeded.repository, person, "admin")
    async with calling(wild_hub, wild_hub.access.personal_token(person)) as caller:
        assert (await caller("GET", f"{R}/actions/permissions/selected-actions")).status == 409
        policy.allowed = "selected"
        told = await caller("GET", f"{R}/actions/permissions")
        there = await caller("GET", told.body["selected_actions_url"].removeprefix(wild_hub.url))
        assert there.body["github_owned_allowed"] is True
