"""Rust that is not formatted as rustfmt formats it."""

from bot.supervision.fixing.working.fixer import Fixer

FIXER = Fixer(
    tool="rustfmt",
    summary="formats the workspace",
    check=("cargo", "fmt", "--all", "--", "--check"),
    fix=(("cargo", "fmt", "--all"),),
)
