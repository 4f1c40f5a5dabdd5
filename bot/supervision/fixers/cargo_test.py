"""Tests of Rust that fail; no tool mends them."""

from bot.supervision.fixing.working.fixer import Fixer

FIXER = Fixer(
    tool="cargo test",
    summary="runs the tests of the workspace",
    check=("cargo", "test", "--workspace"),
)
