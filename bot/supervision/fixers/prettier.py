"""Files that are not formatted as prettier formats them."""

from bot.supervision.fixing.working.fixer import Fixer

FIXER = Fixer(
    tool="prettier",
    summary="formats all files",
    check=("prettier", "--check", "."),
    fix=(("prettier", "--write", "."),),
    prepare="prepare-node",
)
