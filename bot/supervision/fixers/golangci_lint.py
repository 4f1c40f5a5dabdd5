"""Lints of golangci-lint, and Go that is not formatted as gofmt formats it."""

from bot.supervision.fixing.working.fixer import Fixer

FIXER = Fixer(
    tool="golangci-lint",
    summary="applies the changes that golangci-lint is sure of",
    check=("golangci-lint", "run"),
    fix=(("golangci-lint", "run", "--fix"),),
)
