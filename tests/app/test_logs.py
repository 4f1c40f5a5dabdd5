"""Log lines: one JSON object each, whoever wrote them, and no secret in any."""

from __future__ import annotations

import subprocess
import sys

import orjson

_PROGRAM = """
import logging, warnings
from bot.app.logs import configure_logs
configure_logs("info")
import structlog
token = "ghs_" + 36 * "a"
with structlog.contextvars.bound_contextvars(delivery="guid-1"):
    structlog.get_logger().info("told", token=token, text="one\\ntwo")
logging.getLogger("aiohttp.server").error("Error of %s", token, exc_info=ValueError("a\\nb"))
logging.getLogger("some.library").info("not told")
warnings.warn("careful", stacklevel=1)
raise RuntimeError("over " + token)
"""


def test_every_line_is_an_object_and_bears_no_secret() -> None:
    ran = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=False)

    told, library, warning, failure = (orjson.loads(line) for line in ran.stderr.splitlines())
    assert (told["event"], told["delivery"], told["token"], told["level"]) == (
        "told",
        "guid-1",
        "***",
        "info",
    )
    assert (library["event"], library["logger"], library["level"]) == (
        "Error of ***",
        "aiohttp.server",
        "error",
    )
    assert library["exception"] == "ValueError: a\nb"
    assert (warning["logger"], warning["level"]) == ("py.warnings", "warning")
    assert (failure["event"], failure["level"]) == ("process_failed", "critical")
    assert "RuntimeError: over ***" in failure["exception"]
    assert ran.returncode == 1
    assert "ghs_" not in ran.stderr
