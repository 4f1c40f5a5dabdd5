"""TypeScript that does not compile; no tool mends it."""

from bot.supervision.fixing.working.fixer import Fixer

FIXER = Fixer(
    tool="tsc",
    check=("tsc", "--noEmit"),
    prepare="prepare-node",
)
