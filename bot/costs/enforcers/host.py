"""Finds out on which EC2 instance this process runs, so that the limit never ends it."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import aiohttp

from bot.costs.aws.metadata import metadata_address

# https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/identify_ec2_instances.html
BOARD = Path("/sys/devices/virtual/dmi/id/board_asset_tag")
_SECONDS = 1.0
_INSTANCE = re.compile(r"i-[0-9a-f]{8,17}")


async def this_instance(*, board: Path = BOARD) -> str:
    """This function will return the id of the instance that this process runs on; "" where it is none, or not known.

    Args:
        board: the file in which machines of the Nitro system have their id; older ones ask for it.
    """
    told = await asyncio.to_thread(_read, board)
    if not told and (address := await asyncio.to_thread(metadata_address)):
        told = await _ask(address)
    return told if _INSTANCE.fullmatch(told) else ""


def _read(board: Path) -> str:
    try:
        text = board.read_text(errors="replace").strip()
    except OSError:
        return ""
    return text if _INSTANCE.fullmatch(text) else ""


async def _ask(metadata: str) -> str:
    """Ask the metadata service, version 2: a token first."""
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    lifetime = {"X-aws-ec2-metadata-token-ttl-seconds": "60"}
    try:
        async with aiohttp.ClientSession(base_url=metadata, timeout=timeout) as session:
            async with session.put("/latest/api/token", headers=lifetime) as given:
                token = {"X-aws-ec2-metadata-token": (await given.text()).strip()}
            async with session.get("/latest/meta-data/instance-id", headers=token) as answer:
                return (await answer.text()).strip()
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError):
        return ""
