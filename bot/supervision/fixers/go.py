"""Go that does not compile; no tool mends it."""

from bot.supervision.fixing.working.fixer import Fixer

FIXER = Fixer(
    tool="go",
    check=("go", "vet", "./..."),
)
