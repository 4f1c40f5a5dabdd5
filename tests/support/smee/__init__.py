"""A webhook proxy as smee.io is one, in JavaScript: what it makes of a payload is what JavaScript makes of it."""

from __future__ import annotations

import asyncio
import os
import shutil
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_SERVER = Path(__file__).parent / "server.mjs"


@asynccontextmanager
async def webhook_proxy() -> AsyncIterator[str]:
    """This function will run a webhook proxy and give its address; without Node.js the test is skipped, not in CI."""
    node = shutil.which("node")
    if node is None:
        message = "no Node.js on this machine, in which the webhook proxy of the tests is written"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    process = await asyncio.create_subprocess_exec(node, str(_SERVER), stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    try:
        port = int(await process.stdout.readline())
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        await process.communicate()
