"""A build breaks, and the whole bot looks at it, fixes it on this machine, proposes it and follows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.supervision.fixing.model import FixState
from tests.support.breaking import BAD, breaking

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("repeat", [False, True])
async def test_a_failure_is_fixed_by_one_pull_request(tmp_path: Path, *, repeat: bool) -> None:
    """A red build becomes one pull request with just the change, and its own green build says that it is fixed."""
    async with breaking(tmp_path, repeat_every_step=repeat) as here:
        await here.build(BAD)
        (fix,) = await here.tick()
        assert (fix.state, fix.reason, fix.fixer) == (FixState.PROPOSED, "", "ruff"), fix
        (pull,) = here.pulls
        store = here.bot.hub.store
        assert pull.head_ref == f"pilothouse/fix-{fix.trouble.failure.short_id}"
        made = store.commits[pull.head_sha]
        assert made.parents == (fix.trouble.base_sha,)
        assert made.files["code.txt"] == b"good\n"
        assert made.files["other.txt"] == b"other\n"
        assert here.said(pull.issue.number) == []
        await here.build(branch=pull.head_ref)
        (fix,) = await here.tick()
        assert fix.state is FixState.FIXED
        assert len(here.said(pull.issue.number)) == 1
        (fix,) = await here.tick()
        assert len(here.said(pull.issue.number)) == 1
