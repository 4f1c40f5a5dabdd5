"""Tests of Go that fail; no tool mends them."""

from bot.supervision.fixing.working.fixer import Fixer

FIXER = Fixer(
    tool="go test",
    check=("go", "test", "./..."),
)
