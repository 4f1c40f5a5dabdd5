"""Tests of Rust that fail; no tool mends them."""

from bot.supervision.fixing.working.fixer import Fixer

FIXER = Fixer(
    tool="cargo test",
    check=("cargo", "test", "--workspace"),
)
